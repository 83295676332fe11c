// Kernels and shapes under the roofs of the device, on logarithmic axes.
class Roofline {
  constructor() {
    this.root = byId("roofline");
    whenResized(this.root, () => { this.build(); this.show(); });
    this.root.addEventListener("pointerleave", () => { hover(null); hideTip(); });
    this.buildToggles();
  }

  buildToggles() {
    const present = profile.summary.ops;
    byId("ops").replaceChildren(...present.map((op) => {
      const button = element("button", {type: "button", "aria-pressed": !state.hidden.has(op.name)}, dot(op.name), text(op.name),
        element("span", {class: "faint"}, percentText(op.share)));
      button.addEventListener("click", () => {
        state.hidden.has(op.name) ? state.hidden.delete(op.name) : state.hidden.add(op.name);
        button.setAttribute("aria-pressed", !state.hidden.has(op.name));
        this.build();
        this.show();
      });
      return button;
    }));
  }

  // What has no FLOP stands at the left edge, as far below the roof of memory as it is from it.
  place(point) {
    const intensity = point.flops > 0 ? point.flops / point.bytes : 10 ** this.x.least;
    const giga = (point.flops > 0 ? point.flops : point.bytes * intensity) / point.seconds * 1e-9;
    return {intensity, giga, x: this.across(intensity), y: this.down(giga), roof: this.down(giga * point.seconds / point.best)};
  }

  chooseAxes(points) {
    const {compute, memory} = profile.roofs, far = memory.at(-1)?.[1] ?? 0, ridge = compute > 0 && far > 0 ? compute / far : 1;
    const seen = points.filter((point) => point.share >= 5e-4), computing = seen.filter((point) => point.flops > 0);
    const intensities = computing.map((point) => point.flops / point.bytes);
    const halves = (least, most) => ({least: Math.floor(2 * Math.log10(least / 1.3)) / 2, most: Math.ceil(2 * Math.log10(1.3 * most)) / 2});
    this.x = halves(Math.min(ridge / 8, ...intensities), Math.max(ridge * 4, ...intensities));
    const giga = seen.map((point) => (point.flops > 0 ? point.flops : point.bytes * 10 ** this.x.least) / point.seconds * 1e-9);
    const edge = far > 0 ? far * 10 ** this.x.least * 1e-9 : compute * 1e-9;
    this.y = halves(Math.max(Math.min(edge || 1, ...giga), 1e-6), Math.max(compute * 1e-9 || 1, ...giga));
  }

  build() {
    const all = pointsOf(onPlan());
    this.points = all.filter((point) => !state.hidden.has(point.op));
    this.chooseAxes(all);
    const width = Math.max(this.root.clientWidth, 280), height = Math.min(Math.max(0.62 * width, 300), 500);
    this.box = {left: 48, right: width - 10, top: 10, bottom: height - 44};
    const part = (axis, value) => Math.min(Math.max((Math.log10(value) - axis.least) / (axis.most - axis.least), 0), 1);
    this.across = (intensity) => this.box.left + (this.box.right - this.box.left) * part(this.x, intensity);
    this.down = (giga) => this.box.bottom - (this.box.bottom - this.box.top) * part(this.y, giga);
    this.marks = svg("g", {class: "marks", "aria-hidden": "true"});
    this.dots = svg("g", {role: "listbox", "aria-label": "Kernels and shapes"}, ...this.points.map((point, i) => this.dotOf(point, i)));
    this.root.replaceChildren(svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height, role: "group",
      "aria-label": "GFLOP/s over FLOP for each byte"}, this.axes(), this.roofs(), this.dots, this.marks));
    byId("roofline-about").textContent = this.points.length === 0 ? "Nothing was timed, or all of it is switched off."
      : "A dot: the dispatches of one kernel and shape; its area: their share of the time. At the left edge: what computes nothing. "
        + "Point at one, or go through them with the arrow keys.";
  }

  axes() {
    const {left, right, top, bottom} = this.box, lines = [], words = [];
    const each = (axis, draw) => {
      for (let power = Math.floor(axis.least); power <= axis.most; ++power) {
        for (let digit = 1; digit < 10; ++digit) {
          const at = power + Math.log10(digit);
          if (at >= axis.least - 1e-9 && at <= axis.most + 1e-9) {
            draw(10 ** at, digit === 1, String(Number((10 ** power).toPrecision(3))));
          }
        }
      }
    };
    each(this.x, (value, whole, name) => {
      const x = Math.round(this.across(value)) + 0.5;
      lines.push(`M${x},${whole ? top : bottom}V${whole ? bottom : bottom + 3}`);
      words.push(whole ? svg("text", {x, y: bottom + 17, class: "middle"}, name) : null);
    });
    each(this.y, (value, whole, name) => {
      const y = Math.round(this.down(value)) + 0.5;
      lines.push(`M${whole ? left : left - 3},${y}H${whole ? right : left}`);
      words.push(whole ? svg("text", {x: left - 7, y: y + 4, class: "end"}, name) : null);
    });
    return svg("g", {class: "axes", "aria-hidden": "true"}, svg("path", {d: lines.join("")}), ...words,
      svg("text", {x: (left + right) / 2, y: bottom + 37, class: "middle"}, "FLOP for each byte"),
      svg("text", {x: left + 6, y: top + 12}, "GFLOP/s"));
  }

  roofs() {
    const {compute, half, memory} = profile.roofs, far = memory.at(-1)?.[1] ?? 0, out = svg("g", {class: "roofs", "aria-hidden": "true"});
    const most = 10 ** this.x.most, least = 10 ** this.x.least, floor = 10 ** this.y.least;
    const slope = (rate, name, kind) => {
      const first = Math.max(least, floor * 1e9 / rate), last = Math.min(most, compute > 0 ? compute / rate : most);
      const from = [this.across(first), this.down(first * rate * 1e-9)], to = [this.across(last), this.down(last * rate * 1e-9)];
      const angle = Math.atan2(to[1] - from[1], to[0] - from[0]), length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (first >= last) {
        return;
      }
      const near = kind === "near", at = near ? length - 8 : 12, lift = near ? -4 : 14;
      out.append(svg("path", {class: kind, d: `M${from}L${to}`}));
      if (length > 6.2 * name.length + 20) {
        const x = from[0] + at * Math.cos(angle) - lift * Math.sin(angle), y = from[1] + at * Math.sin(angle) + lift * Math.cos(angle);
        out.append(svg("text", {x, y, class: near ? "end" : "", transform: `rotate(${angle * 180 / Math.PI} ${x} ${y})`}, name));
      }
    };
    const apart = (this.y.most - this.y.least) / (this.box.bottom - this.box.top) * 17, drawn = [far];
    for (const [bytes, rate] of memory.slice(0, -1).sort((a, b) => b[1] - a[1])) {
      if (rate > far && drawn.every((other) => Math.abs(Math.log10(rate / other)) >= apart)) {
        slope(rate, `${bytesText(bytes)}: ${amountText(rate, "B/s")}`, "near");
        drawn.push(rate);
      }
    }
    const flat = (rate, kind, name, bandwidth) => {
      const y = this.down(rate * 1e-9), x = bandwidth > 0 ? this.across(rate / bandwidth) : this.box.left;
      out.append(svg("path", {class: kind, d: `M${x},${y}H${this.box.right}`}));
      out.append(name ? svg("text", {x: this.box.right - 3, y: y - 5, class: "end"}, name) : "");
    };
    if (compute > 0) {
      flat(compute, "near", "", Math.max(...drawn));
      flat(compute, "far", `compute: ${amountText(compute, "FLOP/s")}`, far);
    }
    if (half > 1.2 * compute && half * 1e-9 <= 10 ** this.y.most) {
      flat(half, "near", `f16 arithmetic: ${amountText(half, "FLOP/s")}`, Math.max(...drawn));
    }
    if (far > 0) {
      slope(far, `memory beyond the caches: ${amountText(far, "B/s")}`, "far");
    }
    return out;
  }

  dotOf(point, i) {
    const {x, y} = this.place(point), r = Math.max(4, Math.min(42, this.root.clientWidth / 14) * Math.sqrt(point.share));
    const first = heaviest(point.dispatches);
    point.dot = svg("circle", {cx: x, cy: y, r, role: "option", tabindex: -1, class: "point", "aria-label":
      `${point.op}, ${first.shape}, ${percentText(point.best / point.seconds)} of its roof, ${percentText(point.share)} of the time`});
    styled(point.dot, "fill", colourOf(point.op));
    const mine = () => (point.dispatches.includes(state.chosen) ? state.chosen : first);
    const about = (left, top) => {
      hover(mine());
      const count = point.dispatches.length;
      dispatchTip(left, top, mine(), `${percentText(point.share)} of the time${count > 1 ? `, ${count} dispatches alike` : ""}`);
    };
    point.dot.addEventListener("pointermove", (event) => about(event.clientX, event.clientY));
    point.dot.addEventListener("pointerleave", () => { hover(null); hideTip(); });
    point.dot.addEventListener("click", () => choose(mine()));
    point.dot.addEventListener("focus", () => {
      choose(mine());
      if (point.dot.matches(":focus-visible")) {
        const box = point.dot.getBoundingClientRect();
        about(box.right, box.bottom);
      }
    });
    point.dot.addEventListener("blur", () => { hover(null); hideTip(); });
    point.dot.addEventListener("keydown", (event) => this.move(event, point));
    return point.dot;
  }

  // To the next dot along an axis.
  move(event, point) {
    const axis = {ArrowLeft: "cx", ArrowRight: "cx", ArrowUp: "cy", ArrowDown: "cy"}[event.key];
    const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1}[event.key];
    if (axis) {
      event.preventDefault();
      const line = [...this.points].sort((a, b) => a.dot.getAttribute(axis) - b.dot.getAttribute(axis));
      line[line.indexOf(point) + step]?.dot.focus();
    }
  }

  show() {
    this.marks.replaceChildren();
    let reachable = this.points[0];
    for (const point of this.points) {
      const is = (dispatch) => dispatch !== null && point.dispatches.includes(dispatch);
      point.dot.classList.toggle("chosen", is(state.chosen));
      point.dot.classList.toggle("dim", !point.dispatches.some(isKept));
      point.dot.setAttribute("aria-selected", is(state.chosen));
      point.dot.setAttribute("tabindex", -1);
      reachable = is(state.chosen) ? point : reachable;
      if (is(state.hovered) || is(state.chosen)) {
        const {x, y, roof} = this.place(point), r = Number(point.dot.getAttribute("r"));
        this.marks.append(svg("circle", {cx: x, cy: y, r: r + 3, class: is(state.chosen) ? "ring chosen" : "ring"}),
          point.best > 0 ? svg("path", {class: "above", d: `M${x},${y - r - 3}V${Math.min(roof, y - r - 3)}`}) : "");
      }
    }
    reachable?.dot.setAttribute("tabindex", 0);
  }
}
