// What a page is made of, and what is chosen on it.
const byId = (id) => document.getElementById(id);
const night = matchMedia("(prefers-color-scheme: dark)");
const colourOf = (op) => (ops.get(op) ? ops.get(op)[night.matches ? "night" : "day"] : "#80868f");
const paint = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function withProperties(out, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value !== undefined && value !== false) {
      out.setAttribute(key, value);
    }
  }
  out.append(...children.filter((child) => child !== null && child !== undefined));
  return out;
}
const element = (name, properties = {}, ...children) => withProperties(document.createElement(name), properties, children);
const svg = (name, properties = {}, ...children) =>
  withProperties(document.createElementNS("http://www.w3.org/2000/svg", name), properties, children);
const styled = (out, name, value) => {
  out.style.setProperty(name, value);
  return out;
};
const dot = (op) => styled(element("span", {class: "dot", "aria-hidden": "true"}), "background-color", colourOf(op));
const text = (words) => element("bdi", {}, words);

// What is chosen stays, what is hovered goes with the pointer; a view has show() for either, and build() for another plan or filter.
const state = {plan: null, chosen: null, hovered: null, words: [], hidden: new Set(), chosenAlike: new Set()};
const views = [];
const onPlan = () => dispatches.filter((dispatch) => state.plan === null || dispatch.plan === state.plan);
const isKept = (dispatch) => state.words.every((word) => dispatch.words.includes(word));

function choose(dispatch) {
  state.chosen = dispatch;
  for (const view of views) {
    view.show();
  }
}

function hover(dispatch) {
  if (state.hovered !== dispatch) {
    state.hovered = dispatch;
    for (const view of views) {
      view.show();
    }
  }
}

function rebuild() {
  for (const view of views) {
    view.build();
    view.show();
  }
}

// Beside the pointer or beside what has the focus.
function tip(x, y, ...lines) {
  const box = byId("tip");
  box.replaceChildren(...lines.filter((line) => line).map((line) => (typeof line === "string" ? element("div", {}, text(line)) : line)));
  box.hidden = false;
  const {offsetWidth: width, offsetHeight: height} = box, room = document.documentElement.clientWidth;
  const left = x + 16 + width > room ? x - 12 - width : x + 16;
  box.style.left = `${Math.min(Math.max(left, 6), room - width - 6)}px`;
  box.style.top = `${Math.max(y + 18 + height > innerHeight ? y - 14 - height : y + 18, 6)}px`;
}
const hideTip = () => { byId("tip").hidden = true; };

const strong = (op, words) => element("div", {class: "strong"}, dot(op), text(words));

function dispatchTip(x, y, dispatch, ...more) {
  const {times, rating} = dispatch, named = dispatch.kernel.resources.map(([kind, , value]) => `${kind} ${value}`);
  tip(x, y, strong(dispatch.op, dispatch.op), dispatch.shape, dispatch.kernel.name,
    isTimed(dispatch) ? `${timeText(times.median)} median, ${timeText(times.least)} to ${timeText(times.p95)} (p95)` : "not timed",
    isTimed(dispatch) ? `${amountText(rating.flops, "FLOP/s")}, ${amountText(rating.bytes, "B/s")}` : null,
    isTimed(dispatch) && rating.roof > 0 ? `${percentText(rating.roof)} of its roof, ${boundText(dispatch)}` : null,
    named.length > 0 ? named.join(", ") : null, ...more);
}

// One of several buttons, the arrows move between them: options of {text, chosen(), take()}.
class Choice {
  constructor(root, options) {
    this.options = options;
    root.replaceChildren(...options.map((option, i) => {
      option.button = element("button", {type: "button", role: "radio"}, text(option.text));
      option.button.addEventListener("click", () => this.take(i));
      option.button.addEventListener("keydown", (event) => this.move(event, i));
      return option.button;
    }));
    this.update();
  }

  take(at) {
    this.options[at].take();
    this.update();
  }

  move(event, at) {
    const step = {ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1}[event.key], next = at + (step ?? NaN);
    if (next >= 0 && next < this.options.length) {
      event.preventDefault();
      this.take(next);
      this.options[next].button.focus();
    }
  }

  update() {
    for (const option of this.options) {
      option.button.setAttribute("aria-checked", option.chosen());
      option.button.tabIndex = option.chosen() ? 0 : -1;
    }
  }
}

// Redrawn when its room changes; a drawing that changes its own height is not drawn again for it.
function whenResized(root, draw) {
  let width = root.clientWidth;
  new ResizeObserver(() => {
    if (root.clientWidth !== width) {
      width = root.clientWidth;
      draw();
    }
  }).observe(root);
}
