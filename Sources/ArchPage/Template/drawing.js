// The network's graph as SVG: scopes fold and unfold, boxes carry heat, a box and its row are selected together.

const HEAT = 8;

const heatLevel = (part, most) => most === 0 || part <= 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(part / most) * HEAT));

const shortName = (name) => name.split(".").pop();

class Drawing {
  /** `select(node)` is told of the node that is selected here. */
  constructor(parent, select) {
    this.parent = parent;
    this.select = select;
    this.selected = null;
    parent.addEventListener("keydown", (event) => this.key(event));
  }

  show(graph) {
    this.graph = graph;
    this.unfolded = new Set();
    this.selected = null;
    // A network that is one scope, or has none, is shown inside.
    let scope = graph.scopes[0];
    while (scope.children.length === 1 && scope.nodes.filter((index) => !graph.nodes[index].isHidden).length === 0) {
      scope = graph.scopes[scope.children[0]];
      this.unfolded.add(scope.index);
    }
  }

  /** Shows another case of the same network: what is unfolded stays so by its name. */
  change(graph, selected) {
    const names = new Set([...this.unfolded].map((scope) => this.graph.scopes[scope].name));
    this.graph = graph;
    this.unfolded = new Set(Object.values(graph.scopes).filter((scope) => names.has(scope.name)).map((scope) => scope.index));
    this.selected = selected;
  }

  foldAll() { this.show(this.graph); }
  unfoldAll() { this.unfolded = new Set(Object.values(this.graph.scopes).map((scope) => scope.index)); }

  /** Draws with a number for each node as heat. */
  draw(result, metric) {
    this.result = result;
    this.metric = metric;
    const { graph } = this;
    const view = this.view = new View(graph, this.unfolded);
    for (const item of view.items) {
      item.heat = item.nodes.reduce((sum, node) => sum + metric.number(result.rows[node]), 0);
      item.lines = this.lines(item);
    }
    const most = Math.max(0, ...view.items.map((item) => item.heat));
    const area = arrange(view, (item) => Math.min(BOX.most, Math.max(BOX.least, 14 + 6.6 * Math.max(item.lines[0].length + (item.scope ? 2 : 0), item.lines[1].length * 0.9))));
    const width = area.right - area.left;
    const root = svg("svg", {
      viewBox: `${area.left} -14 ${width} ${area.height + 14}`, width, height: area.height + 14, role: "group", "aria-label": `Graph of ${graph.name}`,
    });
    const labels = [];
    for (const group of view.groups) root.append(this.group(group, labels));
    for (const edge of view.edges) root.append(svg("path", { d: this.path(edge), class: "edge" }));
    for (const item of view.items) root.append(this.box(item, most));
    replace(this.parent, root);
    this.mark();
  }

  lines(item) {
    const { rows } = this.result;
    if (item.scope) {
      const copies = this.result.evaluation.integer(item.scope.copies);
      return [shortName(item.scope.name) + (copies > 1n ? ` ×${copies}` : ""), this.metric.text(item.heat)];
    }
    const row = rows[item.nodes[0]];
    const times = row.times > 1n ? ` ×${row.times}` : "";
    return [shortName(item.node.name) + times, `${item.node.op}${row.window ? ' ' + row.window : ''} · ${shapeText(row.shape)}`];
  }

  /** Frames within frames begin at nearly the same height: a label goes past those that are in its place. */
  group(group, labels) {
    const fold = () => this.toggle(group.scope.index, false);
    const label = shortName(group.scope.name);
    const y = group.top - 3, width = 6.2 * (label.length + 3);
    let x = group.left + 6;
    for (const other of labels) if (Math.abs(other.y - y) < 11 && x < other.end && x + width > other.x) x = other.end;
    labels.push({ x, y, end: x + width });
    labels.sort((a, b) => a.x - b.x);
    return svg("g", { class: "group" },
      svg("rect", { x: group.left, y: group.top, width: group.right - group.left, height: group.bottom - group.top, rx: 8 }),
      svg("text", { x, y, class: "fold", role: "button", click: fold, "aria-label": `Fold ${group.scope.name}` }, `▾ ${label}`));
  }

  path({ cells }) {
    const points = cells.flatMap((cell, index) => {
      const [top, bottom] = [[cell.x, cell.y], [cell.x, cell.y + BOX.height]];
      return index === 0 ? [bottom] : index === cells.length - 1 ? [top] : [top, bottom];
    });
    let d = `M${points[0]}`;
    for (let i = 1; i < points.length; i++) {
      const [[a, b], [x, y]] = [points[i - 1], points[i]];
      const middle = (b + y) / 2;
      d += a === x ? `L${x},${y}` : `C${a},${middle} ${x},${middle} ${x},${y}`;
    }
    return d;
  }

  box(item, most) {
    const isScope = item.scope !== undefined;
    const name = isScope ? item.scope.name : item.node.name;
    const open = () => { if (isScope) this.toggle(item.scope.index, true); else this.select(item.node.index); };
    const part = svg("g", {
      class: `box heat${heatLevel(item.heat, most)}${isScope ? " scope" : ""}`, transform: `translate(${item.x - item.width / 2},${item.y})`,
      "data-key": item.key, role: "button", tabindex: -1, "aria-label": `${name}, ${item.lines[1]}${isScope ? ", folded" : ""}`,
      ...(isScope ? { "aria-expanded": "false" } : {}), click: open,
    },
    svg("title", {}, `${name}\n${this.metric.label}: ${this.metric.text(item.heat)}`),
    svg("rect", { width: item.width, height: BOX.height, rx: isScope ? 8 : 4 }),
    svg("text", { x: item.width / 2, y: 16, class: "name" }, (isScope ? "▸ " : "") + clip(item.lines[0], item.width / 6.6)),
    svg("text", { x: item.width / 2, y: 31, class: "what" }, clip(item.lines[1], item.width / 5.7)));
    return part;
  }

  toggle(scope, isOpen) {
    if (isOpen) {
      // Parts that hold nothing but one part are opened at once.
      for (let inner = scope; ; inner = this.graph.scopes[inner].children[0]) {
        this.unfolded.add(inner);
        const { children, nodes } = this.graph.scopes[inner];
        if (children.length !== 1 || nodes.length > 0) break;
      }
    } else {
      this.unfolded.delete(scope);
    }
    this.draw(this.result, this.metric);
  }

  /** Marks a node and shows where it is, unfolding what holds it if need be. */
  reveal(node, unfold) {
    this.selected = node;
    if (unfold && this.view.itemOf[node]?.scope) {
      for (let scope = this.graph.scopes[this.graph.nodes[node].scope]; scope.parent !== null; scope = this.graph.scopes[scope.parent]) {
        this.unfolded.add(scope.index);
      }
      this.draw(this.result, this.metric);
    }
    this.mark();
    const box = this.parent.querySelector(".selected");
    if (!box) return;
    // Within the pane: the page itself stays where it is.
    const [inner, outer] = [box.getBoundingClientRect(), this.parent.getBoundingClientRect()];
    this.parent.scrollTop += inner.top - outer.top - outer.height / 2;
    this.parent.scrollLeft += inner.left - outer.left - outer.width / 2 + inner.width / 2;
  }

  mark() {
    for (const box of this.parent.querySelectorAll(".selected")) box.classList.remove("selected");
    const item = this.selected === null ? null : this.view.itemOf[this.selected];
    if (item) this.parent.querySelector(`[data-key="${item.key}"]`)?.classList.add("selected");
  }

  key(event) {
    const { items, itemOf } = this.view;
    const current = this.current ?? (this.selected === null ? null : itemOf[this.selected]?.key) ?? null;
    const index = items.findIndex((item) => item.key === current);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = items[Math.min(items.length - 1, Math.max(0, index === -1 ? 0 : index + step))];
      this.current = next.key;
      this.parent.querySelector(`[data-key="${next.key}"]`).focus();
      if (next.node) this.select(next.node.index);
    } else if ((event.key === "Enter" || event.key === " ") && index !== -1) {
      event.preventDefault();
      const item = items[index];
      if (item.scope) this.toggle(item.scope.index, true); else this.select(item.node.index);
      this.parent.focus();
    }
  }
}

const clip = (text, room) => text.length <= room ? text : text.slice(0, Math.max(1, Math.floor(room) - 1)) + "…";
