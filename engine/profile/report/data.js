"use strict";
// What was measured, and how numbers are written.
const profile = JSON.parse(document.getElementById("profile").textContent);

const spread = ([count, least, median, p95, most]) => ({count, least, median, p95, most});
profile.plans.forEach((plan, number) => {
  plan.number = number;
  plan.concurrent = spread(plan.concurrent);
  plan.isolated = spread(plan.isolated);
  plan.dispatches.forEach((dispatch, at) => {
    dispatch.plan = plan;
    dispatch.at = at;
    dispatch.kernel = plan.kernels[dispatch.kernel];
    dispatch.times = spread(dispatch.times);
    [dispatch.flops, dispatch.bytes] = dispatch.work;
    dispatch.words = `${dispatch.op} ${dispatch.kernel.name} ${dispatch.shape} ${dispatch.name}`.toLowerCase();
  });
});
profile.summary.ops.forEach((op) => { op.round = spread(op.round); });
const ops = new Map(profile.summary.ops.map((op) => [op.name, op]));
const dispatches = profile.plans.flatMap((plan) => plan.dispatches);
const isTimed = (dispatch) => dispatch.seconds > 0;
const heaviest = (list) => list.reduce((most, each) => (most === null || each.seconds > most.seconds ? each : most), null);

const digits = (value) => {
  const size = Math.abs(value);
  return value.toFixed(size === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
};
const kSpace = "\u00a0";
const inUnits = (value, step, units) => {
  let power = 0;
  for (; Math.abs(value) >= step * 0.9995 && power + 1 < units.length; ++power) {
    value /= step;
  }
  return digits(value) + kSpace + units[power];
};
const timeText = (seconds) => (seconds >= 0.9995 ? inUnits(seconds, Infinity, ["s"])
  : seconds >= 0.9995e-3 ? digits(seconds * 1e3) + kSpace + "ms"
    : seconds >= 0.9995e-6 ? digits(seconds * 1e6) + kSpace + "\u00b5s" : digits(seconds * 1e9) + kSpace + "ns");
const nanosText = (nanos) => timeText(nanos * 1e-9);
const bytesText = (bytes) => (bytes < 1024 ? `${bytes}${kSpace}B` : inUnits(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]));
const amountText = (value, unit) => inUnits(value, 1000, ["", "k", "M", "G", "T"].map((prefix) => prefix + unit));
const gigaText = (value) => digits(value * 1e-9);
const percentText = (share) => (100 * share).toFixed(share < 0.0995 ? 1 : 0) + kSpace + "%";

// Alike: of one plan, op, kernel and shape; what takes longest comes first.
function pointsOf(list) {
  const points = new Map();
  for (const dispatch of list.filter(isTimed)) {
    const key = [dispatch.op, dispatch.kernel.name, dispatch.kernel.constants, dispatch.shape].join("\n");
    const point = points.get(key) ?? {op: dispatch.op, dispatches: [], seconds: 0, share: 0, flops: 0, bytes: 0, best: 0};
    points.set(key, point);
    point.dispatches.push(dispatch);
    point.seconds += dispatch.seconds;
    point.share += dispatch.share;
    point.flops += dispatch.flops * dispatch.runs;
    point.bytes += dispatch.bytes * dispatch.runs;
    point.best += dispatch.rating.best * dispatch.runs;
  }
  return [...points.values()].sort((a, b) => b.seconds - a.seconds);
}

// What a dispatch could get of memory at best, by how much it goes through: a line over the logarithm of the bytes, as the roof is made.
function bandwidthAt(bytes) {
  const levels = profile.roofs.memory, above = levels.findIndex(([size]) => size >= bytes);
  if (levels.length === 0 || above <= 0) {
    return levels.at(above === 0 ? 0 : -1)?.[1] ?? 0;
  }
  const [low, slow] = levels[above - 1], [high, fast] = levels[above];
  return slow + Math.log(bytes / low) / Math.log(high / low) * (fast - slow);
}

// "memory: 12.1 GB/s for 3.4 MiB", the roof that binds.
function boundText(dispatch) {
  const {limit} = dispatch.rating;
  return limit === "memory" ? `memory: ${amountText(bandwidthAt(dispatch.bytes), "B/s")} for ${bytesText(dispatch.bytes)}`
    : limit === "compute" ? `compute: ${amountText(profile.roofs.compute, "FLOP/s")}`
      : `launch: ${timeText(profile.roofs.dispatch)} for an empty dispatch`;
}
