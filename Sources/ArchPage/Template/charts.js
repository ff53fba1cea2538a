// Shares as tables with bars; memory, the roofline and times as SVG with axes and units.

/** A table of groups with bars of their shares. */
const shareTable = (parent, title, groups, totals, unit, hasTime) => {
  const seconds = groups.reduce((sum, group) => sum + group.seconds, 0);
  const cell = (part, total, text) => element("td", { class: "number bar-cell", title: typeof part === "bigint" ? exact(part) : null },
    barOf(Number(total) === 0 ? 0 : Number(part) / Number(total)), element("span", {}, text));
  replace(parent, element("div", { class: "scroll", tabindex: "0" }, element("table", { class: "shares" },
    element("thead", {}, element("tr", {}, ...[title, "params", "", unit, "", ...(hasTime ? ["time"] : [])].map((text, index) => element("th", { scope: "col", class: index ? "number" : null }, text)))),
    element("tbody", {}, ...groups.map((group) => element("tr", {},
      element("th", { scope: "row" }, group.name),
      element("td", { class: "number" }, scaled(group.params)), cell(group.params, totals.conventionParams, percent(group.params, totals.conventionParams)),
      element("td", { class: "number" }, scaled(group.count)), cell(group.count, totals.count, percent(group.count, totals.count)),
      hasTime ? cell(group.seconds, seconds, secondsText(group.seconds)) : null))))));
};

const niceStep = (most, count) => {
  const rough = most / count, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
};

const frameOf = (parent, height, label) => {
  const width = Math.max(300, parent.clientWidth || 640);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "chart" });
  return { root, width, height, left: 66, right: width - 12, top: 14, bottom: height - 34 };
};

const axisTitle = (root, x, y, text, attributes = {}) => root.append(svg("text", { x, y, class: "axis-title", ...attributes }, text));

/** What is held while each node runs, with the peak marked. */
const memoryChart = (parent, result, select) => {
  const { memory, graph } = result;
  if (!memory) {
    replace(parent, element("p", { class: "faint" }, "The network runs in more steps than are gone through here. The program tells what is held: " + result.model.command));
    return;
  }
  const { steps, peakName } = memory;
  const box = frameOf(parent, 240, `Memory over time: at most ${byteText(memory.peak)}, while ${peakName} runs`);
  const most = Math.max(1, Number(memory.peak)), step = niceStep(most / 2 ** 20, 5) * 2 ** 20;
  const x = (index) => box.left + (box.right - box.left) * index / steps.length;
  const y = (bytes) => box.bottom - (box.bottom - box.top - 14) * bytes / most;
  for (let tick = 0; tick <= most; tick += step) {
    box.root.append(svg("line", { x1: box.left, x2: box.right, y1: y(tick), y2: y(tick), class: "grid" }),
      svg("text", { x: box.left - 6, y: y(tick) + 4, class: "tick end" }, `${+(tick / 2 ** 20).toPrecision(3)}`));
  }
  let d = `M${box.left},${box.bottom}`;
  memory.live.forEach((held, index) => { d += `L${x(index).toFixed(1)},${y(Number(held)).toFixed(1)}L${x(index + 1).toFixed(1)},${y(Number(held)).toFixed(1)}`; });
  box.root.append(svg("path", { d: d + `L${box.right},${box.bottom}Z`, class: "area" }));
  const peakX = (x(memory.peakStep) + x(memory.peakStep + 1)) / 2;
  const isLate = peakX > box.left + (box.right - box.left) / 2;
  box.root.append(svg("line", { x1: peakX, x2: peakX, y1: y(most), y2: box.bottom, class: "peak" }),
    svg("circle", { cx: peakX, cy: y(most), r: 4, class: "peak" }),
    svg("text", { x: peakX + (isLate ? -8 : 8), y: box.top + 6, class: isLate ? "peak-label end" : "peak-label" }, `peak ${byteText(memory.peak)} · ${peakName}`));
  axisTitle(box.root, 14, (box.top + box.bottom) / 2, "held, MiB", { transform: `rotate(-90 14 ${(box.top + box.bottom) / 2})`, "text-anchor": "middle" });
  axisTitle(box.root, (box.left + box.right) / 2, box.height - 8, "layers in the order in which they run", { "text-anchor": "middle" });
  box.root.addEventListener("click", (event) => {
    const place = box.root.getBoundingClientRect();
    const node = graph.nodes[steps[Math.floor((event.clientX - place.left - box.left) / (box.right - box.left) * steps.length)]?.node];
    if (node && !node.isHidden && !node.isView) select(node.index);
  });
  replace(parent, box.root);
};

const powers = (low, high) => {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) ticks.push(10 ** power);
  return ticks;
};

/** Points on two logarithmic axes, with lines through them. */
const logChart = (parent, { points, lines, titles, texts, label, select }) => {
  if (points.length === 0) {
    replace(parent, element("p", { class: "faint" }, "No layer of the run is one of this network's."));
    return;
  }
  const box = frameOf(parent, 320, label);
  const range = (index) => {
    const values = points.map((point) => point.at[index]).concat(lines.flatMap((line) => line.map((end) => end[index])));
    const low = Math.min(...values), high = Math.max(...values);
    return [low / 1.3, high * 1.3];
  };
  const [rangeX, rangeY] = [range(0), range(1)];
  const scale = ([low, high], from, to) => (value) => from + (to - from) * Math.log(value / low) / Math.log(high / low);
  const [x, y] = [scale(rangeX, box.left, box.right), scale(rangeY, box.bottom, box.top)];
  for (const tick of powers(...rangeX).filter((tick) => tick >= rangeX[0] && tick <= rangeX[1])) {
    box.root.append(svg("line", { x1: x(tick), x2: x(tick), y1: box.top, y2: box.bottom, class: "grid" }),
      svg("text", { x: x(tick), y: box.bottom + 14, class: "tick middle" }, texts[0](tick)));
  }
  for (const tick of powers(...rangeY).filter((tick) => tick >= rangeY[0] && tick <= rangeY[1])) {
    box.root.append(svg("line", { x1: box.left, x2: box.right, y1: y(tick), y2: y(tick), class: "grid" }),
      svg("text", { x: box.left - 6, y: y(tick) + 4, class: "tick end" }, texts[1](tick)));
  }
  for (const line of lines) box.root.append(svg("path", { d: "M" + line.map(([a, b]) => `${x(a)},${y(b)}`).join("L"), class: "roof" }));
  for (const point of points) {
    box.root.append(svg("circle", { cx: x(point.at[0]), cy: y(point.at[1]), r: 4, class: `point ${point.bound ?? ""}`, click: () => select(point.node) },
      svg("title", {}, point.title)));
  }
  axisTitle(box.root, (box.left + box.right) / 2, box.height - 6, titles[0], { "text-anchor": "middle" });
  axisTitle(box.root, 12, (box.top + box.bottom) / 2, titles[1], { transform: `rotate(-90 12 ${(box.top + box.bottom) / 2})`, "text-anchor": "middle" });
  replace(parent, box.root);
};

/** The measured steps of a run, each with the node whose name it has; steps of folded copies go to the kept one. */
const measuredSteps = (run, graph) => {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const folded = graph.nodes.filter((node) => /(^|\.)\d+…/.test(node.name)).map((node) => {
    const parts = node.name.split(".").map((part) => {
      const range = /^(\d+)…(\d*)/.exec(part);
      return range ? { low: Number(range[1]), high: range[2] ? Number(range[2]) : Infinity } : part;
    });
    return { node, parts };
  });
  const find = (name) => {
    const words = name.split(".");
    return byName.get(name) ?? folded.find(({ parts }) => parts.length === words.length && parts.every((part, index) =>
      typeof part === "string" ? part === words[index] : /^\d+$/.test(words[index]) && Number(words[index]) >= part.low && Number(words[index]) <= part.high))?.node;
  };
  return (run.layers ?? []).map((step) => ({ step, node: find(step.name) })).filter(({ node }) => node);
};

const runCharts = (run, steps, select) => {
  const peak = run.machine?.peak_flops_per_second, bandwidth = run.machine?.bandwidth_bytes_per_second;
  const usable = steps.filter(({ step }) => step.macs > 0 && step.seconds > 0 && step.bytes > 0);
  if (!peak || !bandwidth) return;
  const point = ({ step, node }, at) => ({ at, node: node.index, bound: step.bound, title: `${step.name}: ${secondsText(step.seconds)}, ${(2e-9 * step.macs / step.seconds).toFixed(1)} GFLOP/s, ${step.kernel}` });
  const intensities = usable.map(({ step }) => 2 * step.macs / step.bytes).concat(peak / bandwidth);
  const [low, high] = [Math.min(...intensities) / 2, Math.max(...intensities) * 2];
  logChart(byId("roofline"), {
    points: usable.map((entry) => point(entry, [2 * entry.step.macs / entry.step.bytes, 2e-9 * entry.step.macs / entry.step.seconds])),
    lines: [[[low, 1e-9 * bandwidth * low], [peak / bandwidth, 1e-9 * peak], [high, 1e-9 * peak]]],
    titles: ["FLOPs per byte", "GFLOP/s"], texts: [(tick) => String(+tick.toPrecision(3)), (tick) => String(+tick.toPrecision(3))],
    label: "Roofline: what each layer reached of the machine's peak", select,
  });
  const predicted = ({ step }) => Math.max(2 * step.macs / peak, step.bytes / bandwidth);
  const times = usable.flatMap((entry) => [predicted(entry), entry.step.seconds]);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  logChart(byId("scatter"), {
    points: usable.map((entry) => point(entry, [predicted(entry), entry.step.seconds])), lines: [[[least, least], [most, most]]],
    titles: ["roofline's time", "measured time"], texts: [shortSeconds, shortSeconds], label: "Predicted against measured time of each layer", select,
  });
};
