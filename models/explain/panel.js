// Words and patches, as they are pointed at and lit.
// As the first letter is that has one.
function directionOf(units) {
  const letter = units.map((unit) => unit.text).join(" ").replace(/\[[A-Z]+\]|<[^<>]*>/g, "").match(/\p{L}/u);
  return letter && /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(letter[0]) ? "rtl" : "ltr";
}

// One side: its words, or its picture and what is no patch of it.
class Panel {
  constructor(side, role, heading) {
    this.side = side;
    this.role = role;
    this.units = unitsOf(side, state.pieces);
    this.root = element("section", {class: `panel ${role}`}, element("h2", {textContent: heading}));
    this.items = [];
    const words = this.units.filter((unit) => unit.row === undefined);
    if (words.length > 0) {
      const list = element("div", {class: "words", dir: directionOf(words), role: "listbox", "aria-label": heading});
      list.append(...words.map((unit) => this.item(unit, element("span", {class: "word", role: "option"},
        element("bdi", {textContent: unit.text}), element("span", {class: "share"})))));
      this.root.append(list);
    }
    if (side.picture) {
      this.addPicture(side.picture, heading);
    }
  }

  item(unit, root) {
    const at = this.items.length, place = () => ({role: isPictureAlone() ? state.way : this.role, at});
    root.addEventListener("pointerenter", () => hover(place()));
    root.addEventListener("click", () => pin(place()));
    root.addEventListener("focus", () => pin(place()));
    root.addEventListener("keydown", (event) => this.move(event, at));
    this.items.push(root);
    return root;
  }

  addPicture(picture, heading) {
    const canvas = element("canvas");
    this.photo = new HeatedPhoto(picture, canvas);
    const grid = element("div", {class: "patches", role: "grid"});
    grid.setAttribute("aria-label", `${heading}, ${picture.rows} by ${picture.columns} patches`);
    const patches = this.units.filter((unit) => unit.row !== undefined);
    for (let row = 0; row < picture.rows; ++row) {
      const line = element("div", {role: "row"});
      const cell = (unit) => this.item(unit, element("span", {class: "patch", role: "gridcell"}));
      line.append(...patches.filter((unit) => unit.row === row).map(cell));
      grid.append(line);
    }
    grid.style.setProperty("--columns", picture.columns);
    this.root.append(element("div", {class: "picture"}, canvas, grid));
  }

  // Patches lie in rows; words follow one another, to the left where they are read so.
  move(event, at) {
    const unit = this.units[at], words = this.side.tokens.length, columns = this.side.picture?.columns ?? 0;
    const onward = unit.row === undefined && getComputedStyle(this.items[at].parentElement).direction === "rtl" ? -1 : 1;
    const [up, down] = unit.row === undefined ? [-1, 1] : [-columns, columns];
    const steps = {ArrowLeft: -onward, ArrowRight: onward, ArrowUp: up, ArrowDown: down};
    let next = event.key === "Home" ? 0 : event.key === "End" ? this.units.length - 1 : at + (steps[event.key] ?? NaN);
    if (event.key === "ArrowUp" && unit.row === 0) {
      next = words - 1;
    }
    if (event.key === "Enter" || event.key === " ") {
      next = at;
    }
    if (next >= 0 && next < this.units.length) {
      event.preventDefault();
      this.items[next].focus();
    }
  }

  // Values by unit, or null: nothing is lit here. `chosen` is the unit that all is about, or -1.
  show(values, chosen, top) {
    this.lit = values;
    const cells = this.photo && values ? values.slice(-this.side.picture.rows * this.side.picture.columns) : null;
    if (cells) {
      this.photo.show(cells, Math.min(...cells), Math.max(...cells));
    } else if (this.photo) {
      this.photo.show(this.units.filter((unit) => unit.row !== undefined).map(() => 0), 0, 1);
    }
    this.items.forEach((item, i) => {
      const {row, column} = this.units[i], isPatch = row !== undefined, share = values ? values[i] : 0;
      item.tabIndex = i === Math.max(chosen, 0) ? 0 : -1;
      item.setAttribute("aria-selected", i === chosen);
      item.classList.toggle("chosen", i === chosen);
      if (isPatch) {
        item.setAttribute("aria-label", `row ${row + 1}, column ${column + 1}${values ? ": " + percent(share, true) : ""}`);
        item.title = values ? percent(share, true) : "";
        return;
      }
      const colour = heat(share / top);
      item.style.backgroundColor = values ? css(colour) : "";
      item.style.color = values ? (isLight(colour) ? "var(--dark-ink)" : "var(--light-ink)") : "";
      item.lastChild.textContent = values && (share >= 0.005 || (this.photo && share >= 0.0005)) ? percent(share, Boolean(this.photo)) : "";
    });
  }
}
