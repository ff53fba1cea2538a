// Which parts of the graph are seen, and where: layers by the longest path, long edges through empty places, the order
// within a layer by the mean of the neighbours (Sugiyama, Tagawa, Toda 1981).

const BOX = { height: 40, gapX: 18, gapY: 26, least: 96, most: 230, dummy: 10 };

/** What is drawn of a network while some of its scopes are unfolded. */
class View {
  constructor(graph, unfolded) {
    this.graph = graph;
    this.items = [];
    this.itemOf = new Array(graph.nodes.length).fill(null);
    this.groups = [];
    this.collect(graph.scopes[0], unfolded, null);
    this.items.sort((a, b) => a.first - b.first);
    this.connect();
  }

  collect(scope, unfolded, group) {
    for (const index of scope.nodes) {
      const node = this.graph.nodes[index];
      if (node.isStored || (node.isHidden && node.op !== "input")) continue;
      this.put({ key: `n${index}`, node, nodes: [index], group });
    }
    for (const child of scope.children) {
      const inner = this.graph.scopes[child];
      const nodes = this.nodesWithin(inner);
      if (nodes.length === 0) continue;
      if (unfolded.has(child)) {
        const box = { scope: inner, parent: group, items: [] };
        this.groups.push(box);
        this.collect(inner, unfolded, box);
      } else {
        this.put({ key: `s${child}`, scope: inner, nodes, group });
      }
    }
  }

  put(item) {
    item.first = Math.min(...item.nodes);
    for (const node of item.nodes) this.itemOf[node] = item;
    this.items.push(item);
    for (let group = item.group; group; group = group.parent) group.items.push(item);
  }

  nodesWithin(scope) {
    const nodes = scope.nodes.filter((index) => !this.graph.nodes[index].isStored);
    return scope.children.reduce((all, child) => all.concat(this.nodesWithin(this.graph.scopes[child])), nodes);
  }

  connect() {
    const seen = new Set();
    this.edges = [];
    this.items.forEach((item, order) => { item.order = order; item.before = []; item.after = []; });
    for (const item of this.items) {
      for (const node of item.nodes) {
        for (const input of this.graph.nodes[node].inputs) {
          const from = this.itemOf[input];
          if (!from || from === item || seen.has(`${from.order} ${item.order}`)) continue;
          seen.add(`${from.order} ${item.order}`);
          this.edges.push({ from, to: item });
          if (from.order < item.order) { from.after.push(item); item.before.push(from); }
        }
      }
    }
  }
}

/** Places the items of a view; sets x, y and width of each, and the points of each edge. */
const arrange = (view, widthOf) => {
  for (const item of view.items) {
    item.rank = item.before.reduce((rank, other) => Math.max(rank, other.rank + 1), 0);
    item.width = widthOf(item);
  }
  const rows = [];
  const place = (cell) => (rows[cell.rank] ??= []).push(cell);
  view.items.forEach(place);
  const span = view.edges.reduce((sum, { from, to }) => sum + Math.max(0, to.rank - from.rank - 1), 0);
  const hasRoom = span < 4000;  // dense connections would drown in empty places: their edges go straight
  for (const edge of view.edges) {
    edge.cells = [edge.from];
    for (let rank = edge.from.rank + 1; hasRoom && rank < edge.to.rank; rank++) {
      const dummy = { rank, width: BOX.dummy, isDummy: true, before: [], after: [], order: edge.from.order };
      place(dummy);
      edge.cells.push(dummy);
    }
    edge.cells.push(edge.to);
  }
  const cells = rows.flat();
  for (const cell of cells) { cell.up = []; cell.down = []; }
  for (const edge of view.edges) {
    for (let i = 1; i < edge.cells.length; i++) {
      if (edge.cells[i].rank <= edge.cells[i - 1].rank) continue;
      edge.cells[i - 1].down.push(edge.cells[i]);
      edge.cells[i].up.push(edge.cells[i - 1]);
    }
  }
  const number = (row) => row.forEach((cell, index) => { cell.column = index - (row.length - 1) / 2; });
  rows.forEach(number);
  const sort = (row, side) => {
    for (const cell of row) cell.mean = cell[side].length ? cell[side].reduce((sum, other) => sum + other.column, 0) / cell[side].length : cell.column;
    row.sort((a, b) => a.mean - b.mean || a.order - b.order);
    number(row);
  };
  for (let sweep = 0; sweep < 4; sweep++) {
    for (let i = 1; i < rows.length; i++) sort(rows[i], "up");
    for (let i = rows.length - 2; i >= 0; i--) sort(rows[i], "down");
  }
  // Straight lines: each cell under the mean of those above it, as far as its neighbours leave room.
  const separate = (row) => {
    const distance = (a, b) => (a.width + b.width) / 2 + BOX.gapX;
    for (let i = 1; i < row.length; i++) row[i].right = Math.max(row[i].wish, (row[i - 1].right ?? row[i - 1].wish) + distance(row[i - 1], row[i]));
    row[0].right = row[0].wish;
    row[row.length - 1].left = row[row.length - 1].wish;
    for (let i = row.length - 2; i >= 0; i--) row[i].left = Math.min(row[i].wish, row[i + 1].left - distance(row[i], row[i + 1]));
    for (let i = 1; i < row.length; i++) row[i].right = Math.max(row[i].wish, row[i - 1].right + distance(row[i - 1], row[i]));
    for (const cell of row) cell.x = (cell.left + cell.right) / 2;
  };
  for (const row of rows) for (const cell of row) cell.x = cell.column * (BOX.least + BOX.gapX);
  for (const side of ["up", "down", "up"]) {
    for (const row of side === "down" ? [...rows].reverse() : rows) {
      for (const cell of row) cell.wish = cell[side].length ? cell[side].reduce((sum, other) => sum + other.x, 0) / cell[side].length : cell.x;
      separate(row);
    }
  }
  for (const cell of cells) cell.y = cell.rank * (BOX.height + BOX.gapY);
  for (const group of view.groups) frame(group);
  const left = Math.min(...cells.map((cell) => cell.x - cell.width / 2), ...view.groups.map((group) => group.left));
  const right = Math.max(...cells.map((cell) => cell.x + cell.width / 2), ...view.groups.map((group) => group.right));
  return { left: left - 8, right: right + 8, height: rows.length * (BOX.height + BOX.gapY) + 8 };
};

/** The box around an unfolded scope. */
const frame = (group) => {
  let depth = 0;
  for (let parent = group.parent; parent; parent = parent.parent) depth++;
  group.depth = depth;
  const margin = Math.max(3, 12 - 3 * depth);
  group.left = Math.min(...group.items.map((item) => item.x - item.width / 2)) - margin;
  group.right = Math.max(...group.items.map((item) => item.x + item.width / 2)) + margin;
  group.top = Math.min(...group.items.map((item) => item.y)) - margin;
  group.bottom = Math.max(...group.items.map((item) => item.y + BOX.height)) + margin;
};
