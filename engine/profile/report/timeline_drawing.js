// How the timeline is drawn: no more than a box for each pixel, however many slices there are.
function sized(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  return context;
}

// Multiples of 1, 2 or 5 times a power of ten.
function roundTicks(least, most, about) {
  const rough = (most - least) / about, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
  return Array.from({length: Math.floor(most / step) - Math.ceil(least / step) + 1}, (_, i) => (Math.ceil(least / step) + i) * step);
}

// In the unit of the last of them, with as many decimals as tell them apart: 89.70 s, 89.75 s.
function tickText(nanos, step, last) {
  const [size, unit] = last >= 1e9 ? [1e9, "s"] : last >= 1e6 ? [1e6, "ms"] : [1e3, "\u00b5s"];
  return `${(nanos / size).toFixed(Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9)))}${kSpace}${unit}`;
}

Object.assign(Timeline.prototype, {
  draw() {
    let top = kAxis + 4;
    for (const track of this.tracks) {
      top += track.name === "" ? 1 : kGap;
      track.top = top;
      top += track.height;
    }
    const context = sized(this.canvas, this.width, top + 6);
    this.colours = {ink: paint("ink"), faint: paint("faint"), line: paint("line"), look: paint("look"), paper: paint("paper")};
    this.drawAxis(context, top + 6);
    for (const track of this.tracks) {
      if (this.names > 0) {
        context.fillStyle = this.colours.faint;
        context.fillText(track.name, 0, track.top + track.height / 2);
      }
      context.save();
      context.beginPath();
      context.rect(this.names, 0, this.width - this.names, top + 6);
      context.clip();
      this.drawTrack(context, track);
      context.restore();
    }
    this.drawOverview();
  },

  drawAxis(context, bottom) {
    const from = this.whole.begin, begin = this.view.begin - from, end = this.view.end - from;
    const ticks = roundTicks(begin, end, Math.max((this.width - this.names) / 110, 1)), step = ticks.length > 1 ? ticks[1] - ticks[0] : end - begin;
    for (const tick of ticks) {
      const x = Math.round(this.xOf(tick + from)) + 0.5;
      context.fillStyle = this.colours.line;
      context.fillRect(x, kAxis - 3, 1, bottom - kAxis);
      context.fillStyle = this.colours.faint;
      const words = tickText(tick, step, end);
      context.fillText(words, Math.min(Math.max(x - context.measureText(words).width / 2, this.names), this.width - context.measureText(words).width), 8);
    }
  },

  colourOfSlice(track, slice) {
    if (slice.dispatch) {
      return colourOf(slice.dispatch.op);
    }
    const [day, dark] = {device: ["hsl(212 48% 52%)", "hsl(212 48% 60%)"], runs: ["hsl(212 40% 84%)", "hsl(212 26% 32%)"],
      rounds: ["hsl(220 14% 80%)", "hsl(220 10% 36%)"]}[track.kind] ?? [tintOf(slice.name), tintOf(slice.name)];
    const pale = {device: ["hsl(212 18% 62%)", "hsl(212 14% 52%)"], runs: ["hsl(212 14% 88%)", "hsl(212 10% 27%)"],
      rounds: ["hsl(220 10% 90%)", "hsl(220 8% 25%)"]}[track.kind];
    const [light, night_] = slice.isolated ? pale : [day, dark];
    return night.matches ? night_ : light;
  },

  drawTrack(context, track) {
    const {slices} = track, perPixel = (this.view.end - this.view.begin) / (this.width - this.names);
    for (let i = track.after(this.view.begin); i < slices.length && slices[i].begin < this.view.end;) {
      const slice = slices[i], left = this.xOf(slice.begin), right = this.xOf(slice.end), wide = right - left;
      context.fillStyle = this.colourOfSlice(track, slice);
      if (wide < 1.5) { // what else ends within this pixel is not seen
        context.fillRect(left, track.top, Math.max(wide, 0.8), track.height);
        const next = track.after(Math.max(slice.end, slice.begin + 0.7 * perPixel));
        i = Math.max(next, i + 1);
        continue;
      }
      context.fillRect(left, track.top, wide - (wide > 4 ? 1 : 0), track.height);
      this.drawMark(context, track, slice, left, wide);
      this.drawWords(context, track, slice, left, right);
      ++i;
    }
  },

  drawMark(context, track, slice, left, wide) {
    const chosen = slice.dispatch && slice.dispatch === state.chosen;
    if (!chosen && (!slice.dispatch || slice.dispatch !== state.hovered)) {
      return;
    }
    context.strokeStyle = context.fillStyle = this.colours.ink;
    context.lineWidth = chosen ? 2.5 : 1.5;
    if (wide > 7) {
      context.strokeRect(left + 1, track.top + 1, wide - 3, track.height - 2);
    } else {
      context.fillRect(left, track.top + track.height - 3, Math.max(wide - 1, 1), 3);
    }
  },

  drawWords(context, track, slice, left, right) {
    const from = Math.max(left, this.names) + 5, room = Math.min(right, this.width) - from - 4;
    if (room < 24) {
      return;
    }
    let words = slice.dispatch ? `${slice.dispatch.op}  ${slice.dispatch.shape}` : slice.text;
    while (words.length > 1 && context.measureText(words).width > room) {
      words = `${words.slice(0, Math.max(Math.floor(words.length * room / context.measureText(words).width), 1) - 1)}\u2026`;
    }
    const strong_ = slice.dispatch || track.kind === "device";
    context.fillStyle = strong_ ? (night.matches ? "#101216" : "#fff") : this.colours.ink;
    context.fillText(words, from, track.top + track.height / 2 + 0.5);
  },

  // The whole run in a strip, with what is seen of it below.
  drawOverview() {
    const height = 24, context = sized(this.overview, this.width, height), reach = this.width - this.names;
    const x = (time) => this.names + (time - this.whole.begin) / (this.whole.end - this.whole.begin) * reach;
    const row = (track, top, tall) => {
      let last = -1;
      for (const slice of track.slices) {
        const left = x(slice.begin), right = Math.max(x(slice.end), left + 0.6);
        if (right > last + 0.5) {
          context.fillStyle = this.colourOfSlice(track, slice);
          context.fillRect(left, top, right - left, tall);
          last = right;
        }
      }
    };
    const find = (kind) => this.tracks.find((track) => track.kind === kind);
    [["host", 4], ["rounds", 14]].forEach(([kind, top]) => find(kind) && row(find(kind), top, 7));
    const left = x(this.view.begin), right = Math.max(x(this.view.end), left + 2);
    context.globalAlpha = 0.16;
    context.fillStyle = this.colours.look;
    context.fillRect(left, 0, right - left, height);
    context.globalAlpha = 1;
    context.strokeStyle = this.colours.look;
    context.lineWidth = 1.5;
    context.strokeRect(left + 0.75, 0.75, Math.max(right - left - 1.5, 1), height - 1.5);
  },
});
