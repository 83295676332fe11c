// Where the scratch tensors of a plan lie, and how much is needed at each dispatch.
class Memory {
  constructor() {
    this.root = byId("memory");
    whenResized(this.root, () => { this.build(); this.show(); });
    this.root.addEventListener("pointerleave", () => { hover(null); hideTip(); });
  }

  // The plan that is looked at; of all of them that of the chosen dispatch, if it has any scratch, else the one with most.
  wanted() {
    const scratch = (plan) => plan.arenas.find(([name]) => name === "scratch")?.[1] ?? 0;
    const most = profile.plans.reduce((best, plan) => (best === null || scratch(plan) > scratch(best) ? plan : best), null);
    return state.plan ?? (state.chosen && state.chosen.plan.tensors.length > 0 ? state.chosen.plan : most);
  }

  build() {
    this.plan = this.wanted();
    const tensors = (this.plan?.tensors ?? []).map(([name, chunk, offset, bytes, first, last]) => ({name, chunk, offset, bytes, first, last}));
    const title = byId("memory-name");
    title.textContent = this.plan ? `Scratch memory of ${this.plan.name}` : "Scratch memory";
    this.tensors = tensors.sort((a, b) => a.first - b.first || a.chunk - b.chunk || a.offset - b.offset);
    if (tensors.length === 0) {
      this.root.replaceChildren();
      byId("memory-about").textContent = "This plan has no scratch tensors.";
      return;
    }
    this.chunks = [];
    for (const {chunk, offset, bytes} of tensors) {
      this.chunks[chunk] = Math.max(this.chunks[chunk] ?? 0, offset + bytes);
    }
    this.chunks = Array.from(this.chunks, (bytes) => bytes ?? 0);
    this.bytes = this.chunks.reduce((sum, bytes) => sum + bytes, 0);
    this.alive = this.plan.dispatches.map(() => 0);
    for (const {first, last, bytes} of tensors) {
      for (let i = first; i <= Math.min(last, this.alive.length - 1); ++i) {
        this.alive[i] += bytes;
      }
    }
    this.draw();
  }

  draw() {
    const width = Math.max(this.root.clientWidth, 280), count = this.alive.length, gap = 4;
    this.box = {left: width < 560 ? 4 : 66, right: width - 4, top: 6, bottom: 266, low: 290, floor: 366};
    const {left, right, top, bottom, low, floor} = this.box, room = bottom - top - gap * (this.chunks.length - 1);
    this.x = (at) => left + (right - left) * at / count;
    const tall = (bytes) => room * bytes / Math.max(this.bytes, 1);
    const base = this.chunks.map((_, chunk) => bottom - this.chunks.slice(0, chunk).reduce((sum, bytes) => sum + tall(bytes) + gap, 0));
    const grounds = this.chunks.map((bytes, chunk) => svg("rect", {class: "ground", x: left, y: base[chunk] - tall(bytes), width: right - left,
      height: tall(bytes)}));
    this.band = svg("rect", {class: "band", y: top - 4, height: floor - top + 4, x: left, width: 0});
    const boxes = this.tensors.map((tensor) => {
      const x = this.x(tensor.first), y = base[tensor.chunk] - tall(tensor.offset + tensor.bytes);
      const wide = this.x(Math.min(this.endOf(tensor), count)) - x, high = tall(tensor.bytes);
      const shape = {x, y, width: Math.max(wide - (wide > 4 ? 1 : 0), 0.5), height: Math.max(high - (high > 4 ? 1 : 0), 0.5)};
      return this.boxOf(tensor, svg("rect", {...shape, class: "tensor", role: "option", tabindex: -1}));
    });
    const most = Math.max(this.bytes, this.plan.lower_bound, 1), y = (bytes) => floor - (floor - low) * bytes / most;
    const steps = this.alive.map((bytes, i) => `L${this.x(i)},${y(bytes)}L${this.x(i + 1)},${y(bytes)}`).join("");
    const names = width < 560 ? [] : [svg("text", {x: left - 7, y: top + 10, class: "end"}, bytesText(this.bytes)),
      svg("text", {x: left - 7, y: bottom, class: "end"}, "0"), svg("text", {x: left - 7, y: low + 5, class: "end"}, bytesText(most)),
      svg("text", {x: left - 7, y: floor, class: "end"}, "0")];
    const ticks = roundTicks(0, count, 10).filter((tick) => Number.isInteger(tick) && this.x(tick) < right - 70)
      .map((tick) => svg("text", {x: this.x(tick), y: floor + 16, class: tick === 0 ? "" : "middle"}, String(tick)));
    this.root.replaceChildren(svg("svg", {viewBox: `0 0 ${width} ${floor + 22}`, width, height: floor + 22, role: "group",
      "aria-label": "Scratch tensors by dispatch and place"},
    svg("g", {"aria-hidden": "true"}, ...grounds, this.band, svg("path", {class: "alive", d: `M${left},${floor}${steps}L${right},${floor}z`}),
      svg("path", {class: "bound", d: `M${left},${y(this.plan.lower_bound)}H${right}`}), svg("path", {class: "arena", d: `M${left},${y(this.bytes)}H${right}`}),
      ...names, ...ticks, svg("text", {x: right, y: floor + 16, class: "end"}, "dispatch")),
    svg("g", {role: "listbox", "aria-label": "Tensors"}, ...boxes)));
    const at = this.alive.indexOf(Math.max(...this.alive)), more = this.plan.lower_bound > 0 ? this.bytes / this.plan.lower_bound - 1 : 0;
    byId("memory-about").textContent = `High-water: ${bytesText(this.alive[at])} at dispatch ${at} (${this.plan.dispatches[at].op}). The arena has `
      + `${bytesText(this.bytes)}, ${more < 5e-4 ? "as little as any placing takes" : `${percentText(more)} more than the least possible`}. `
      + "A box: a tensor from the dispatch that writes it to the last that reads it, in the colour of the op that writes it. Below: bytes needed.";
  }

  // Behind its last dispatch, or where another tensor is written in its place.
  endOf(tensor) {
    return this.tensors.filter((other) => other.chunk === tensor.chunk && other.first > tensor.first && other.first <= tensor.last
      && other.offset < tensor.offset + tensor.bytes && tensor.offset < other.offset + other.bytes)
      .reduce((end, other) => Math.min(end, other.first), tensor.last + 1);
  }

  boxOf(tensor, box) {
    const writer = this.plan.dispatches[tensor.first], words = `dispatch ${tensor.first} to ${tensor.last}`;
    styled(box, "fill", colourOf(writer?.op));
    box.setAttribute("aria-label", `${tensor.name}, ${bytesText(tensor.bytes)}, ${words}`);
    const about = (x, y) => {
      hover(writer ?? null);
      tip(x, y, strong(writer?.op, tensor.name), `${bytesText(tensor.bytes)} at ${bytesText(tensor.offset)}${this.chunks.length > 1 ? `, chunk ${tensor.chunk}` : ""}`,
        words, writer ? `written by ${writer.op}, ${writer.shape}` : null);
    };
    box.addEventListener("pointermove", (event) => about(event.clientX, event.clientY));
    box.addEventListener("pointerleave", () => { hover(null); hideTip(); });
    box.addEventListener("click", () => writer && choose(writer));
    box.addEventListener("focus", () => {
      if (box.matches(":focus-visible")) {
        const place = box.getBoundingClientRect();
        about(place.right, place.bottom);
      }
    });
    box.addEventListener("blur", () => { hover(null); hideTip(); });
    box.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key], next = this.tensors.indexOf(tensor) + step;
      if (this.tensors[next]) {
        event.preventDefault();
        this.tensors[next].box.focus();
      } else if ((event.key === "Enter" || event.key === " ") && writer) {
        event.preventDefault();
        choose(writer);
      }
    });
    tensor.box = box;
    return box;
  }

  show() {
    if (this.plan !== this.wanted()) {
      this.build();
    }
    if (this.tensors.length === 0) {
      return;
    }
    const shown = [state.hovered, state.chosen].find((dispatch) => dispatch && dispatch.plan === this.plan);
    this.band.setAttribute("x", shown ? this.x(shown.at) : 0);
    this.band.setAttribute("width", shown ? Math.max(this.x(shown.at + 1) - this.x(shown.at), 1.5) : 0);
    let first = null;
    for (const tensor of this.tensors) {
      const is = state.chosen !== null && state.chosen.plan === this.plan && tensor.first === state.chosen.at;
      tensor.box.classList.toggle("chosen", is);
      tensor.box.setAttribute("aria-selected", is);
      tensor.box.setAttribute("tabindex", -1);
      first = is && first === null ? tensor : first;
    }
    (first ?? this.tensors[0]).box.setAttribute("tabindex", 0);
  }
}
