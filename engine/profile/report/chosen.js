// All that is known of the chosen dispatch.
class Chosen {
  constructor(timeline) {
    this.root = byId("chosen");
    this.timeline = timeline;
    this.open = false;
  }

  build() {}

  show() {
    if (this.shown !== state.chosen) {
      this.shown = state.chosen;
      this.fill(state.chosen);
    }
  }

  fill(dispatch) {
    this.root.hidden = dispatch === null;
    if (dispatch === null) {
      return;
    }
    const {times, rating, kernel} = dispatch;
    const more = element("button", {type: "button", class: "more", "aria-expanded": this.open, "aria-controls": "chosen-all"},
      this.open ? "less" : "more");
    more.addEventListener("click", () => {
      this.open = !this.open;
      this.root.classList.toggle("open", this.open);
      more.setAttribute("aria-expanded", this.open);
      more.textContent = this.open ? "less" : "more";
    });
    const heading = element("div", {class: "heading"},
      element("h2", {}, dot(dispatch.op), text(dispatch.op), element("span", {class: "faint"},
        text(`${dispatch.plan.name}, dispatch ${dispatch.at}`))),
      element("p", {class: "mono shape"}, text(dispatch.shape)),
      element("p", {class: "figures"}, ...this.figures(dispatch)), more);
    const all = element("div", {id: "chosen-all"}, isTimed(dispatch) ? this.strip(dispatch) : null,
      isTimed(dispatch) ? this.toTimeline(dispatch) : null, this.facts(dispatch), ...this.counters(dispatch), ...this.compiled(kernel));
    this.root.replaceChildren(heading, all);
    this.root.setAttribute("aria-label", `The chosen dispatch: ${dispatch.op}, ${times.count} samples, ${rating.limit} bound`);
  }

  figures(dispatch) {
    if (!isTimed(dispatch)) {
      return [element("span", {}, "not timed")];
    }
    const {times, rating} = dispatch;
    return [element("strong", {}, timeText(times.median)), element("span", {}, `${percentText(dispatch.share)} of the time`),
      rating.roof > 0 ? styled(element("span", {class: "share roof"}, `${percentText(rating.roof)} of the roof`), "--share", Math.min(rating.roof, 1)) : null]
      .filter((each) => each !== null);
  }

  toTimeline() {
    const button = element("button", {type: "button", class: "link"}, "Show it on the timeline");
    button.addEventListener("click", () => {
      this.timeline.showChosen();
      byId("timeline").focus({preventScroll: true});
      byId("timeline").scrollIntoView({block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
    });
    return button;
  }

  // A dot a sample, over time it took; below in the order in which they were taken.
  strip(dispatch) {
    const samples = dispatch.samples.map((nanos) => nanos * 1e-9), {least, median, p95, most} = dispatch.times;
    const width = 300, left = 8, right = width - 8, middle = 36, low = 78, floor = 112, room = most - least || least || 1e-9;
    const from = least - 0.04 * room, to = most + 0.04 * room, x = (seconds) => left + (right - left) * (seconds - from) / (to - from);
    const stacks = new Map();
    const dots = samples.map((seconds, i) => {
      const column = Math.round(x(seconds) / 5), height = stacks.get(column) ?? 0;
      stacks.set(column, height + 1);
      const up = (height % 2 === 0 ? -1 : 1) * Math.ceil(height / 2) * Math.min(4, 44 / Math.max(samples.length / 12, 1));
      return svg("circle", {cx: x(seconds), cy: middle + Math.min(Math.max(up, -22), 22), r: 2.4}, svg("title", {}, `run ${i * profile.every[0]}: ${timeText(seconds)}`));
    });
    const mark = (seconds, name, kind, anchor) => [svg("path", {class: kind, d: `M${x(seconds)},${middle - 26}V${middle + 26}`}),
      svg("text", {x: x(seconds), y: 8, class: anchor}, name)];
    const crowded = x(p95) - x(median) < 44, near = x(median) < 60 ? "" : x(median) > right - 60 ? "end" : "middle";
    const line = samples.map((seconds, i) => `${i === 0 ? "M" : "L"}${left + (right - left) * (samples.length > 1 ? i / (samples.length - 1) : 0.5)},`
      + `${floor - (floor - low) * (seconds - from) / (to - from)}`).join("");
    const out = svg("svg", {class: "strip", viewBox: `0 0 ${width} 132`, role: "img", "aria-label":
      `${samples.length} samples from ${timeText(least)} to ${timeText(most)}, median ${timeText(median)}`},
    svg("path", {class: "ground", d: `M${left},${middle}H${right}`}), styled(svg("g", {class: "dots"}, ...dots), "fill", colourOf(dispatch.op)),
    ...mark(median, "median", "median", near), ...(crowded ? [] : mark(p95, "p95", "p95", x(p95) > right - 16 ? "end" : "middle")),
    styled(svg("path", {class: "order", d: line}), "stroke", colourOf(dispatch.op)),
    svg("text", {x: left, y: 130}, "first run"), svg("text", {x: right, y: 130, class: "end"}, "last"),
    svg("text", {x: left, y: 70}, timeText(least)), svg("text", {x: right, y: 70, class: "end"}, timeText(most)));
    return out;
  }

  facts(dispatch) {
    const {times, rating, kernel} = dispatch, timed = isTimed(dispatch);
    const alike = pointsOf(dispatch.plan.dispatches).find((point) => point.dispatches.includes(dispatch))?.dispatches.length ?? 1;
    const rows = [["name", text(dispatch.name)], ["kernel", text(kernel.name)],
      timed ? ["times", `${timeText(times.least)} to ${timeText(times.p95)} (p95), ${times.count} runs`] : null,
      timed && rating.roof > 0 ? ["least time", `${timeText(rating.best)}, bound by ${boundText(dispatch)}`] : null,
      timed ? ["reached", `${amountText(rating.flops, "FLOP/s")}, ${amountText(rating.bytes, "B/s")}`] : null,
      ["work", `${amountText(dispatch.flops, "FLOP")}, ${bytesText(dispatch.bytes)}${dispatch.bytes > 0 ? `, ${digits(dispatch.flops / dispatch.bytes)} FLOP/byte` : ""}`],
      ["grid", `${dispatch.grid.join(" \u00d7 ")} of ${kernel.workgroup}${dispatch.indirect ? ", at most" : ""}`],
      ["constants", kernel.constants.join(" ") || "none"], ["alike", alike > 1 ? `${alike} dispatches of this plan` : "none in this plan"],
      ["waits", dispatch.barrier ? "for what is before it" : "for nothing"]];
    return element("dl", {class: "pairs"}, ...rows.filter((row) => row).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  }

  counters(dispatch) {
    const list = dispatch.counters ?? [];
    return list.length === 0 ? [] : [element("h3", {}, "Hardware counters"), element("dl", {class: "pairs"},
      ...list.flatMap(([name, value, unit, about]) => [element("dt", {title: about}, text(name)), element("dd", {}, text(`${digits(value)} ${unit}`))]))];
  }

  compiled(kernel) {
    return kernel.executables.flatMap(({name, description, subgroup, statistics}) => [
      element("h3", {title: description}, text(`Compiled: ${name}`)),
      element("dl", {class: "pairs"}, element("dt", {}, "subgroup size"), element("dd", {}, subgroup > 0 ? String(subgroup) : "not told"),
        ...statistics.flatMap(([statistic, value, about]) => [element("dt", {title: about}, text(statistic)), element("dd", {}, text(value))]))]);
  }
}
