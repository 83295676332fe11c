// What a reader sees and does.
const percent = (share, fine = false) => `${fine && share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)}\u00a0%`;

// The pinned unit is shown unless a pointer is over another one. A place is {role: "from" | "to", at}.
const state = {attention: null, kind: 0, pieces: false, way: "from", choice: {layer: null, head: null}, pinned: null, hovered: null};
const attentions = explained.maps.map(() => null);
let panels = {}; // from, to: the same of a picture that looks at itself
let heads = null;

const unitOf = (place) => panels[place.role].units[place.at];
const other = (role) => (role === "from" ? "to" : "from");
const isPictureAlone = () => panels.from === panels.to;

function pin(place) {
  state.pinned = place;
  state.hovered = null;
  render();
}

function hover(place) {
  state.hovered = place;
  render();
}

function largestOf(values) {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}

// The matrix by units, for small maps and for what is darkest.
function byUnits(choice) {
  const {attention} = state, matrix = attention.matrix(choice), from = panels.from.units, to = panels.to.units;
  const out = new Float32Array(from.length * to.length);
  from.forEach((source, i) => to.forEach((target, k) => {
    for (const row of source.tokens) {
      for (const column of target.tokens) {
        out[i * to.length + k] += matrix[row * attention.columns + column] / source.tokens.length;
      }
    }
  }));
  return out;
}

function valuesFor(choice, shown) {
  const unit = unitOf(shown), units = panels[other(shown.role)].units;
  return (shown.role === "from" ? seenBy : seersOf)(state.attention, choice, unit, units);
}

const bare = (unit) => element("bdi", {textContent: isPictureAlone() || unit.row !== undefined ? unit.text : `\u201c${unit.text}\u201d`});

// The same in words, for those who hear it or see no colours.
function summarise(shown, values) {
  const units = panels[other(shown.role)].units, fine = units.some((unit) => unit.row !== undefined);
  const best = values.map((value, i) => [value, units[i]]).sort((a, b) => b[0] - a[0]).slice(0, 3).filter(([value]) => value >= 0.001);
  const parts = best.flatMap(([value, unit], i) => [i > 0 ? ", " : "", bare(unit), ` ${percent(value, fine)}`]);
  const verb = shown.role === "from" ? " looks at " : " is looked at by ";
  byId("summary").replaceChildren(bare(unitOf(shown)), verb, ...(best.length > 0 ? parts : ["nothing much"]));
}

// From the chosen word to those that are lit; a heavier look is a heavier line.
function drawCurves(shown, values, top) {
  const svg = byId("curves"), source = panels[shown.role], target = panels[other(shown.role)];
  svg.replaceChildren();
  if (source.photo || target.photo) {
    return;
  }
  const stage = byId("stage").getBoundingClientRect(), up = shown.role === "from";
  const place = (item, edge) => {
    const box = item.getBoundingClientRect();
    return [box.left + box.width / 2 - stage.left, box[edge] - stage.top];
  };
  const [x, y] = place(source.items[shown.at], up ? "top" : "bottom");
  values.forEach((value, i) => {
    const level = value / top;
    if (level >= 0.04) {
      const [toX, toY] = place(target.items[i], up ? "bottom" : "top"), middle = (y + toY) / 2;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x},${y} C${x},${middle} ${toX},${middle} ${toX},${toY}`);
      path.setAttribute("stroke-width", 1 + 6 * level);
      path.setAttribute("stroke-opacity", 0.2 + 0.6 * level);
      svg.append(path);
    }
  });
}

function drawLegend(lit, values, top) {
  const cells = lit.photo ? values.slice(-lit.side.picture.rows * lit.side.picture.columns) : [];
  byId("least").textContent = lit.photo ? percent(Math.min(...cells), true) : "0";
  byId("largest").textContent = lit.photo ? percent(Math.max(...cells), true) : percent(top);
  const steps = Array.from({length: 64}, (_, i) => i / 63);
  drawCells(byId("bar"), 64, steps, (value) => value, lit.photo ? tables.photo : heatTable());
}

function render() {
  const shown = state.hovered ?? state.pinned, lit = panels[other(shown.role)];
  const values = valuesFor(state.choice, shown);
  const top = lit.photo || state.choice.rollout ? largestOf(values) || 1 : state.largest(state.choice);
  if (isPictureAlone()) {
    lit.show(values, shown.at, top);
  } else {
    lit.show(values, -1, top);
    panels[shown.role].show(null, shown.at, top);
  }
  drawCurves(shown, values, top);
  drawLegend(lit, values, top);
  summarise(shown, values);
  heads.show(shown);
  byId("chosen").textContent = heads.single ? "" : `Shown: ${nameOf(state.choice)}`;
}

// Everything anew: another attention, words for pieces.
function build() {
  const kind = explained.maps[state.kind];
  state.attention = attentions[state.kind] ??= new Attention(kind);
  const side = (role) => explained.sides[kind[role]], selfish = state.attention.selfish;
  if (selfish && side("to").picture) {
    panels = {};
    panels.from = panels.to = new Panel(side("to"), "to", side("to").name);
  } else {
    panels = {to: new Panel(side("to"), "to", side("to").name + (selfish ? ", as it is looked at" : "")),
      from: new Panel(side("from"), "from", side("from").name + (selfish ? ", as it looks" : ""))};
  }
  byId("panels").replaceChildren(...new Set([panels.to.root, panels.from.root]));
  const darkest = new Map();
  state.largest = (choice) => {
    const key = `${choice.layer} ${choice.head}`;
    if (!darkest.has(key)) {
      darkest.set(key, largestOf(byUnits(choice)) || 1);
    }
    return darkest.get(key);
  };
  const first = panels.from.units.findIndex((unit) => unit.tokens.includes(kind.first));
  state.pinned = {role: isPictureAlone() ? state.way : "from", at: first};
  state.hovered = null;
  heads = new Heads();
  byId("kind-name").textContent = kind.name;
  byId("about").textContent = kind.about;
  byId("heads-about").textContent = heads.whole ? "A row for each word that looks, a column for each that is looked at."
    : "Each small map is drawn from its own least to its own largest weight.";
  byId("directions").hidden = !isPictureAlone();
  render();
}

function chooser(id, options) {
  byId(id).hidden = options.length < 2;
  return new Choice(byId(id), [options], (option) => option.take());
}

function addAnswers() {
  const root = byId("answers");
  root.hidden = explained.answers.length === 0;
  const pictured = explained.sides.find((side) => side.picture);
  if (pictured && explained.answers.length > 0) {
    root.append(element("img", {src: "data:image/png;base64," + pictured.picture.png, alt: pictured.name}));
  }
  for (const {name, guesses} of explained.answers) {
    const list = element("ol");
    for (const guess of guesses) {
      const bar = element("span", {class: "bar"});
      bar.style.setProperty("--share", guess.probability);
      const share = element("span", {textContent: `${(100 * guess.probability).toFixed(1)}\u00a0%`});
      list.append(element("li", {}, element("bdi", {textContent: guess.name}), bar, share));
    }
    root.append(element("div", {}, element("h2", {textContent: name}), list));
  }
}

function start() {
  byId("columns").classList.toggle("pictured", explained.sides.some((side) => side.picture));
  byId("title").textContent = explained.title;
  byId("line").textContent = explained.line;
  byId("note").textContent = explained.note;
  byId("note").hidden = explained.note === "";
  chooser("kinds", explained.maps.map((kind, i) => ({text: kind.name, chosen: () => state.kind === i, take: () => {
    state.kind = i;
    state.choice = {layer: null, head: null};
    build();
  }})));
  const inPieces = explained.sides.some((side) => unitsOf(side, true).length > unitsOf(side, false).length);
  const units = [{text: "words", pieces: false}, {text: "pieces", pieces: true}];
  chooser("units", (inPieces ? units : []).map(({text, pieces}) => ({text, chosen: () => state.pieces === pieces, take: () => {
    state.pieces = pieces;
    build();
  }})));
  const ways = [{text: "what it looks at", way: "from"}, {text: "what looks at it", way: "to"}];
  chooser("directions", ways.map(({text, way}) => ({text, chosen: () => state.way === way, take: () => {
    state.way = way;
    pin({...state.pinned, role: way});
  }})));
  addAnswers();
  build();
  const what = isPictureAlone() ? "patch" : panels.to.photo ? "word or a patch" : "word";
  byId("keys").textContent = `Point at a ${what} to see its attention; a click keeps it. `
    + "Tab goes from one part to the next, the arrow keys move inside.";
  byId("panels").addEventListener("pointerleave", () => hover(null));
  night.addEventListener("change", () => { heads.drawWhole(); render(); });
  new ResizeObserver(() => render()).observe(byId("stage"));
}

start();
