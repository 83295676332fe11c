// The rows of the timeline: slices of time by where they happened, each row's by when they begin.
class Track {
  constructor(name, kind, slices) {
    this.name = name;
    this.kind = kind;
    this.slices = slices; // {begin, end, text, ...}
    this.height = {dispatches: 26, device: 20, rounds: 15}[kind] ?? 19;
  }

  // The first slice that ends after a time.
  after(time) {
    let low = 0, high = this.slices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      this.slices[middle].end > time ? high = middle : low = middle + 1;
    }
    return low;
  }

  at(time, slack) {
    let best = null;
    for (let i = this.after(time - slack); i < this.slices.length && this.slices[i].begin <= time + slack; ++i) {
      const away = (slice) => Math.max(slice.begin - time, time - slice.end, 0);
      best = best === null || away(this.slices[i]) < away(best) ? this.slices[i] : best;
    }
    return best;
  }
}

// Slices of which some lie in others, the outer ones first.
function stacked(name, kind, slices) {
  const rows = [];
  for (const slice of slices.sort((a, b) => a.begin - b.begin || b.end - a.end)) {
    const row = rows.find((each) => each.at(-1).end <= slice.begin);
    row ? row.push(slice) : rows.length < 6 ? rows.push([slice]) : null;
  }
  return rows.map((row, i) => new Track(i === 0 ? name : "", kind, row));
}

function hostTracks() {
  const byThread = new Map();
  for (const [name, detail, begin, end, thread] of profile.phases) {
    byThread.set(thread, byThread.get(thread) ?? []);
    byThread.get(thread).push({begin, end, name, text: detail === "" ? name : `${name}: ${detail}`});
  }
  return [...byThread.values()].flatMap((slices, i) => stacked(i === 0 ? "host" : `thread ${i + 1}`, "host", slices));
}

function allTracks() {
  const rounds = profile.rounds.map(([isolated, begin, end]) => ({begin, end, isolated: isolated === 1,
    text: isolated ? "round, dispatches isolated" : "round, as in production"}));
  const runs = [], device = [], slices = [];
  for (const plan of profile.plans) {
    for (const [isolated, begin, submitted, end, submits, times] of plan.runs) {
      const how = isolated ? "isolated" : "as in production";
      runs.push({begin, end, isolated: isolated === 1, text: `${plan.name}, ${how}`, more: `${nanosText(submitted - begin)} until all was submitted`});
      for (let i = 0; i < submits.length; i += 2) {
        device.push({begin: submits[i], end: submits[i + 1], isolated: isolated === 1, text: `${plan.name}, ${how}`});
      }
      let at = begin;
      for (let i = 0; i < times.length; i += 2) {
        slices.push({begin: at + times[i], end: at + times[i] + times[i + 1], dispatch: plan.dispatches[i / 2]});
        at += times[i] + times[i + 1];
      }
    }
  }
  const byBegin = (a, b) => a.begin - b.begin;
  const tracks = [new Track("rounds", "rounds", rounds.sort(byBegin)), ...hostTracks(), ...stacked("runs", "runs", runs),
    new Track("device", "device", device.sort(byBegin)),
    new Track(profile.device.timestamps ? "dispatches" : "dispatches*", "dispatches", slices.sort(byBegin))];
  return tracks.filter((track) => track.slices.length > 0);
}
