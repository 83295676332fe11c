// Layers and heads to choose from.
function nameOf({layer, head, rollout}) {
  if (rollout) {
    return "rollout through all layers";
  }
  if (layer !== null) {
    return `layer ${layer + 1}, ${head === null ? "mean of its heads" : `head ${head + 1}`}`;
  }
  const {maps} = state.attention;
  return maps.flat().length === 1 ? "the only head" : maps.length === 1 ? "mean of all heads" : "mean of all layers and heads";
}

// What stands above and beside a map that has room for it.
function axes() {
  const axis = (name, units) => element("div", {class: `axis ${name}`, "aria-hidden": "true"},
    ...units.map((unit) => element("bdi", {textContent: unit.text})));
  const long = panels.to.units.some((unit) => unit.text.length > 2);
  return [element("span"), axis(long ? "top long" : "top", panels.to.units), axis("left", panels.from.units)];
}

// A small map for every head of every layer, and for their means.
class Heads {
  constructor() {
    const {attention} = state, layers = attention.maps.length, count = attention.maps[0].length;
    this.maps = [];
    const option = (choice, ...before) => {
      const canvas = element("canvas");
      this.maps.push({choice, canvas});
      return {content: [canvas], label: nameOf(choice), title: nameOf(choice), before, choice,
        chosen: () => ["layer", "head", "rollout"].every((key) => (state.choice[key] ?? null) === (choice[key] ?? null))};
    };
    const label = (text, name = "name", long = "") => element("span", {class: name},
      element("span", {class: "long", textContent: long}), text);
    const means = count === 1 || layers > 1; // a column of them, unless it says what the map of all says
    const columns = (means ? 1 : 0) + (count > 1 ? count : 0);
    this.single = layers * count === 1 && !attention.selfish; // nothing to choose: the map itself is what is of interest
    const rows = [[option({layer: null, head: null}, ...(this.single ? axes() : [label("all")]))]];
    if (attention.selfish) {
      rows[0].push(option({layer: null, head: null, rollout: true}));
    }
    const beside = label(attention.selfish ? "mean of all maps, and rollout" : "mean of all maps", "beside");
    beside.style.gridColumn = `${2 + rows[0].length} / -1`;
    const heads = Array.from({length: count}, (_, head) => label(`${head + 1}`, "head", count > 6 ? "" : "head "));
    const heading = [beside, ...(count > 1 ? [label(""), ...(means ? [label(count > 6 ? "all" : "mean", "head")] : []), ...heads] : [])];
    for (let layer = 0; layer < layers && layers * count > 1; ++layer) {
      const row = means ? [option({layer, head: null})] : [];
      for (let head = 0; head < count && count > 1; ++head) {
        row.push(option({layer, head}));
      }
      row[0].before = [...(layer === 0 ? heading : []), label(`${layer + 1}`, "name", "layer ")];
      rows.push(row);
    }
    const root = byId("heads");
    root.style.setProperty("--maps", Math.max(columns, rows[0].length + 2));
    this.chooser = new Choice(root, rows, ({choice}) => {
      state.choice = choice;
      render();
    });
    byId("choosing-name").textContent = this.single ? "The whole map" : "Layers and heads";
    this.drawWhole();
    byId("choosing").hidden = this.single && !this.whole;
    byId("columns").classList.toggle("alone", byId("choosing").hidden);
    root.classList.toggle("single", this.single);
    if (this.single) {
      const button = rows[0][0].button;
      button.addEventListener("pointermove", (event) => {
        const at = Math.floor(event.offsetY / button.clientHeight * panels.from.units.length);
        hover({role: "from", at: Math.min(Math.max(at, 0), panels.from.units.length - 1)});
      });
      button.addEventListener("pointerleave", () => hover(null));
    }
  }

  // A small map is as wide as what it shows, within reason.
  shape() {
    const {from, to} = panels, picture = (to.side.picture ?? from.side.picture);
    const ratio = picture ? picture.columns / picture.rows : to.units.length / from.units.length;
    return Math.min(Math.max(ratio, 0.5), 2);
  }

  // Maps between words are drawn once; what is chosen moves over them as a mark.
  drawWhole() {
    this.whole = !panels.from.photo && !panels.to.photo;
    byId("heads").style.setProperty("--shape", this.shape());
    for (const {choice, canvas} of this.whole ? this.maps : []) {
      const columns = panels.to.units.length;
      const values = choice.rollout
        ? panels.from.units.flatMap((unit) => seenBy(state.attention, choice, unit, panels.to.units)) : byUnits(choice);
      const most = choice.rollout || choice.head === null || choice.layer === null ? largestOf(values) : 1;
      drawCells(canvas, columns, values, (value) => value / (most || 1));
    }
  }

  show(shown) {
    const root = byId("heads"), count = panels[shown.role].units.length, lit = panels[other(shown.role)];
    root.dataset.mark = this.whole ? shown.role : "none";
    root.style.setProperty("--at", `${100 * shown.at / count}%`);
    root.style.setProperty("--size", `${100 / count}%`);
    for (const {choice, canvas} of this.whole ? [] : this.maps) {
      const values = valuesFor(choice, shown);
      const cells = lit.photo ? values.slice(-lit.side.picture.rows * lit.side.picture.columns) : values;
      const least = lit.photo ? Math.min(...cells) : 0, most = largestOf(cells);
      const columns = lit.photo ? lit.side.picture.columns : cells.length;
      drawCells(canvas, columns, cells, (value) => (most > least ? (value - least) / (most - least) : 0));
    }
    this.chooser.update();
  }
}
