// Buttons of which one is chosen.
const byId = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const out = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    key === "class" ? out.className = value : key.includes("-") || key === "role" ? out.setAttribute(key, value) : out[key] = value;
  }
  out.append(...children);
  return out;
}

// One of several buttons, the arrows move between them: `rows` of {text or content, label, chosen()}.
class Choice {
  constructor(root, rows, choose) {
    this.root = root;
    this.rows = rows;
    this.choose = choose;
    root.replaceChildren();
    for (const [y, row] of rows.entries()) {
      for (const [x, option] of row.entries()) {
        option.button = element("button", {type: "button", role: "radio", "aria-label": option.label ?? option.text});
        option.button.title = option.title ?? "";
        option.button.append(...(option.content ?? [option.text]));
        option.button.addEventListener("click", () => this.take(y, x));
        option.button.addEventListener("keydown", (event) => this.move(event, y, x));
        root.append(...(option.before ?? []), option.button);
      }
    }
    this.update();
  }

  take(y, x) {
    this.choose(this.rows[y][x]);
    this.update();
  }

  move(event, y, x) {
    const [down, right] = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key] ?? [0, 0];
    const flat = this.rows.length === 1 ? right + down : right;
    const row = Math.min(Math.max(y + (this.rows.length === 1 ? 0 : down), 0), this.rows.length - 1);
    const column = Math.min(Math.max(x + flat, 0), this.rows[row].length - 1);
    if (down !== 0 || right !== 0) {
      event.preventDefault();
      this.take(row, column);
      this.rows[row][column].button.focus();
    }
  }

  update() {
    for (const option of this.rows.flat()) {
      option.button.setAttribute("aria-checked", option.chosen());
      option.button.tabIndex = option.chosen() ? 0 : -1;
    }
  }
}
