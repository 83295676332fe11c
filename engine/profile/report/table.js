// Every dispatch, every kernel and shape, or every op in a line, to be sorted and filtered.
const kLines = 200; // before more are asked for

const plainText = (value) => [text(value)];
const seconds = (name, title, of) => ({name, title, value: of, cell: (row) => [of(row) > 0 ? timeText(of(row)) : "\u2013"], number: true});
const barCell = (share, words) => [styled(element("span", {class: "share"}, words), "--share", Math.min(share, 1))];
const shareColumn = {name: "share", title: "of the time of all dispatches", value: (row) => row.share, number: true, narrow: true,
  cell: (row) => barCell(row.share, percentText(row.share))};
const shapeOf = (row) => row.shape ?? row.dispatches?.[0]?.shape ?? ""; // below the op where its own column has no room
const opColumn = {name: "op", value: (row) => row.op, narrow: true, cell: (row) => [dot(row.op), text(row.op),
  element("span", {class: "mono below"}, text(shapeOf(row)))]};
const roofs = (rating) => [
  {name: "of the roof", title: "the least time that the roofs of this device allow, of the median", value: (row) => rating(row).roof,
    number: true, narrow: true, cell: (row) => (rating(row).roof > 0 ? barCell(rating(row).roof, percentText(rating(row).roof)) : ["\u2013"])},
  {name: "bound", title: "what lets it take no less", value: (row) => rating(row).limit, cell: (row) => [rating(row).limit]}];
const rates = (rating) => [
  {name: "GFLOP/s", value: (row) => rating(row).flops, number: true, cell: (row) => [gigaText(rating(row).flops)]},
  {name: "GB/s", title: "bytes that have to be read or written once", value: (row) => rating(row).bytes, number: true,
    cell: (row) => [gigaText(rating(row).bytes)]}];

const pointRating = (point) => ({flops: point.flops / point.seconds, bytes: point.bytes / point.seconds, roof: point.best / point.seconds,
  limit: point.dispatches[0].rating.limit});
const kGroupings = {
  dispatches: {
    about: "dispatches", rows: () => onPlan().filter(isKept), dispatch: (row) => row, columns: () => [
      {name: "#", title: "in its plan", value: (row) => row.plan.number * 1e6 + row.at, number: true, cell: (row) => [String(row.at)]},
      opColumn, {name: "kernel", value: (row) => row.kernel.name, cell: (row) => plainText(row.kernel.name)},
      {name: "shape", value: (row) => row.shape, cell: (row) => plainText(row.shape), mono: true}, shareColumn,
      {...seconds("median", "of the isolated runs", (row) => row.times.median), narrow: true}, ...roofs((row) => row.rating),
      seconds("min", "of the isolated runs", (row) => row.times.least), seconds("p95", "95 of 100 took no longer", (row) => row.times.p95),
      ...rates((row) => row.rating), ...(state.plan === null && profile.plans.length > 1
        ? [{name: "plan", value: (row) => row.plan.name, cell: (row) => plainText(row.plan.name)}] : [])],
  },
  "kernels and shapes": {
    about: "kernels and shapes", rows: () => pointsOf(onPlan().filter(isKept)), dispatch: (row) => heaviest(row.dispatches), columns: () => [
      opColumn, {name: "kernel", value: (row) => row.dispatches[0].kernel.name, cell: (row) => plainText(row.dispatches[0].kernel.name)},
      {name: "shape", value: (row) => row.dispatches[0].shape, cell: (row) => plainText(row.dispatches[0].shape), mono: true},
      {name: "count", title: "dispatches alike", value: (row) => row.dispatches.length, number: true, cell: (row) => [String(row.dispatches.length)]},
      shareColumn, {...seconds("a round", "all of them, in a round of the workload", (row) => row.seconds), narrow: true},
      ...roofs(pointRating), ...rates(pointRating)],
  },
  ops: {
    about: "ops", rows: () => profile.summary.ops.map((op) => ({...op, op: op.name})).filter((op) => onPlan().some((each) =>
      each.op === op.name && isKept(each))), dispatch: () => null, columns: () => [opColumn,
      {name: "dispatches", value: (row) => row.dispatches, number: true, cell: (row) => [String(row.dispatches)]}, shareColumn,
      {...seconds("median", "of the isolated rounds", (row) => row.round.median), narrow: true}, ...roofs((row) => row.rating),
      seconds("min", "of the isolated rounds", (row) => row.round.least), seconds("p95", "95 of 100 took no longer", (row) => row.round.p95),
      ...rates((row) => row.rating)],
  },
};

class Table {
  constructor() {
    this.root = byId("table");
    this.grouping = "dispatches";
    this.sorted = {name: "share", down: true};
    this.most = kLines;
    this.choice = new Choice(byId("grouping"), Object.keys(kGroupings).map((name) => ({text: name, chosen: () => this.grouping === name,
      take: () => this.group(name)})));
    byId("filter").addEventListener("input", () => {
      state.words = byId("filter").value.toLowerCase().split(/\s+/).filter((word) => word !== "");
      this.most = kLines;
      this.build();
      rebuildMarks();
    });
    this.root.addEventListener("pointerleave", () => hover(null));
  }

  group(name) {
    this.grouping = name;
    this.most = kLines;
    this.build();
    this.show();
  }

  sortBy(name, number) {
    this.sorted = {name, down: this.sorted.name === name ? !this.sorted.down : Boolean(number)};
    this.build();
    this.show();
    this.root.querySelector("th[aria-sort] button")?.focus();
  }

  build() {
    const grouping = kGroupings[this.grouping], columns = grouping.columns();
    const column = columns.find(({name}) => name === this.sorted.name) ?? columns.find(({name}) => name === "share");
    const sign = this.sorted.down ? -1 : 1, rows = grouping.rows();
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en", {numeric: true}) : a - b);
    rows.sort((a, b) => sign * compare(column.value(a), column.value(b)));
    this.all = rows;
    this.rows = rows.slice(0, this.most);
    const heading = element("tr", {}, ...columns.map((each) => {
      const button = element("button", {type: "button", title: each.title}, each.name);
      button.addEventListener("click", () => this.sortBy(each.name, each.number));
      const order = each === column ? (this.sorted.down ? "descending" : "ascending") : undefined;
      return element("th", {scope: "col", class: this.classOf(each), "aria-sort": order}, button);
    }));
    this.lines = this.rows.map((row, i) => this.line(row, i, columns, grouping));
    this.root.replaceChildren(element("table", {"aria-labelledby": "table-name"}, element("thead", {}, heading),
      element("tbody", {}, ...this.lines)));
    this.count(rows.length, grouping);
    byId("table-name").textContent = {dispatches: "Dispatches", ops: "Ops"}[this.grouping] ?? "Kernels and shapes";
    this.choice?.update();
  }

  classOf = (column) => [column.number ? "number" : "", column.narrow ? "" : "wide", column.mono ? "mono" : ""].join(" ").trim() || undefined;

  count(all, grouping) {
    const share = (this.grouping === "dispatches" ? this.all : []).reduce((sum, row) => sum + row.share, 0);
    const filtered = state.words.length > 0 && this.grouping === "dispatches" ? `, ${percentText(share)} of the time` : "";
    byId("count").replaceChildren(`${all} ${grouping.about}${filtered}. `);
    if (this.rows.length < all) {
      const button = element("button", {type: "button", class: "link"}, `The first ${this.rows.length} are shown: show all`);
      button.addEventListener("click", () => { this.most = Infinity; this.build(); this.show(); });
      byId("count").append(button);
    }
  }

  line(row, i, columns, grouping) {
    const out = element("tr", {tabindex: -1}, ...columns.map((each) => element("td", {class: this.classOf(each)}, ...each.cell(row))));
    const take = () => {
      const dispatch = grouping.dispatch(row);
      if (dispatch !== null) {
        choose(dispatch);
      }
    };
    out.addEventListener("click", () => (this.grouping === "ops" ? this.into(row) : (take(), out.focus({preventScroll: true}))));
    out.addEventListener("pointerenter", () => hover(grouping.dispatch(row)));
    out.addEventListener("keydown", (event) => {
      const next = {ArrowUp: i - 1, ArrowDown: i + 1, Home: 0, End: this.lines.length - 1}[event.key];
      if (this.lines[next]) {
        event.preventDefault();
        this.lines[next].focus();
        this.lines[next].scrollIntoView({block: "nearest"});
        const dispatch = grouping.dispatch(this.rows[next]);
        dispatch !== null && choose(dispatch);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.grouping === "ops" ? this.into(row) : take();
      }
    });
    return out;
  }

  // From an op to its dispatches.
  into(row) {
    byId("filter").value = row.op;
    byId("filter").dispatchEvent(new Event("input"));
    this.group("dispatches");
    this.lines[0]?.focus();
  }

  show() {
    const grouping = kGroupings[this.grouping], holds = (row, dispatch) => dispatch !== null &&
      (this.grouping === "ops" ? row.op === dispatch.op : row === dispatch || (row.dispatches?.includes?.(dispatch) ?? false));
    const at = this.all.findIndex((row) => grouping.dispatch(row) !== null && holds(row, state.chosen));
    if (at >= this.rows.length) {
      this.most = at + 50;
      this.build();
    }
    this.lines.forEach((line, i) => {
      const chosen = holds(this.rows[i], state.chosen);
      line.setAttribute("aria-selected", chosen);
      line.classList.toggle("hovered", holds(this.rows[i], state.hovered));
      line.tabIndex = i === Math.max(at, 0) ? 0 : -1;
    });
    const line = this.lines[at];
    if (line && this.shown !== state.chosen) {
      const top = line.offsetTop - this.root.querySelector("thead").offsetHeight;
      if (top < this.root.scrollTop || line.offsetTop + line.offsetHeight > this.root.scrollTop + this.root.clientHeight) {
        this.root.scrollTop = top - this.root.clientHeight / 3;
      }
    }
    this.shown = state.chosen;
  }
}
