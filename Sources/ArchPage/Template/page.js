// What the page shows, and what happens when something on it is moved.

const page = JSON.parse(byId("data").textContent);
page.macs = quantityWeights(page.conventions.find((convention) => convention.name === "macs"));
page.flops = quantityWeights(page.conventions.find((convention) => convention.name === "flops"));
const models = page.networks.map((data) => new Model(data, page));
// Of networks that are there twice, the settings tell which is which.
for (const model of models) {
  const isAlone = models.every((other) => other === model || other.name !== model.name);
  const given = model.data.settings.filter((setting) => setting.default !== undefined).map((setting) => `${setting.name} ${model.valueText(setting)}`);
  model.label = isAlone || given.length === 0 ? model.name : `${model.name}, ${given.join(", ")}`;
}

const metrics = {
  count: { label: "operations", number: (row) => Number(row.count), text: (number) => scaled(BigInt(Math.round(number))) },
  params: { label: "parameters", number: (row) => Number(row.conventionParams), text: (number) => scaled(BigInt(Math.round(number))) },
  bytes: { label: "bytes moved", number: (row) => Number(row.traffic), text: (number) => byteText(BigInt(Math.round(number))) },
  time: { label: "time", number: (row) => row.seconds ?? 0, text: secondsText },
};

const state = { model: models[0], convention: null, heat: "count", result: null };

const drawing = new Drawing(byId("graph"), (node) => select(node));
const table = new LayerTable(byId("layers"), (node) => select(node));

const runOf = (model) => page.run && page.run.network === model.name ? page.run : null;

// MARK: What is shown

const figures = [
  { key: "conventionParams", title: "parameters", text: scaled },
  { key: "macs", title: "MACs", text: scaled },
  { key: "flops", title: "FLOPs", text: scaled },
  { key: "count", title: () => `${state.convention.name}: ${state.convention.unit}`, text: scaled, isShown: () => !["macs", "flops"].includes(state.convention.name) },
  { key: "peak", title: "peak memory", text: byteText, unit: " B" },
  { key: "weightBytes", title: "weights' bytes", text: byteText, unit: " B" },
  { key: "traffic", title: "traffic", text: byteText, unit: " B" },
  { key: "activations", title: "activations", text: scaled },
].map((figure) => ({ ...figure, name: () => typeof figure.title === "function" ? figure.title() : figure.title }));

const shownFigures = () => figures.filter((figure) => !figure.isShown || figure.isShown());

const showTotals = (totals) => replace(byId("totals"), ...shownFigures().map((figure) => {
  const value = totals?.[figure.key];
  return element("div", { class: "tile", "data-figure": figure.key },
    element("span", { class: "label" }, figure.name()),
    element("span", { class: "value" }, value === undefined || value === null ? "–" : figure.text(value)),
    element("span", { class: "exact" }, value === undefined || value === null ? "" : exact(value) + (figure.unit ?? "")));
}));

const showComparison = () => {
  if (models.length < 2) return;
  const results = models.map((model) => model === state.model && state.result ? state.result : model.evaluate(state.convention));
  const rows = shownFigures().map((figure) => {
    const values = results.map((result) => result.totals?.[figure.key] ?? null);
    const most = values.reduce((a, b) => b !== null && b > a ? b : a, 0n);
    return element("tr", {}, element("th", { scope: "row" }, figure.name()), ...values.flatMap((value, index) => {
      const first = values[0];
      const difference = index === 0 || value === null || first === null || first === 0n ? ""
        : `${value >= first ? "+" : "−"}${(Math.abs(Number(value - first)) / Number(first) * 100).toFixed(1)} %`;
      return [element("td", { class: "number bar-cell", title: value === null ? null : exact(value) },
        barOf(most === 0n || value === null ? 0 : Number(value) / Number(most)),
        element("span", {}, value === null ? "–" : figure.text(value))),
      ...(index === 0 ? [] : [element("td", { class: "number faint" }, difference)])];
    }));
  });
  const head = models.flatMap((model, index) => index === 0 ? [element("th", { scope: "col" }, model.label)] : [element("th", { scope: "col", colspan: 2 }, model.label)]);
  replace(byId("comparison-table"), element("thead", {}, element("tr", {}, element("td"), ...head)), element("tbody", {}, ...rows));
};

const showFormulas = (result) => {
  const { data } = state.model;
  const { totals, conditions } = result.graph.data;
  const typesetter = new Typesetter(data);
  const entries = [
    ["parameters", totals.params], ["weights", totals.weights], ["MACs", totals.macs],
    ...(["macs"].includes(state.convention.name) ? [] : [[state.convention.name, totals.count[state.convention.name]]]),
    ["activations", totals.activations],
  ];
  const symbols = data.settings.filter((setting) => !state.model.isWord(setting));
  replace(byId("formulas"),
    symbols.length ? element("p", { class: "faint" }, ...symbols.flatMap((setting, index) =>
      [index ? ", " : "with ", element("var", {}, setting.symbol), setting.symbol === setting.name ? "" : ` ${setting.name}`])) : null,
    conditions.length ? element("p", { class: "faint" }, "where " + conditions.map((index) => data.conditions[index][3]).join(", ")) : null,
    element("dl", {}, ...entries.flatMap(([name, index]) => {
      const count = data.expressions[index].length;
      const formula = element("div", { class: "formula" }, ...typesetter.sum(index));
      const value = element("div", { class: "faint", "data-formula": name }, "= " + exact(result.evaluation.integer(index)));
      return [element("div", {}, element("dt", {}, name), element("dd", {}, count > 40 ? element("details", {}, element("summary", {}, `${count} terms`), formula) : formula, value))];
    })));
};

const showDetail = (node) => {
  if (node === null || !state.result || state.result.problem) return replace(byId("detail"));
  const row = state.result.rows[node], { data } = state.model;
  const typesetter = new Typesetter(data);
  const facts = [];
  const fact = (name, ...children) => facts.push(element("dt", {}, name), element("dd", {}, ...children));
  for (const [symbol, number] of row.node.numbers) fact("copy", element("var", {}, symbol), ` = ${numberText(number)}`);
  fact("output", ...row.node.data.d.slice(1).flatMap((index, position) => [position ? " × " : "", ...typesetter.sum(index)]), ` = ${shapeText(row.shape)}`);
  if (row.node.data.x !== undefined) fact("runs", ...typesetter.sum(row.node.data.x), ` = ${row.times} times`);
  if (row.node.data.p && row.params > 0n) {
    const names = ["weights", "biases", "normalisation"];
    names.forEach((name, index) => {
      const expression = row.node.data.p[index];
      if (data.expressions[expression].length) fact(name, ...typesetter.sum(expression), ` = ${exact(row.one(expression))}`);
    });
  }
  const tally = row.node.data.q ?? [];
  for (let i = 0; i < tally.length; i += 2) {
    fact(words(page.quantities[tally[i]]), ...typesetter.sum(tally[i + 1]), ` = ${exact(row.one(tally[i + 1]))}`);
  }
  replace(byId("detail"), element("h3", {}, row.node.name), element("p", { class: "faint" }, `${[row.window ? row.node.op : row.node.type, row.window].filter(Boolean).join(" ")}; one run of it:`), element("dl", {}, ...facts));
};

const showClaims = () => {
  const claims = (page.verification?.claims ?? []).filter((claim) => !claim.network || models.some((model) => model.name === claim.network));
  byId("claims-section").hidden = claims.length === 0;
  const number = (text) => /^-?\d+$/.test(text ?? "") ? exact(BigInt(text)) : text ?? "";
  const evidence = (claim) => (claim.evidence ?? []).map((entry) =>
    [entry.comparison, entry.left === undefined ? "" : `${number(entry.left)} and ${number(entry.right)}`, entry.remark].filter(Boolean).join(", ")).join("; ");
  const verdict = (claim) => String(claim.verdict ?? claim.error ?? "");
  replace(byId("claims"),
    element("thead", {}, element("tr", {}, ...["network", "claim", "verdict", "evidence", "source"].map((title) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, ...claims.map((claim) => element("tr", {},
      element("td", {}, claim.network ?? claim.file ?? ""), element("td", { class: "wrapped" }, String(claim.statement ?? claim.claim ?? "")),
      element("td", { class: `wrapped verdict-${verdict(claim).replace(/\W/g, "")}` }, verdict(claim), claim.condition ? ` if ${claim.condition}` : ""),
      element("td", { class: "wrapped" }, evidence(claim)), element("td", { class: "wrapped" }, claim.citing ?? "")))));
};

// MARK: The parts together

let selected = null;

const select = (node) => {
  selected = node;
  table.reveal(node);
  drawing.reveal(node, true);
  showDetail(node);
};

const status = (text, isError, command) => {
  replace(byId("status"), text, ...(command ? [" The program tells: ", element("code", {}, command)] : []));
  byId("status").classList.toggle("error", isError);
};

/** Larger networks are drawn once the sliders rest; their totals follow at once. */
const MANY = 400;
let pending = null;

const update = (isAtOnce = false) => {
  const { model } = state;
  const result = model.evaluate(state.convention);
  document.body.classList.toggle("broken", result.problem !== null);
  if (result.problem !== null) {
    status(result.problem[0].toUpperCase() + result.problem.slice(1) + ". What is shown below is of the last values.", true, result.command);
    showTotals(null);
    return;
  }
  status("", false);
  if (state.result?.model === model && state.result.graph !== result.graph) showGraph(result.graph);
  state.result = result;
  const run = runOf(model);
  const steps = run ? measuredSteps(run, result.graph) : [];
  for (const { step, node } of steps) result.rows[node.index].seconds = (result.rows[node.index].seconds ?? 0) + step.seconds;
  showTotals(result.totals);
  clearTimeout(pending);
  if (isAtOnce || result.graph.nodes.length < MANY) paint(run, steps); else pending = setTimeout(() => paint(run, steps), 100);
};

/** Draws what takes long: the table, the graph and the charts of the last result. */
const paint = (run, steps) => {
  const { model, result } = state;
  const unit = state.convention.unit.split(" ")[0];
  showComparison();
  table.show(result, unit, steps.length > 0);
  drawing.draw(result, metrics[state.heat]);
  const scale = byId("legend");
  replace(scale, "little ", ...Array.from({ length: HEAT + 1 }, (_, level) => element("span", { class: `swatch heat${level}` })), ` much of the ${metrics[state.heat].label}`);
  shareTable(byId("by-stage"), "stage", result.grouped((node) => result.graph.stage(node)), result.totals, unit, steps.length > 0);
  const types = result.grouped((node) => node.type).sort((a, b) => a.count < b.count ? 1 : a.count > b.count ? -1 : 0);
  shareTable(byId("by-type"), "operator", types, result.totals, unit, steps.length > 0);
  memoryChart(byId("memory"), result, select);
  byId("run-section").hidden = !run;
  if (run) {
    const isSame = BigInt(run.macs ?? 0) === result.totals.macs;
    byId("run-facts").textContent = `${run.isa ?? ""}, ${run.threads ?? "?"} threads, ${secondsText(run.seconds?.median ?? 0)} for ${run.images ?? 1} image(s); `
      + `${steps.length} of ${(run.layers ?? []).length} steps are layers shown here` + (isSame ? "" : "; the run had other settings than those above");
    runCharts(run, steps, select);
  }
  showFormulas(result);
  showDetail(selected);
};

// MARK: Settings

const settingControl = (setting) => {
  const { model } = state;
  const id = `set-${setting.name}`;
  const label = element("label", { for: id }, setting.name, setting.symbol === setting.name ? "" : " ", setting.symbol === setting.name ? "" : element("var", {}, setting.symbol));
  const doc = element("span", { class: "faint doc" }, setting.doc);
  if (setting.kind === "fixed") return element("div", { class: "setting" }, label, element("output", { id }, setting.value), element("span", { class: "faint doc" }, `${setting.doc}; fixed here: archcalc ${model.data.command} --${setting.name} … takes other values`));
  const set = (value) => {
    model.values.set(setting.symbol, value);
    update();
  };
  const current = model.values.get(setting.symbol);
  if (setting.members) {
    const isWord = model.isWord(setting);
    const choice = element("select", { id, change: () => set(isWord ? choice.value : parseNumber(choice.value)) },
      ...setting.members.map((member) => element("option", { value: member }, isWord ? member : numberText(parseNumber(member)))));
    choice.value = setting.members.find((member) => isWord ? member === current : compare(parseNumber(member), current) === 0);
    return element("div", { class: "setting" }, label, choice, doc);
  }
  const origin = parseNumber(setting.slider[0]), size = parseNumber(setting.slider[1]), count = setting.slider[2];
  const at = (value) => String(Math.max(0, Math.min(count, Number(floor(divide(add(value, negate(origin)), size))))));
  const field = element("input", { id, type: "text", inputmode: "decimal", value: numberText(current), size: 7, autocomplete: "off" });
  const slider = element("input", { type: "range", min: 0, max: count, step: 1, value: at(current), "aria-label": `${setting.name}, slider`, "aria-valuetext": numberText(current) });
  slider.addEventListener("input", () => {
    const value = add(origin, multiply(size, whole(Number(slider.value))));
    field.value = numberText(value);
    slider.setAttribute("aria-valuetext", field.value);
    set(value);
  });
  field.addEventListener("input", () => {
    const value = parseNumber(field.value);
    field.setAttribute("aria-invalid", String(value === null));
    if (value === null) return status(`${setting.name} must be a number, as 32, 0.75 or 3/4`, true);
    slider.value = at(value);
    set(value);
  });
  return element("div", { class: "setting" }, label, field, slider, doc);
};

/** Another case of the network: what is selected and unfolded stays so where its name is still there. */
const showGraph = (graph) => {
  const name = selected === null ? null : state.result.graph.nodes[selected].name;
  const found = graph.nodes.findIndex((node) => node.name === name);
  selected = found === -1 ? null : found;
  table.selected = selected;
  drawing.change(graph, selected);
};

const showNetwork = (model) => {
  state.model = model;
  selected = null;
  table.selected = null;
  const { data } = model;
  byId("title").textContent = data.title ? `${data.name} · ${data.title}` : data.name;
  byId("subtitle").textContent = [data.source, data.variant, data.batch ? `batch ${data.batch}` : null].filter(Boolean).join(" · ");
  replace(byId("notes"), ...(data.complete ? [] : [`Not everything is counted: ${data.omissions.map(([name, op, reason]) => `${name} (${op}): ${reason}`).join("; ")}`]));
  replace(byId("settings"), ...data.settings.map(settingControl),
    data.settings.some((setting) => setting.kind !== "fixed") ? element("button", { type: "button", id: "reset", click: () => { model.reset(); showNetwork(model); } }, "Reset") : null);
  byId("settings-section").hidden = data.settings.length === 0;
  for (const tab of byId("networks").children) tab.setAttribute("aria-selected", String(tab.dataset.name === model.label));
  drawing.show(model.case(0));
  state.result = model.evaluate(state.convention);
  if (state.result.graph) drawing.show(state.result.graph);
  update(true);
};

// MARK: Beginning

byId("convention").append(...page.conventions.map((convention) => element("option", { value: convention.name, title: convention.summary }, `${convention.name}: ${convention.unit}`)));
byId("convention").value = page.networks[0].convention;
state.convention = page.conventions.find((convention) => convention.name === page.networks[0].convention);
byId("convention").addEventListener("change", () => {
  state.convention = page.conventions.find((convention) => convention.name === byId("convention").value);
  update();
});
byId("heat").append(...Object.entries(metrics).filter(([key]) => key !== "time" || page.run).map(([key, metric]) => element("option", { value: key }, metric.label)));
byId("heat").addEventListener("change", () => {
  state.heat = byId("heat").value;
  update();
});
byId("unfold").addEventListener("click", () => { drawing.unfoldAll(); drawing.draw(state.result, metrics[state.heat]); });
byId("fold").addEventListener("click", () => { drawing.foldAll(); drawing.draw(state.result, metrics[state.heat]); });
byId("filter").addEventListener("input", () => { table.filter = byId("filter").value; byId("layers").scrollTop = 0; table.update(); });
byId("settings").addEventListener("submit", (event) => event.preventDefault());
byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
});
if (models.length > 1) {
  byId("comparison").hidden = false;
  byId("networks").hidden = false;
  byId("networks").append(...models.map((model) => element("button", { type: "button", role: "tab", "data-name": model.label, click: () => showNetwork(model) }, model.label)));
}
let resizing = 0;
let lastWidth = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === lastWidth) return;
  lastWidth = innerWidth;
  clearTimeout(resizing);
  resizing = setTimeout(() => { if (state.result) update(); }, 150);
});
byId("footer").textContent = `archcalc ${page.version}. Every number is computed on this page from closed forms, exactly.`;
showClaims();
showNetwork(models[0]);
// For tests: what the page computes, as texts, and where it differs from what the program counted.
globalThis.archcalc = {
  totals: () => state.result && Object.fromEntries(Object.entries(state.result.totals).map(([key, value]) => [key, value === null ? null : String(value)])),
  layers: () => state.result.rows.filter(({ node }) => !node.isHidden)
    .map((row) => [row.node.name, row.shape.slice(1).map(Number), String(row.params), String(row.macs), String(row.times)]),
  formulas: () => Object.fromEntries(["params", "macs", "activations"].map((key) => [key, String(state.result.evaluation.integer(state.result.graph.data.totals[key]))])),
  problem: () => state.model.evaluate(state.convention).problem,
  differences: () => models.flatMap((model) => {
    const { problem, totals, memory } = model.evaluate(page.conventions[0]);
    if (problem) return [`${model.name}: ${problem}`];
    const bytes = BigInt(model.data.bytes), { expected } = model.data;
    const computed = { params: totals.params, macs: totals.macs, flops: totals.flops, activations: totals.activations, traffic: totals.traffic / bytes, peak: totals.peak === null ? null : totals.peak / bytes, peakNode: memory?.peakName ?? null };
    return Object.entries(computed).filter(([key, value]) => value !== null && String(value) !== expected[key]).map(([key, value]) => `${model.name}: ${key} is ${value}, not ${expected[key]}`);
  }),
};
