// Numbers and formulas for people, and elements of the page. Texts are always set as text, never as markup.

const exact = (value) => {
  const digits = String(value < 0n ? -value : value).replace(/\B(?=(\d{3})+$)/g, ",");
  return value < 0n ? "−" + digits : digits;
};

/** `25.03 M`: four digits and a unit. */
const scaled = (value) => {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 10000n) return exact(value);
  const units = ["K", "M", "G", "T", "P", "E"];
  let unit = 0, divisor = 1000;
  const number = Number(magnitude);
  while (unit < units.length - 1 && number >= divisor * 999.95) { unit++; divisor *= 1000; }
  const quotient = number / divisor;
  const digits = quotient < 9.9995 ? 3 : quotient < 99.995 ? 2 : 1;
  return (value < 0n ? "−" : "") + quotient.toFixed(digits) + " " + units[unit];
};

const byteText = (value) => {
  let number = Number(value);
  for (const unit of ["B", "KiB", "MiB", "GiB", "TiB"]) {
    if (number < 1024 || unit === "TiB") return (unit === "B" ? String(value) : number.toFixed(2)) + " " + unit;
    number /= 1024;
  }
};

const percent = (part, total, digits = 1) => total === 0n ? "–" : (Number(part) / Number(total) * 100).toFixed(digits) + " %";

const secondsText = (seconds) => seconds >= 1 ? seconds.toFixed(2) + " s" : seconds >= 1e-3 ? (seconds * 1e3).toFixed(2) + " ms" : (seconds * 1e6).toFixed(0) + " µs";

/** As `secondsText`, without digits that are zero: for axes. */
const shortSeconds = (seconds) => secondsText(seconds).replace(/\.?0+ /, (zeros) => zeros.startsWith(".") ? " " : zeros);

/** Names of quantities as words: `batchNormElements` are batch norm elements. */
const words = (name) => name.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/ [A-Z](?![A-Z])/g, (letter) => letter.toLowerCase());

/** A bar within a cell of a table: a part of its room. */
const barOf = (part) => element("span", { class: "bar-fill", style: `--part:${part.toFixed(4)}` });

/** Kernel, stride and groups as they are said: `3×3 s2 g32`. */
const windowText = (window, value) => {
  if (!window) return "";
  const [kernel, stride, groups] = window.map((part) => Array.isArray(part) ? part.map(value) : value(part));
  return kernel.join("×") + (stride.every((step) => step === 1n) ? "" : ` s${stride[0]}`) + (groups === 1n ? "" : ` g${groups}`);
};

const shapeText = (shape) => (shape.length > 1 ? shape.slice(1) : shape).map(String).join("×");

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; texts become text nodes. */
const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

const fill = (node, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const replace = (parent, ...children) => parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined));

/** Closed forms as a formula is set: products without signs of multiplication between letters, powers raised. */
class Typesetter {
  constructor(data) { this.data = data; }

  /** Elements of an expression. */
  sum(index) {
    const terms = this.data.expressions[index];
    if (terms.length === 0) return ["0"];
    const bottom = terms[0][1];
    const isQuotient = terms.length > 1 && bottom !== 1 && terms.every((term) => term[1] === bottom && term.every((part, place) => place < 3 || place % 2 === 0 || part > 0));
    if (isQuotient) {
      const above = this.terms(terms.map(([top, , ...factors]) => [top, 1, ...factors]));
      return [element("span", { class: "fraction" }, element("span", {}, ...above), element("span", {}, exact(BigInt(bottom))))];
    }
    return this.terms(terms);
  }

  terms(terms) {
    return terms.flatMap((term, position) => {
      const isNegative = String(term[0]).startsWith("-");
      const sign = position === 0 ? (isNegative ? "−" : "") : isNegative ? " − " : " + ";
      return [sign, this.term(term)];
    });
  }

  term(term) {
    const above = [], below = [];
    const numerator = String(term[0]).replace("-", "");
    if (term[1] !== 1) below.push(exact(BigInt(term[1])));
    for (let i = 2; i < term.length; i += 2) {
      (term[i + 1] > 0 ? above : below).push(this.factor(term[i], Math.abs(term[i + 1])));
    }
    if (numerator !== "1" || above.length === 0) above.unshift(exact(BigInt(numerator)));
    const product = (parts) => parts.flatMap((part, index) => index === 0 ? [part] : ["\u2009", part]);
    if (below.length === 0) return element("span", { class: "term" }, ...product(above));
    return element("span", { class: "term" },
      element("span", { class: "fraction" }, element("span", {}, ...product(above)), element("span", {}, ...product(below))));
  }

  factor(index, exponent) {
    const atom = this.data.atoms[index];
    const base = typeof atom === "string" ? element("var", {}, atom) : this.call(atom);
    return exponent === 1 ? base : element("span", {}, base, element("sup", {}, String(exponent)));
  }

  call([name, ...parts]) {
    const inner = parts.flatMap((part, index) => index === 0 ? this.sum(part) : [", ", ...this.sum(part)]);
    const brackets = {
      floor: ["⌊", "⌋"], ceiling: ["⌈", "⌉"], rounded: ["round(", ")"], roundedHalfEven: ["round half even(", ")"],
      minimum: ["min(", ")"], maximum: ["max(", ")"], divisible: ["divisible(", ")"], sum: ["(", ")"],
    }[name];
    return element("span", {}, brackets[0], ...inner, brackets[1]);
  }
}
