// What a reader wants to know first, and what they should know of the numbers.
const factOf = ([name, value, about]) => element("div", {title: about}, element("dt", {}, name), element("dd", {}, value));

function showHeader() {
  const {device, summary, roofs, rounds} = profile;
  byId("subject").replaceChildren(text(profile.subject));
  byId("device").replaceChildren(text(`${device.name} \u00b7 ${device.driver}`),
    ...(device.software ? [" ", element("span", {class: "badge", title: "Its times are those of this processor, not of a GPU"}, "software device")] : []),
    ...(device.timestamps ? [] : [" ", element("span", {class: "badge"}, "timed by the host")]),
    ...(profile.interrupted ? [" ", element("span", {class: "badge"}, "interrupted")] : []));
  const isolated = rounds.filter(([each]) => each === 1).length;
  byId("facts").replaceChildren(...[
    ["measured", `${profile.started.replace("T", " ").replace("Z", " UTC")}, heed ${profile.version}`],
    ["rounds", `${rounds.length - isolated} as in production, ${isolated} isolated`],
    ["clock", device.timestamps ? `${timeText(device.tick)} steps` : "the host's", "The resolution of the clock that dispatches were timed with"],
    ["overhead", device.timestamps ? `${timeText(roofs.timestamp)} a timestamp` : `${timeText(roofs.submit)} a submit`,
      "What timing adds to each dispatch of isolated runs"],
    ["empty dispatch", timeText(roofs.dispatch), "With the barrier behind it"],
    ["empty submit", timeText(roofs.submit), "Until the host knows that it is done"],
    summary.pace[0] > 1 && summary.pace[2] > 0 ? ["pace", `\u00b1${kSpace}${percentText((summary.pace[3] - summary.pace[1]) / 2 / summary.pace[2])}`,
      "How much a fixed piece of work on the device varied beside the rounds, from the least to the 95th of 100"] : null,
    profile.device_bytes > 0 ? ["device memory", bytesText(profile.device_bytes), "The most in use at one time"] : null,
  ].filter((fact) => fact).map(factOf));
  const thinned = profile.every[0] > 1 ? [`One of ${profile.every[0]} samples of each dispatch is drawn; figures are made from all of them.`] : [];
  const stopped = profile.interrupted ? ["Stopped before all rounds were done: the figures are of those that were."] : [];
  const notes = [...stopped, ...profile.notes, ...thinned];
  byId("notes").hidden = notes.length === 0;
  byId("notes").replaceChildren(...notes.map((note) => element("li", {}, text(note))));
}

function sentence() {
  const [worst] = pointsOf(dispatches), [op] = profile.summary.ops;
  if (!worst) {
    return ["Nothing was timed."];
  }
  const dispatch = heaviest(worst.dispatches), roof = worst.best / worst.seconds, {limit} = dispatch.rating;
  const name = element("button", {type: "button", class: "name"}, text(dispatch.kernel.name));
  name.addEventListener("click", () => choose(dispatch));
  const bound = {compute: "how fast the device computes", memory: "how fast it reads and writes memory", launch: "what it takes to launch a dispatch"}[limit];
  const found = roof > 0 ? ["; it is bound by ", element("strong", {}, limit), ` (${bound}) and reaches `, element("strong", {}, percentText(roof)), " of that roof."]
    : ["; the roofs of this device are not known."];
  return [element("strong", {}, text(op.name)), ` takes ${percentText(op.share)} of the time. The slowest kernel is `, name, " on ",
    element("span", {class: "mono"}, text(dispatch.shape)), `, ${percentText(worst.share)} of the time`, ...found];
}

function tile(value, name, about) {
  return element("div", {class: "tile", title: about}, element("strong", {}, value), element("span", {}, name));
}

function showSummary() {
  const {summary} = profile, wall = spread(summary.concurrent), isolated = spread(summary.isolated);
  byId("sentence").replaceChildren(...sentence());
  const off = wall.median > 0 ? summary.seconds / wall.median - 1 : 0;
  const tiles = [
    wall.count > 0 ? tile(timeText(wall.median), "a round, as in production", `${timeText(wall.least)} to ${timeText(wall.p95)} (p95), the host's time`) : null,
    summary.seconds > 0 ? tile(timeText(summary.seconds), "sum of isolated dispatches", "All dispatches of an isolated round together, the median of those rounds") : null,
    wall.count > 0 && summary.seconds > 0 ? tile(`${off > 0 ? "+" : "\u2212"}${kSpace}${percentText(Math.abs(off))}`, "the sum beside the round",
      "More: dispatches that run beside one another. Less: what the host does, and the device's gaps") : null,
    isolated.count > 0 ? tile(timeText(isolated.median), "a round, dispatches isolated", `${timeText(isolated.least)} to ${timeText(isolated.p95)} (p95), the host's time`) : null,
    summary.busy !== null ? tile(percentText(summary.busy), "of a round the device is busy", "In rounds as in production") : null];
  byId("tiles").replaceChildren(...tiles.filter((each) => each));
}

// Host time by phase, in all and in a round.
function showHost() {
  const rows = profile.summary.phases.map(([name, count, total, before, round]) => ({name, count, total, before, round: spread(round)}));
  const head = [["phase"], ["times", "number"], ["before the rounds", "number"], ["median of a round", "number"], ["p95", "number wide"], ["in all", "number"]];
  byId("host").replaceChildren(element("table", {"aria-labelledby": "host-name"},
    element("thead", {}, element("tr", {}, ...head.map(([name, kind]) => element("th", {scope: "col", class: kind}, name)))),
    element("tbody", {}, ...rows.map(({name, count, total, before, round}) => element("tr", {},
      element("td", {}, text(name)), ...[[String(count)], [before > 0 ? timeText(before) : "\u2013"], [round.median > 0 ? timeText(round.median) : "\u2013"],
        [round.p95 > 0 ? timeText(round.p95) : "\u2013", "wide"], [timeText(total)]].map(([value, kind = ""]) =>
        element("td", {class: `number ${kind}`.trim()}, value)))))));
}

// The driver's own names: a column for each number that it gives.
function showKernels() {
  const kernels = new Map();
  for (const kernel of profile.plans.flatMap((plan) => plan.kernels)) {
    kernels.set(`${kernel.name}\n${kernel.constants}`, kernel);
  }
  const told = [...kernels.values()].filter(({executables}) => executables.length > 0);
  const statistics = new Map(told.flatMap(({executables}) => executables.flatMap((each) => each.statistics.map(([name, , about]) => [name, about]))));
  byId("kernels-about").textContent = told.length === 0 ? "This driver tells nothing of what it made of the kernels." : "Under the driver's own names.";
  if (told.length > 0) {
    const rows = told.flatMap((kernel) => kernel.executables.map((executable) => element("tr", {}, element("td", {class: "mono"}, text(kernel.name)),
      element("td", {class: "mono"}, kernel.constants.join(" ")), element("td", {}, text(executable.name)),
      element("td", {class: "number"}, executable.subgroup > 0 ? String(executable.subgroup) : "\u2013"),
      ...[...statistics.keys()].map((name) => element("td", {class: "number"}, text(executable.statistics.find(([each]) => each === name)?.[1] ?? ""))))));
    byId("kernels").replaceChildren(element("table", {"aria-labelledby": "kernels-name"}, element("thead", {}, element("tr", {},
      ...["kernel", "constants", "executable"].map((name) => element("th", {scope: "col"}, name)), element("th", {scope: "col", class: "number"}, "subgroup"),
      ...[...statistics].map(([name, about]) => element("th", {scope: "col", class: "number", title: about}, text(name))))), element("tbody", {}, ...rows)));
  }
}
