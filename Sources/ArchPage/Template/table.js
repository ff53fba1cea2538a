// The table of layers: sorted, filtered, and only the rows in sight are elements, so that a thousand layers stay smooth.

const ROW = 30;

class LayerTable {
  /** `select(node)` is told of the row that is selected here. */
  constructor(parent, select) {
    this.parent = parent;
    this.select = select;
    this.selected = null;
    this.sort = { key: null, isDescending: false };
    this.filter = "";
    this.head = element("thead");
    this.body = element("tbody");
    this.table = element("table", { class: "layer-table" }, this.head, this.body);
    replace(parent, this.table);
    parent.addEventListener("scroll", () => this.paint());
    parent.addEventListener("keydown", (event) => this.key(event));
    addEventListener("beforeprint", () => this.paint(true));
    addEventListener("afterprint", () => this.paint());
  }

  columns(unit, hasTime) {
    const share = (row) => percent(row.count, this.result.totals.count);
    return [
      { key: "index", title: "#", value: (row) => row.node.index, text: (row) => String(row.number), className: "number minor" },
      { key: "name", title: "layer", value: (row) => row.node.name, text: (row) => row.node.name, className: "name" },
      { key: "type", title: "operator", value: (row) => row.node.type, text: (row) => row.window ? `${row.node.op} ${row.window}` : row.node.type, className: "minor" },
      { key: "times", title: "×", value: (row) => row.times, text: (row) => row.times === 1n ? "" : String(row.times), className: "number" },
      { key: "elements", title: "output", value: (row) => row.elements, text: (row) => shapeText(row.shape), className: "minor" },
      { key: "params", title: "params", value: (row) => row.conventionParams, text: (row) => scaled(row.conventionParams), exact: (row) => exact(row.conventionParams), className: "number" },
      { key: "count", title: unit, value: (row) => row.count, text: (row) => scaled(row.count), exact: (row) => exact(row.count), className: "number" },
      { key: "share", title: "share", value: (row) => row.count, text: share, className: "number bar-cell", bar: (row) => this.result.totals.count === 0n ? 0 : Number(row.count) / Number(this.result.totals.count) },
      { key: "traffic", title: "traffic", value: (row) => row.traffic, text: (row) => byteText(row.traffic), exact: (row) => exact(row.traffic) + " B", className: "number minor" },
      ...(this.result.memory ? [{ key: "live", title: "held", value: (row) => this.result.memory.most.get(row.node.index), text: (row) => byteText(this.result.memory.most.get(row.node.index)), className: "number minor" }] : []),
      ...(hasTime ? [
        { key: "seconds", title: "time", value: (row) => row.seconds ?? -1, text: (row) => row.seconds === undefined ? "" : secondsText(row.seconds), className: "number" },
        { key: "rate", title: "GFLOP/s", value: (row) => row.seconds ? 2 * Number(row.macs) / row.seconds : -1, text: (row) => row.seconds && row.macs > 0n ? (2e-9 * Number(row.macs) / row.seconds).toFixed(1) : "", className: "number" },
      ] : []),
    ];
  }

  show(result, unit, hasTime) {
    this.result = result;
    this.shownColumns = this.columns(unit, hasTime);
    replace(this.head, element("tr", {}, ...this.shownColumns.map((column) => element("th", {
      scope: "col", class: column.className, "data-key": column.key,
      "aria-sort": this.sort.key === column.key ? (this.sort.isDescending ? "descending" : "ascending") : "none",
    }, element("button", { type: "button", click: () => this.order(column.key) }, column.title)))));
    this.update();
  }

  /** Sorts by a column: numbers from the greatest, texts from a; a second time the other way, a third not at all. */
  order(key) {
    const isNumber = !["index", "name", "type"].includes(key);
    if (this.sort.key !== key) this.sort = { key, isDescending: isNumber };
    else if (this.sort.isDescending === isNumber) this.sort = { key, isDescending: !isNumber };
    else this.sort = { key: null, isDescending: false };
    for (const head of this.head.querySelectorAll("th")) {
      const isSorted = head.dataset.key === this.sort.key;
      head.setAttribute("aria-sort", isSorted ? (this.sort.isDescending ? "descending" : "ascending") : "none");
    }
    this.update();
  }

  update() {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    const all = this.result.rows.filter((row) => !row.node.isHidden && !row.node.isView);
    for (const row of all) row.number = ++number;
    this.rows = all.filter((row) => {
      const text = `${row.node.name} ${row.node.type} ${row.window}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const column = this.shownColumns.find((candidate) => candidate.key === this.sort.key);
    if (column) {
      const sign = this.sort.isDescending ? -1 : 1;
      const keys = new Map(this.rows.map((row) => [row, column.value(row)]));
      const order = (a, b) => typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a < b ? -1 : a > b ? 1 : 0;
      this.rows.sort((a, b) => sign * order(keys.get(a), keys.get(b)) || a.node.index - b.node.index);
    }
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    const hidden = all.length - this.rows.length;
    byId("shown").textContent = hidden ? `${this.rows.length} of ${all.length}` : `${all.length}`;
    this.paint();
  }

  paint(isWhole = false) {
    if (!this.rows) return;
    const room = this.parent.clientHeight || 480;
    const start = isWhole ? 0 : Math.max(0, Math.floor(this.parent.scrollTop / ROW) - 8);
    const end = isWhole ? this.rows.length : Math.min(this.rows.length, start + Math.ceil(room / ROW) + 16);
    const space = (count) => count > 0 ? [element("tr", { class: "space", "aria-hidden": "true" }, element("td", { colspan: this.shownColumns.length, style: `height:${count * ROW}px` }))] : [];
    replace(this.body, ...space(start), ...this.rows.slice(start, end).map((row, index) => this.row(row, start + index)), ...space(this.rows.length - end));
  }

  row(row, index) {
    const isSelected = row.node.index === this.selected;
    return element("tr", {
      "data-node": row.node.index, "aria-rowindex": index + 2, "aria-selected": String(isSelected), class: isSelected ? "selected" : null,
      click: () => this.select(row.node.index),
    }, ...this.shownColumns.map((column) => element("td", { class: column.className, title: column.exact?.(row) },
      column.bar ? barOf(column.bar(row)) : null, element("span", {}, column.text(row)))));
  }

  reveal(node) {
    this.selected = node;
    const index = this.rows.findIndex((row) => row.node.index === node);
    if (index !== -1) {
      const top = index * ROW, room = this.parent.clientHeight - 2 * ROW;
      if (top < this.parent.scrollTop || top > this.parent.scrollTop + room - ROW) this.parent.scrollTop = top - room / 2;
    }
    this.paint();
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (!step || this.rows.length === 0 || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    const index = this.rows.findIndex((row) => row.node.index === this.selected);
    const next = Math.min(this.rows.length - 1, Math.max(0, index === -1 ? 0 : index + step));
    this.select(this.rows[next].node.index);
  }
}
