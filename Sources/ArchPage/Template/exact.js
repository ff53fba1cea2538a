// Exact numbers: fractions of BigInts, and expressions over them. The same rules as the program's Rational and Function.

class Inexact extends Error {}

const fraction = (n, d = 1n) => {
  if (d === 0n) throw new Inexact("a division by zero");
  if (d === 1n) return { n, d };
  if (d < 0n) { n = -n; d = -d; }
  let [a, b] = [n < 0n ? -n : n, d];
  while (b) [a, b] = [b, a % b];
  return a === 1n ? { n, d } : { n: n / a, d: d / a };
};
const whole = (value) => ({ n: BigInt(value), d: 1n });
const ZERO = whole(0), ONE = whole(1);

const add = (a, b) => a.d === 1n && b.d === 1n ? { n: a.n + b.n, d: 1n } : fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const multiply = (a, b) => a.d === 1n && b.d === 1n ? { n: a.n * b.n, d: 1n } : fraction(a.n * b.n, a.d * b.d);
const divide = (a, b) => fraction(a.n * b.d, a.d * b.n);
const negate = (a) => ({ n: -a.n, d: a.d });
const compare = (a, b) => {
  const [x, y] = [a.n * b.d, b.n * a.d];
  return x < y ? -1 : x > y ? 1 : 0;
};

const floorDivide = (n, d) => {
  const quotient = n / d;
  return n % d !== 0n && (n < 0n) !== (d < 0n) ? quotient - 1n : quotient;
};
const floor = (a) => floorDivide(a.n, a.d);
const half = fraction(1n, 2n);

/** The functions that an expression can hold, by the names that the table gives them. */
const functions = {
  floor: ([a]) => whole(floor(a)),
  ceiling: ([a]) => whole(-floor(negate(a))),
  // Half away from zero.
  rounded: ([a]) => a.n < 0n ? whole(-floor(add(negate(a), half))) : whole(floor(add(a, half))),
  roundedHalfEven: ([a]) => {
    const below = floor(a);
    const order = compare(add(a, whole(-below)), half);
    return whole(order < 0 || (order === 0 && below % 2n === 0n) ? below : below + 1n);
  },
  minimum: (values) => values.reduce((a, b) => compare(b, a) < 0 ? b : a),
  maximum: (values) => values.reduce((a, b) => compare(b, a) > 0 ? b : a),
  sum: ([a]) => a,
  divisible: ([a, divisor]) => {
    if (divisor.d !== 1n || divisor.n < 1n) throw new Inexact("a divisor that is no positive integer");
    const d = divisor.n;
    const multiple = floorDivide(floor(add(a, whole(d / 2n))), d) * d;
    const nearest = multiple > d ? multiple : d;
    return whole(compare(whole(nearest), multiply(a, fraction(9n, 10n))) < 0 ? nearest + d : nearest);
  },
};

/** Reads "3", "-2", "0.75" or "3/4"; null for anything else. */
const parseNumber = (text) => {
  const match = /^\s*(-?)(\d+)(?:\.(\d*)|\/(\d+))?\s*$/.exec(text);
  if (!match) return null;
  const [, sign, digits, decimals = "", bottom] = match;
  if (bottom !== undefined && BigInt(bottom) === 0n) return null;
  const value = bottom !== undefined ? fraction(BigInt(digits), BigInt(bottom))
    : fraction(BigInt(digits + decimals), 10n ** BigInt(decimals.length));
  return sign ? negate(value) : value;
};

const numberText = (a) => {
  if (a.d === 1n) return String(a.n);
  let bottom = a.d, scale = 1n;
  for (let digits = 1; digits <= 12; digits++) {
    scale *= 10n;
    if (scale % bottom === 0n) {
      const value = (a.n < 0n ? -a.n : a.n) * (scale / bottom);
      const text = String(value).padStart(digits + 1, "0");
      return (a.n < 0n ? "-" : "") + text.slice(0, -digits) + "." + text.slice(-digits);
    }
  }
  return `${a.n}/${a.d}`;
};

/** Evaluates a table of expressions at values of its symbols; each part once. */
class Evaluation {
  constructor(network, values, outer = null) {
    this.network = network;
    this.values = values;
    this.outer = outer;
    this.expressions = [];
    this.atoms = [];
    this.inner = new Map();
  }

  /** Within copies that have numbers: what does not mention these is evaluated once for all of them. */
  within(numbers) {
    if (numbers.size === 0) return this;
    if (!this.inner.has(numbers)) this.inner.set(numbers, new Evaluation(this.network, new Map([...this.values, ...numbers]), this));
    return this.inner.get(numbers);
  }

  /** The value of an expression; throws Inexact where there is none. */
  value(index) {
    if (this.outer !== null && !this.network.numbered.expression(index)) return this.outer.value(index);
    const known = this.expressions[index];
    if (known !== undefined) return known;
    let sum = ZERO;
    for (const term of this.network.expressions[index]) {
      let product = fraction(BigInt(term[0]), BigInt(term[1]));
      for (let i = 2; i < term.length; i += 2) product = multiply(product, this.power(term[i], term[i + 1]));
      sum = add(sum, product);
    }
    return this.expressions[index] = sum;
  }

  /** The value where it must be an integer. */
  integer(index) {
    const value = this.value(index);
    if (value.d !== 1n) throw new Inexact(`${value.n}/${value.d} is no integer`);
    return value.n;
  }

  power(atom, exponent) {
    const value = this.atom(atom);
    const size = BigInt(Math.abs(exponent));
    const power = { n: value.n ** size, d: value.d ** size };
    return exponent < 0 ? divide(ONE, power) : power;
  }

  atom(index) {
    if (this.outer !== null && !this.network.numbered.atom(index)) return this.outer.atom(index);
    const known = this.atoms[index];
    if (known !== undefined) return known;
    const atom = this.network.atoms[index];
    let value;
    if (typeof atom === "string") {
      value = this.values.get(atom);
      if (value === undefined) throw new Inexact(`${atom} has no value`);
    } else {
      value = functions[atom[0]](atom.slice(1).map((argument) => this.value(argument)));
    }
    return this.atoms[index] = value;
  }
}

/** Which expressions of a table mention one of some symbols. */
class Mentions {
  constructor(network, symbols) {
    this.network = network;
    this.symbols = symbols;
    this.expressions = [];
    this.atoms = [];
  }

  expression(index) {
    return this.expressions[index] ??= this.network.expressions[index].some((term) => {
      for (let i = 2; i < term.length; i += 2) if (this.atom(term[i])) return true;
      return false;
    });
  }

  atom(index) {
    const atom = this.network.atoms[index];
    return this.atoms[index] ??= typeof atom === "string" ? this.symbols.has(atom) : atom.slice(1).some((argument) => this.expression(argument));
  }
}
