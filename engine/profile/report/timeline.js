// What host and device did when, on one clock: to be zoomed and moved with wheel, pointer, fingers and keys.
const kNames = 84, kAxis = 20, kGap = 3; // pixels

const tints = new Map();
function tintOf(name) {
  tints.set(name, tints.get(name) ?? (tints.size * 67 + 210) % 360);
  return `hsl(${tints.get(name)} ${night.matches ? "22% 33%" : "38% 82%"})`;
}

class Timeline {
  constructor() {
    this.root = byId("timeline");
    this.canvas = byId("tracks");
    this.overview = byId("overview");
    this.tracks = allTracks();
    const times = this.tracks.flatMap((track) => [track.slices[0].begin, track.slices.reduce((last, each) => Math.max(last, each.end), 0)]);
    const begin = times.length > 0 ? Math.min(...times) : 0, end = times.length > 0 ? Math.max(...times) : 1;
    const room = 0.01 * Math.max(end - begin, 1);
    this.whole = {begin: begin - room, end: end + room};
    this.view = {...this.whole};
    this.pointers = new Map();
    whenResized(this.root, () => this.draw());
    this.listen();
    this.addButtons();
    byId("timeline-about").textContent = this.about();
  }

  about() {
    const {device, every} = profile, clocks = {calibrated: "read together with the host's", bracketed: "laid on the host's from both sides"};
    const clock = !device.timestamps ? "The device has no timestamps: * are submits of one dispatch each, timed by the host. "
      : `The device's clock was ${clocks[device.clock] ?? "laid on the host's"}, within ${timeText(device.deviation)}. `;
    const thinned = every[1] > 1 ? `One of ${every[1]} isolated runs is shown dispatch by dispatch. ` : "";
    return `${clock}${thinned}Drag to move; the wheel zooms after a click or with Ctrl; with keys: arrows move and zoom, `
      + "Home shows all, Shift and an arrow goes to the next dispatch.";
  }

  addButtons() {
    const round = (isolated) => profile.rounds.filter((each) => each[0] === isolated);
    const middle = (list) => list[list.length >> 1];
    const button = (words, label, act) => {
      const out = element("button", {type: "button", "aria-label": label}, words);
      out.addEventListener("click", act);
      return out;
    };
    const buttons = [button("whole run", "Show the whole run", () => this.go(this.whole))];
    for (const [isolated, words] of [[0, "a round"], [1, "an isolated round"]]) {
      if (round(isolated).length > 0) {
        const [, begin, end] = middle(round(isolated));
        buttons.push(button(words, `Show ${words}`, () => this.fit(begin, end)));
      }
    }
    buttons.push(button("\u2212", "Zoom out", () => this.zoom(1.6)), button("+", "Zoom in", () => this.zoom(1 / 1.6)));
    byId("zoom").replaceChildren(...buttons);
  }

  get width() { return Math.max(this.root.clientWidth, 200); }
  get names() { return this.width < 560 ? 0 : kNames; }
  timeAt(x) { return this.view.begin + (x - this.names) / (this.width - this.names) * (this.view.end - this.view.begin); }
  xOf(time) { return this.names + (time - this.view.begin) / (this.view.end - this.view.begin) * (this.width - this.names); }

  fit(begin, end, room = 0.04) {
    const more = room * (end - begin);
    this.go({begin: begin - more, end: end + more});
  }

  // No further than the whole, no closer than some nanoseconds.
  go({begin, end}) {
    const whole = this.whole.end - this.whole.begin, length = Math.min(Math.max(end - begin, 20), whole);
    const middle = Math.min(Math.max((begin + end) / 2, this.whole.begin + length / 2), this.whole.end - length / 2);
    this.view = {begin: middle - length / 2, end: middle + length / 2};
    this.draw();
  }

  zoom(factor, x = this.names + (this.width - this.names) / 2) {
    const at = this.timeAt(x);
    this.go({begin: at - (at - this.view.begin) * factor, end: at + (this.view.end - at) * factor});
  }

  move(part) {
    const by = part * (this.view.end - this.view.begin);
    this.go({begin: this.view.begin + by, end: this.view.end + by});
  }

  listen() {
    this.root.addEventListener("wheel", (event) => this.wheel(event), {passive: false});
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(name, (event) => this.up(event));
    }
    this.canvas.addEventListener("pointerleave", () => { hover(null); hideTip(); });
    this.canvas.addEventListener("dblclick", (event) => {
      const found = this.sliceAt(event.offsetX, event.offsetY);
      found && this.fit(found.begin, found.end, 0.5);
    });
    const centre = (event) => {
      const {begin, end} = this.whole, at = begin + (event.offsetX - this.names) / (this.width - this.names) * (end - begin);
      const half = (this.view.end - this.view.begin) / 2;
      this.go({begin: at - half, end: at + half});
    };
    this.overview.addEventListener("pointerdown", (event) => { this.overview.setPointerCapture(event.pointerId); centre(event); });
    this.overview.addEventListener("pointermove", (event) => { event.buttons !== 0 && centre(event); });
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.root) {
      return; // the page scrolls
    }
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.move((event.deltaX || event.deltaY) * pixels / this.width);
    } else {
      this.zoom(Math.exp(Math.min(Math.max(event.deltaY * pixels, -400), 400) * 0.002), event.offsetX);
    }
  }

  key(event) {
    const act = {ArrowLeft: () => this.move(-0.15), ArrowRight: () => this.move(0.15), ArrowUp: () => this.zoom(1 / 1.5),
      ArrowDown: () => this.zoom(1.5), "+": () => this.zoom(1 / 1.5), "-": () => this.zoom(1.5), Home: () => this.go(this.whole),
      Enter: () => this.showChosen()}[event.key];
    const step = event.shiftKey ? {ArrowLeft: -1, ArrowRight: 1}[event.key] : undefined;
    if (step !== undefined) {
      event.preventDefault();
      this.step(step);
    } else if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
      this.say(`${nanosText(this.view.begin - this.whole.begin)} to ${nanosText(this.view.end - this.whole.begin)}`);
    }
  }

  say(...words) {
    byId("timeline-said").replaceChildren(...words);
  }

  // To the slice before or behind the one that was gone to, else to the first that is seen.
  step(by) {
    const {slices} = this.tracks.find((track) => track.kind === "dispatches") ?? {slices: []};
    const now = slices.indexOf(this.current);
    const slice = slices[now >= 0 ? now + by : this.tracks.at(-1).after(this.view.begin)];
    if (slice) {
      this.current = slice;
      choose(slice.dispatch);
      const length = Math.max(this.view.end - this.view.begin, 1);
      if (slice.begin < this.view.begin || slice.end > this.view.end || slice.end - slice.begin < 0.01 * length) {
        const room = Math.min(20 * (slice.end - slice.begin), length) / 2, middle = (slice.begin + slice.end) / 2;
        this.go({begin: middle - room, end: middle + room});
      }
      this.say(text(`${slice.dispatch.op}, ${slice.dispatch.shape}: ${nanosText(slice.end - slice.begin)}`));
    }
  }

  // Where the chosen dispatch took about as long as usual.
  showChosen() {
    const track = this.tracks.find(({kind}) => kind === "dispatches"), wanted = state.chosen;
    const own = track && wanted ? track.slices.filter((slice) => slice.dispatch === wanted) : [];
    if (own.length > 0) {
      const off = (slice) => Math.abs((slice.end - slice.begin) * 1e-9 - wanted.times.median);
      this.current = own.reduce((best, slice) => (off(slice) < off(best) ? slice : best));
      const length = this.current.end - this.current.begin;
      this.fit(this.current.begin - 2 * length, this.current.end + 2 * length);
    }
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, event.offsetX);
    this.still = this.pointers.size === 1;
    this.begun = event.offsetX;
  }

  moved(event) {
    if (!this.pointers.has(event.pointerId)) {
      return this.point(event);
    }
    const before = [...this.pointers.values()];
    this.pointers.set(event.pointerId, event.offsetX);
    const after = [...this.pointers.values()];
    this.still &&= Math.abs(event.offsetX - this.begun) < 4;
    if (this.still) {
      return undefined;
    }
    hideTip();
    const times = before.map((x) => this.timeAt(x)), reach = this.width - this.names;
    if (after.length === 1) {
      this.move((before[0] - after[0]) / reach);
    } else if (Math.abs(after[1] - after[0]) > 4) {
      const scale = (times[1] - times[0]) / (after[1] - after[0]);
      const begin = times[0] - (after[0] - this.names) * scale;
      scale > 0 && this.go({begin, end: begin + reach * scale});
    }
    return undefined;
  }

  up(event) {
    const touched = this.pointers.delete(event.pointerId);
    if (touched && this.still && event.type === "pointerup") {
      const found = this.sliceAt(event.offsetX, event.offsetY);
      if (found?.dispatch) {
        this.current = found;
        choose(found.dispatch);
      }
      this.point(event);
    }
  }

  sliceAt(x, y) {
    const track = this.tracks.find(({top, height}) => y >= top && y < top + height);
    return track && x >= this.names ? track.at(this.timeAt(x), 2 / this.width * (this.view.end - this.view.begin)) : null;
  }

  point(event) {
    const slice = this.sliceAt(event.offsetX, event.offsetY);
    hover(slice?.dispatch ?? null);
    if (!slice) {
      return hideTip();
    }
    const length = nanosText(slice.end - slice.begin), from = `from ${nanosText(slice.begin - this.whole.begin)} on`;
    if (slice.dispatch) {
      dispatchTip(event.clientX, event.clientY, slice.dispatch, `here ${length}, ${from}`);
    } else {
      tip(event.clientX, event.clientY, element("div", {class: "strong"}, text(slice.text)), `${length}, ${from}`, slice.more);
    }
    return undefined;
  }

  build() {}

  show() {
    this.draw();
  }
}
