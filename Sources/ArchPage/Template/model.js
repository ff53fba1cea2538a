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

/** The numbers of the copies that a node stands in, by their symbols: in none. */
const NONE = new Map();

/** A graph as it is shown: nodes, and the scopes that they stand in. */
class Graph {
  constructor(data, name) {
    this.data = data;
    this.name = name;
    this.nodes = [];
    this.scopes = [];
    this.folds = [];
    this.outputs = [];
  }

  get layers() { return this.nodes.filter((node) => !node.isHidden && !node.isView); }

  /** The outermost part that a node stands in, or its own name. */
  stage(node) {
    let scope = this.scopes[node.scope];
    if (scope.parent === null) return node.name;
    while (this.scopes[scope.parent].parent !== null) scope = this.scopes[scope.parent];
    return scope.name;
  }
}

/** One case of a network: a graph with closed forms, where its conditions hold and words have their values. */
class Case extends Graph {
  constructor(data, network) {
    super(data, network.name);
    const used = new Map();
    const use = (scope) => {
      if (used.has(scope)) return used.get(scope);
      const [name, parent, copies] = network.scopes[scope];
      const entry = { index: scope, name, parent, copies, children: [], nodes: [] };
      used.set(scope, entry);
      if (parent !== null) use(parent).children.push(scope);
      return entry;
    };
    for (let i = 0; i < data.nodes.length; i += 2) {
      for (let place = data.nodes[i]; place < data.nodes[i] + data.nodes[i + 1]; place++) {
        const node = network.nodes[place], index = this.nodes.length;
        this.nodes.push({
          index, name: node.n, op: node.o, type: node.t ?? node.o, scope: node.s, inputs: node.i.map((distance) => index - distance),
          isHidden: node.h === 1, isView: node.v === 1, isStored: node.k === 1, numbers: NONE, data: node,
        });
        use(node.s).nodes.push(index);
      }
    }
    use(0);
    for (const scope of used.values()) this.scopes[scope.index] = scope;
    this.folds = data.folds.map(([first, end, count, input, output, isParallel, symbol]) => ({ first, end, count, input, output, isParallel, symbol }));
    this.outputs = data.outputs;
    this.isNumbered = this.folds.some((fold) => fold.symbol !== undefined);
  }

  /** The graph with as many of the numbered copies as there are at the values, one by one. */
  at(evaluation) {
    if (!this.isNumbered) return this;
    const counts = this.folds.map((fold) => fold.symbol === undefined ? null : evaluation.integer(fold.count));
    const key = counts.join(" ");
    if (this.known?.key !== key) this.known = { key, graph: oneByOne(this, counts) };
    return this.known.graph;
  }
}

/** More layers than this are in no network, here as in the program. */
const MOST_LAYERS = 40000;

/** A case's graph with the copies that have numbers one by one; `counts` tells how many there are of each fold. */
const oneByOne = (graph, counts) => {
  const result = new Graph(graph.data, graph.name);
  const order = outerFirst(graph.folds);
  const made = [];  // the nodes that each node of the case now is: several of parallel copies
  const scopes = new Map();
  // In names `{1+2@0}` is 1 and twice the number of the copy in fold 0, `{3+2:0}` is 3 and twice the number of copies.
  const named = (name, copies) => name.replace(/\{(\??)(\d+)((?:\+\d+[@:]\d+)*)\}/g, (_, isOnly, first, terms) => {
    let number = Number(first), all = 0;
    for (const [, step, kind, fold] of terms.matchAll(/\+(\d+)([@:])(\d+)/g)) {
      number += Number(step) * (kind === "@" ? copies.get(Number(fold)) : Number(counts[fold]));
      all += Number(step) * Number(counts[fold]);
    }
    return isOnly && all === 1 ? "" : String(number);
  });
  const scopeOf = (index, copies) => {
    const old = graph.scopes[index], name = named(old.name, copies), key = `${index} ${name}`;
    if (scopes.has(key)) return scopes.get(key);
    const parent = old.parent === null ? null : scopeOf(old.parent, copies);
    const scope = { ...old, index: result.scopes.length, name, parent, children: [], nodes: [] };
    scopes.set(key, scope.index);
    result.scopes.push(scope);
    if (parent !== null) result.scopes[parent].children.push(scope.index);
    return scope.index;
  };
  const run = (first, end, from, copies, numbers) => {
    for (let place = first; place < end;) {
      while (from < order.length && graph.folds[order[from]].first < place) from++;
      const fold = from < order.length && graph.folds[order[from]].first === place && graph.folds[order[from]].end <= end ? graph.folds[order[from]] : null;
      if (fold === null) {
        const index = result.nodes.length, node = graph.nodes[place];
        if (index >= MOST_LAYERS) throw new Inexact(`it has more than ${MOST_LAYERS} layers`);
        const scope = scopeOf(node.scope, copies);
        result.nodes.push({ ...node, index, name: named(node.name, copies), scope, inputs: node.inputs.flatMap((input) => made[input]), numbers });
        result.scopes[scope].nodes.push(index);
        made[place++] = [index];
      } else if (fold.symbol === undefined) {
        const start = result.nodes.length;
        run(fold.first, fold.end, from + 1, copies, numbers);
        result.folds.push({ ...fold, first: start, end: result.nodes.length, input: made[fold.input].at(-1), output: made[fold.output].at(-1) });
        place = fold.end;
      } else {
        // The nodes before and after the copies only stand for what the copies take and give.
        const count = Number(counts[order[from]]);
        let given = made[fold.input];
        const all = [];
        for (let copy = 0; copy < count; copy++) {
          made[fold.first] = given;
          run(fold.first + 1, fold.end, from + 1, new Map([...copies, [order[from], copy]]), new Map([...numbers, [fold.symbol, whole(copy)]]));
          if (fold.isParallel) all.push(...made[fold.output]); else given = made[fold.output];
        }
        made[fold.end] = fold.isParallel ? all : given;
        place = fold.end + 1;
      }
    }
  };
  scopeOf(0, NONE);
  run(0, graph.nodes.length, 0, NONE, NONE);
  result.outputs = graph.outputs.flatMap((output) => made[output]);
  return result;
};

/** The places of folds, outer ones first: of two over the same nodes, the inner one was made first. */
const outerFirst = (folds) => folds.map((_, index) => index)
  .sort((a, b) => folds[a].first - folds[b].first || folds[b].end - folds[a].end || b - a);

/** One network of the page, with its cases and the values of its parameters. */
class Model {
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.name = data.name;
    this.cases = [];
    data.numbered = new Mentions(data, new Set(data.cases.flatMap((entry) => entry.folds.map((fold) => fold[6]))));
    this.values = new Map();
    this.reset();
  }

  reset() {
    for (const setting of this.data.settings) this.values.set(setting.symbol, this.isWord(setting) ? setting.value : parseNumber(setting.value));
  }

  isWord(setting) { return setting.kind === "word" || setting.kind === "fixed"; }

  valueText(setting) {
    const value = this.values.get(setting.symbol);
    return this.isWord(setting) ? value : numberText(value);
  }

  /** The case with a number; built when it is first asked for. */
  case(index) { return this.cases[index] ??= new Case(this.data.cases[index], this.data); }

  /** Why the parameters cannot have their values; null where they can. */
  refusal() {
    for (const setting of this.data.settings) {
      if (setting.kind === "fixed" || setting.members) continue;
      const value = this.values.get(setting.symbol);
      if (setting.kind === "integer" && value.d !== 1n) return `${setting.name} must be an integer`;
      const [low, high, step] = setting.range.map((bound) => bound === null ? null : parseNumber(bound));
      if (low && compare(value, low) < 0) return `${setting.name} must be at least ${numberText(low)}`;
      if (high && compare(value, high) > 0) return `${setting.name} must be at most ${numberText(high)}`;
      if (step && divide(add(value, negate(low ?? ZERO)), step).d !== 1n) return `${setting.name} goes in steps of ${numberText(step)}`;
    }
    return null;
  }

  /** The number of the case that holds at the values; -1 if none does. */
  find(evaluation) {
    const known = [];
    const evaluate = ([left, relation, right]) => {
      try {
        const [a, b] = [evaluation.value(left), evaluation.value(right)];
        return relation === "divides" ? a.n !== 0n && divide(b, a).d === 1n : relations[relation](compare(a, b));
      } catch (error) {
        if (!(error instanceof Inexact)) throw error;
        return false;
      }
    };
    const holds = (index) => known[index] ??= evaluate(this.data.conditions[index]);
    const isWord = (setting) => setting.kind === "word";
    const words = this.data.settings.filter(isWord);
    return this.data.cases.findIndex((entry) =>
      words.every((setting) => entry.words[setting.name] === this.values.get(setting.symbol)) && entry.conditions.every(holds));
  }

  /** What is typed to have the numbers at the values from the program. */
  get command() {
    const options = this.data.settings.filter((setting) => this.valueText(setting) !== (setting.default ?? setting.value)
      && !(setting.default === undefined && this.values.get(setting.symbol) === setting.value))
      .map((setting) => /^(true|false)$/.test(this.valueText(setting)) ? ` --${setting.name}=${this.valueText(setting)}` : ` --${setting.name} ${this.valueText(setting)}`);
    return `archcalc ${this.data.command}${options.join("")}`;
  }

  /** Everything at the values and in a convention. */
  evaluate(convention) {
    const problem = this.refusal();
    if (problem !== null) return { problem };
    const evaluation = new Evaluation(this.data, this.values);
    try {
      const index = this.find(evaluation);
      if (index !== -1) return new Result(this, this.case(index).at(evaluation), evaluation, convention);
      return { problem: "there is no network with these values, or none whose closed forms are on this page", command: this.command };
    } catch (error) {
      if (!(error instanceof Inexact)) throw error;
      return { problem: `there is no such network: ${error.message}` };
    }
  }
}

/** The numbers of a network. All counts are BigInts. */
class Result {
  constructor(model, graph, evaluation, convention) {
    this.problem = null;
    this.model = model;
    this.graph = graph;
    this.evaluation = evaluation;
    const bytes = BigInt(model.data.bytes);
    const weights = quantityWeights(convention);
    this.rows = graph.nodes.map((node) => {
      const { data } = node;
      const own = evaluation.within(node.numbers);
      const one = (index) => own.integer(index);
      const times = data.x === undefined ? 1n : one(data.x);
      const shape = data.d.map(one);
      const window = windowText(data.w, one);
      const row = { node, times, shape, window, one, elements: shape.reduce((a, b) => a * b, 1n) };
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
    this.check();
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

  /** What there is no network without: extents of at least one, and groups that divide the channels. */
  check() {
    for (const { node, shape, one } of this.rows) {
      if (shape.some((extent) => extent < 1n)) throw new Inexact(`${node.name} would make a tensor of ${shapeText(shape)}`);
      if (node.data.w === undefined || node.inputs.length === 0) continue;
      const groups = one(node.data.w[2]);
      if (groups === 1n) continue;
      const isEven = groups > 1n && this.rows[node.inputs[0]].shape[1] % groups === 0n && shape[1] % groups === 0n;
      if (!isEven) throw new Inexact(`the groups of ${node.name}, ${groups}, do not divide its channels`);
    }
  }

  /** Bytes held at each step, folded copies one by one; null where there are too many steps. */
  lifetimes(bytes) {
    const steps = unfold(this.graph, (index) => Number(this.evaluation.integer(index)));
    if (steps === null) return null;
    const { nodes } = this.graph;
    const owner = steps.map((_, step) => step);
    const lastUse = steps.map((_, step) => step);
    steps.forEach(({ node, inputs }, step) => {
      if (nodes[node].isView) owner[step] = owner[inputs[0]];
      for (const input of inputs) lastUse[owner[input]] = step;
    });
    for (const output of steps.outputs) lastUse[owner[output]] = steps.length - 1;
    const dying = steps.map(() => []);
    steps.forEach((_, step) => { if (owner[step] === step) dying[lastUse[step]].push(step); });
    const size = (step) => nodes[steps[step].node].isStored ? 0n : this.rows[steps[step].node].elements * bytes;
    const live = [], most = new Map();
    let held = 0n, peak = 0n, peakStep = 0;
    steps.forEach(({ node }, step) => {
      if (owner[step] === step) held += size(step);
      live.push(held);
      if (!(most.get(node) > held)) most.set(node, held);
      if (held > peak) [peak, peakStep] = [held, step];
      for (const dead of dying[step]) held -= size(dead);
    });
    return { steps, live, most, peak, peakStep, peakName: stepName(nodes[steps[peakStep].node].name, steps[peakStep].copies) };
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

/** More steps than this are not gone through for the memory that they hold. */
const MOST_STEPS = 20000;

/**
 * The graph as it runs, copies one by one: the node of each step, the steps that it reads, and the number of the copy in
 * each fold that it stands in. Null where that is too much.
 */
const unfold = (graph, valueOf) => {
  const folds = graph.folds.map((fold) => ({ ...fold, count: valueOf(fold.count) }));
  const order = outerFirst(folds);
  const steps = [];
  const made = [];  // the steps that each node's tensor stands for: several of parallel copies
  const run = (first, end, from, copies) => {
    for (let node = first; node < end;) {
      while (from < order.length && folds[order[from]].first < node) from++;
      const fold = from < order.length && folds[order[from]].first === node && folds[order[from]].end <= end ? folds[order[from]] : null;
      if (fold === null) {
        if (steps.length >= MOST_STEPS) return false;
        steps.push({ node, inputs: graph.nodes[node].inputs.flatMap((input) => made[input]), copies });
        made[node] = [steps.length - 1];
        node++;
        continue;
      }
      const before = made[fold.input], outputs = [];
      for (let copy = 0; copy < fold.count; copy++) {
        if (!run(fold.first, fold.end, from + 1, [...copies, copy])) return false;
        outputs.push(...made[fold.output]);
        if (!fold.isParallel) made[fold.input] = made[fold.output];
      }
      made[fold.input] = before;
      made[fold.output] = fold.isParallel ? outputs : fold.count > 0 ? made[fold.output] : before;
      node = fold.end;
    }
    return true;
  };
  if (!run(0, graph.nodes.length, 0, [])) return null;
  steps.outputs = graph.outputs.flatMap((output) => made[output]);
  return steps;
};

/** The name of one copy: in `stage.2…6.conv` the third is `stage.4.conv`. */
const stepName = (name, copies) => {
  let fold = 0;
  return name.split(".").map((part) => {
    const range = /^(\d+)…\d*$/.exec(part);
    return range && fold < copies.length ? String(Number(range[1]) + copies[fold++]) : part;
  }).join(".");
};
