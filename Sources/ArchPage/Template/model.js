// A network at values of its parameters: what every part of the page shows.

const relations = {
  "=": (order) => order === 0, "≠": (order) => order !== 0, "<": (order) => order < 0, "≤": (order) => order <= 0,
  ">": (order) => order > 0, "≥": (order) => order >= 0,
};

const quantityWeights = (convention) => {
  const weights = [];
  for (let i = 0; i < convention.weights.length; i += 2) weights[convention.weights[i]] = parseNumber(convention.weights[i + 1]);
  return weights;
};

/** One network of the page, with what does not depend on its parameters. */
class Model {
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.name = data.name;
    this.scopes = data.scopes.map(([name, parent, copies], index) => ({ index, name, parent, copies, children: [], nodes: [] }));
    this.nodes = data.nodes.map((node, index) => ({
      index, name: node.n, op: node.o, type: node.t ?? node.o, scope: node.s, inputs: node.i,
      isHidden: node.h === 1, isView: node.v === 1, isStored: node.k === 1, data: node,
    }));
    for (const scope of this.scopes) if (scope.parent !== null) this.scopes[scope.parent].children.push(scope.index);
    for (const node of this.nodes) this.scopes[node.scope].nodes.push(node.index);
    this.values = new Map();
    this.reset();
  }

  reset() {
    for (const setting of this.data.settings) {
      if (setting.kind !== "fixed") this.values.set(setting.symbol, parseNumber(setting.value));
    }
  }

  get layers() { return this.nodes.filter((node) => !node.isHidden && !node.isView); }

  /** The outermost part that a node stands in, or its own name. */
  stage(node) {
    let scope = this.scopes[node.scope];
    if (scope.parent === null) return node.name;
    while (this.scopes[scope.parent].parent !== null) scope = this.scopes[scope.parent];
    return scope.name;
  }

  /** Why the closed forms do not hold at the values; null where they do. */
  broken(evaluation) {
    for (const setting of this.data.settings) {
      if (setting.kind === "fixed") continue;
      const value = this.values.get(setting.symbol);
      if (setting.kind === "integer" && value.d !== 1n) return `${setting.name} must be an integer`;
      const [low, high, step] = (setting.range ?? []).map((bound) => bound === null ? null : parseNumber(bound));
      if (low && compare(value, low) < 0) return `${setting.name} must be at least ${numberText(low)}`;
      if (high && compare(value, high) > 0) return `${setting.name} must be at most ${numberText(high)}`;
      if (step && divide(add(value, negate(low ?? ZERO)), step).d !== 1n) return `${setting.name} goes in steps of ${numberText(step)}`;
      if (setting.members && !setting.members.some((member) => compare(parseNumber(member), value) === 0)) {
        return `${setting.name} must be one of ${setting.members.join(", ")}`;
      }
    }
    for (const [left, relation, right, text] of this.data.conditions) {
      const [a, b] = [evaluation.value(left), evaluation.value(right)];
      const holds = relation === "divides" ? a.n !== 0n && divide(b, a).d === 1n : relations[relation](compare(a, b));
      if (!holds) return `these closed forms hold where ${text}: the network is another one here`;
    }
    return null;
  }

  /** Everything at the values and in a convention. */
  evaluate(convention) {
    const evaluation = new Evaluation(this.data, this.values);
    let problem;
    try {
      problem = this.broken(evaluation);
      if (problem === null) return new Result(this, evaluation, convention);
    } catch (error) {
      if (!(error instanceof Inexact)) throw error;
      problem = `there is no such network: ${error.message}`;
    }
    return { problem };
  }
}

/** The numbers of a network. All counts are BigInts. */
class Result {
  constructor(model, evaluation, convention) {
    this.problem = null;
    this.model = model;
    this.evaluation = evaluation;
    const bytes = BigInt(model.data.bytes);
    const weights = quantityWeights(convention);
    const one = (index) => evaluation.integer(index);
    this.rows = model.nodes.map((node) => {
      const { data } = node;
      const times = data.x === undefined ? 1n : one(data.x);
      const shape = data.d.map(one);
      const window = windowText(data.w, one);
      const row = { node, times, shape, window, elements: shape.reduce((a, b) => a * b, 1n) };
      const [kernels, biases, normalization, buffers] = data.p ? data.p.map((index) => times * one(index)) : [0n, 0n, 0n, 0n];
      const [read, written] = data.e.map((index) => times * one(index));
      row.params = kernels + biases + normalization;
      row.conventionParams = convention.parameters === "weights" ? kernels : row.params + (convention.parameters === "total" ? buffers : 0n);
      row.weightBytes = (row.params + buffers) * bytes;
      row.traffic = (read + written + row.params + buffers) * bytes;
      row.activations = written;
      row.macs = times * this.counted(data.q, model.page.macs, one);
      row.flops = times * this.counted(data.q, model.page.flops, one);
      row.count = times * this.counted(data.q, weights, one);
      row.bytes = row.traffic;
      return row;
    });
    this.memory = this.lifetimes(bytes);
    const total = (key) => this.rows.reduce((sum, row) => sum + row[key], 0n);
    this.totals = {
      params: total("params"), conventionParams: total("conventionParams"), macs: total("macs"), flops: total("flops"), count: total("count"),
      activations: total("activations"), traffic: total("traffic"), weightBytes: total("weightBytes"),
      peak: this.memory?.peak ?? null,
    };
  }

  /** The operations of a node in a convention's weights. */
  counted(tally, weights, one) {
    let sum = ZERO;
    if (tally) {
      for (let i = 0; i < tally.length; i += 2) {
        const weight = weights[tally[i]];
        if (weight) sum = add(sum, multiply(weight, whole(one(tally[i + 1]))));
      }
    }
    if (sum.d !== 1n) throw new Inexact("a count that is no integer");
    return sum.n;
  }

  /** Bytes held while each node runs; null where the folded graph does not tell. */
  lifetimes(bytes) {
    const { nodes, data } = this.model;
    if (nodes.some((node) => node.data.l === undefined)) return null;
    if (data.folds.some(([, , count]) => this.evaluation.integer(count) < 1n)) return null;
    const dying = nodes.map(() => []);
    for (const node of nodes) if (node.data.l[0] === node.index) dying[node.data.l[1]].push(node.index);
    const size = (index) => nodes[index].isStored ? 0n : this.rows[index].elements * bytes;
    const live = [];
    let held = 0n, peak = 0n, peakNode = 0;
    for (const node of nodes) {
      if (node.data.l[0] === node.index) held += size(node.index);
      live.push(held);
      if (held > peak) [peak, peakNode] = [held, node.index];
      for (const dead of dying[node.index]) held -= size(dead);
    }
    return { live, peak, peakNode };
  }

  /** Sums of rows by a name, in the order of the first. */
  grouped(nameOf) {
    const groups = new Map();
    for (const row of this.rows) {
      if (row.node.isHidden || row.node.isView) continue;
      const name = nameOf(row.node);
      const group = groups.get(name) ?? { name, params: 0n, count: 0n, traffic: 0n, seconds: 0 };
      group.params += row.conventionParams;
      group.count += row.count;
      group.traffic += row.traffic;
      group.seconds += row.seconds ?? 0;
      groups.set(name, group);
    }
    return [...groups.values()];
  }
}
