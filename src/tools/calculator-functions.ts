import {
  add,
  CalculationError,
  compare,
  divide,
  float,
  floor,
  gcd,
  isNegative,
  isZero,
  MAX_DIGITS,
  magnitude,
  modulo,
  multiply,
  type Num,
  negate,
  power,
  ratio,
  root,
  toNumber,
  whole,
  wholeValue,
} from './calculator-number.ts';

export interface MathFunction {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** Throws `CalculationError` where it has no answer. */
  apply(args: readonly Num[]): Num;
}

const MANY = 1000;

/** Every function by its name. */
export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map([
  ...exactOfOne(),
  ...floatOfOne(),
  ...ofTwo(),
  ...ofMany(),
]);

export const CONSTANTS: ReadonlyMap<string, Num> = new Map([
  ['pi', float(Math.PI)],
  ['π', float(Math.PI)],
  ['tau', float(2 * Math.PI)],
  ['e', float(Math.E)],
  ['phi', float((1 + Math.sqrt(5)) / 2)],
]);

/** `n!`. Throws for what is not a whole number from 0 up, or has too large a result. */
export function factorial(n: Num): Num {
  const last = wholeOf('factorial', n);
  if (last < 0n) throw new CalculationError('factorial needs a whole number from 0 up.');
  // Beyond MAX_DIGITS the product is certainly too large, and the loop would take time.
  if (last > BigInt(MAX_DIGITS)) return whole(10n ** BigInt(MAX_DIGITS));
  let product = 1n;
  for (let factor = 2n; factor <= last; factor++) product *= factor;
  return whole(product);
}

function exactOfOne(): [string, MathFunction][] {
  const ceiling = (n: Num) => negate(floor(negate(n)));
  const table: Record<string, (n: Num) => Num> = {
    abs: (n) => (isNegative(n) ? negate(n) : n),
    sign: (n) => whole(BigInt(compare(n, whole(0n)))),
    floor,
    ceil: ceiling,
    trunc: (n) => (isNegative(n) ? ceiling(n) : floor(n)),
    sqrt: root,
    factorial,
  };
  return Object.entries(table).map(([name, apply]) => [name, ofOne(apply)]);
}

function floatOfOne(): [string, MathFunction][] {
  const table: Record<string, (x: number) => number> = {
    sin: (x) => withoutNoise(Math.sin(x), x),
    cos: (x) => withoutNoise(Math.cos(x), x),
    tan: (x) => withoutNoise(Math.tan(x), x),
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    cbrt: Math.cbrt,
    exp: Math.exp,
    ln: (x) => Math.log(loggable(x)),
    log10: (x) => Math.log10(loggable(x)),
    log2: (x) => Math.log2(loggable(x)),
    radians: (x) => (x * Math.PI) / 180,
    degrees: (x) => (x * 180) / Math.PI,
  };
  return Object.entries(table).map(([name, apply]) => [
    name,
    ofOne((n) => float(apply(toNumber(n)))),
  ]);
}

function ofTwo(): [string, MathFunction][] {
  const table: Record<string, (a: Num, b: Num) => Num> = {
    mod: modulo,
    pow: power,
    log: (x, base) => logarithm(toNumber(x), toNumber(base)),
    atan2: (y, x) => float(Math.atan2(toNumber(y), toNumber(x))),
    ncr: choose,
    npr: (n, k) => multiply(choose(n, k), factorial(k)),
  };
  const two = Object.entries(table).map(([name, apply]): [string, MathFunction] => [
    name,
    { least: 2, most: 2, apply: ([a, b]) => apply(given(a), given(b)) },
  ]);
  const rounding: MathFunction = {
    least: 1,
    most: 2,
    apply: ([n, places]) => round(given(n), places ?? whole(0n)),
  };
  return [...two, ['round', rounding]];
}

function ofMany(): [string, MathFunction][] {
  const sum = (all: readonly Num[]) => all.reduce(add);
  const mean = (all: readonly Num[]) => divide(sum(all), whole(BigInt(all.length)));
  const table: Record<string, (all: readonly Num[]) => Num> = {
    min: (all) => all.reduce((a, b) => (compare(b, a) < 0 ? b : a)),
    max: (all) => all.reduce((a, b) => (compare(b, a) > 0 ? b : a)),
    sum,
    mean,
    avg: mean,
    median,
    hypot: (all) => root(sum(all.map((n) => multiply(n, n)))),
    gcd: (all) => whole(all.map((n) => wholeOf('gcd', n)).reduce(gcd, 0n)),
    lcm: (all) => all.reduce(leastCommonMultiple, whole(1n)),
  };
  return Object.entries(table).map(([name, apply]) => [name, { least: 1, most: MANY, apply }]);
}

function ofOne(apply: (n: Num) => Num): MathFunction {
  return { least: 1, most: 1, apply: ([n]) => apply(given(n)) };
}

/** The evaluator has counted the arguments; a missing one is our own fault. */
function given(n: Num | undefined): Num {
  if (n) return n;
  throw new TypeError('A calculator function was called with too few arguments.');
}

function wholeOf(name: string, n: Num): bigint {
  const value = wholeValue(n);
  if (value === undefined) throw new CalculationError(`${name} needs whole numbers.`);
  return value;
}

function loggable(x: number): number {
  if (x > 0) return x;
  throw new CalculationError('Only positive numbers have a logarithm.');
}

function logarithm(x: number, base: number): Num {
  if (base === 1) throw new CalculationError('There is no logarithm to the base 1.');
  return float(Math.log(loggable(x)) / Math.log(loggable(base)));
}

/** sin(pi) is 0, though the float nearest to pi gives 1.2e-16. */
function withoutNoise(result: number, x: number): number {
  const noise = Math.abs(x) * 1e-15;
  return Math.abs(x) > 0.5 && Math.abs(result) < noise ? 0 : result;
}

/** Half is rounded away from zero. */
function round(n: Num, places: Num): Num {
  const digits = wholeOf('round', places);
  if (digits > 50n || digits < -50n) throw new CalculationError('round takes -50 to 50 places.');
  const scale = power(whole(10n), whole(digits));
  const scaled = multiply(isNegative(n) ? negate(n) : n, scale);
  const rounded = divide(floor(add(scaled, ratio(1n, 2n))), scale);
  return isNegative(n) ? negate(rounded) : rounded;
}

function choose(n: Num, k: Num): Num {
  const [from, take] = [wholeOf('ncr', n), wholeOf('ncr', k)];
  if (take < 0n || from < 0n) throw new CalculationError('ncr needs whole numbers from 0 up.');
  if (take > from) return whole(0n);
  const fewer = 2n * take < from ? take : from - take;
  let ways = 1n;
  for (let i = 1n; i <= fewer; i++) {
    ways = (ways * (from - fewer + i)) / i;
    // Grows with every step: once too large, `whole` refuses it and the loop need not go on.
    if (i % 64n === 0n) whole(ways);
  }
  return whole(ways);
}

function median(all: readonly Num[]): Num {
  const sorted = all.toSorted(compare);
  const upper = given(sorted[Math.floor(sorted.length / 2)]);
  const lower = given(sorted[Math.floor((sorted.length - 1) / 2)]);
  return divide(add(lower, upper), whole(2n));
}

function leastCommonMultiple(a: Num, b: Num): Num {
  const [x, y] = [wholeOf('lcm', a), wholeOf('lcm', b)];
  if (isZero(a) || isZero(b)) return whole(0n);
  return whole(magnitude((x / gcd(x, y)) * y));
}
