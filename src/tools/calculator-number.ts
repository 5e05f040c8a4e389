/** Exact for as long as the operations allow (a fraction of whole numbers), a float from there on. */
export type Num =
  | { readonly kind: 'exact'; readonly num: bigint; readonly den: bigint }
  | { readonly kind: 'float'; readonly value: number };

/** A calculation that has no answer; the message is for whoever wrote the expression. */
export class CalculationError extends Error {
  override readonly name = 'CalculationError';
}

/** Whole numbers may have this many digits: more would block the process that computes them. */
export const MAX_DIGITS = 1000;
const WHOLE_LIMIT = 10n ** BigInt(MAX_DIGITS);
const MAX_BITS = BigInt(Math.ceil(MAX_DIGITS * Math.log2(10)));
/** Fractions beyond this are carried on as floats: reducing them costs the square of their length. */
const FRACTION_LIMIT = 10n ** 400n;

export const whole = (value: bigint): Num => ratio(value, 1n);

/** The fraction in lowest terms. Throws when it is too large to hold or divides by zero. */
export function ratio(num: bigint, den: bigint): Num {
  if (den === 0n) throw new CalculationError('Division by zero.');
  if (den !== 1n && num % den === 0n) return ratio(num / den, 1n);
  if (den === 1n) {
    if (magnitude(num) >= WHOLE_LIMIT) throw tooLarge();
    return { kind: 'exact', num, den };
  }
  if (magnitude(num) >= FRACTION_LIMIT || magnitude(den) >= FRACTION_LIMIT) {
    return float(quotient(num, den), num !== 0n);
  }
  const common = den < 0n ? -gcd(num, den) : gcd(num, den);
  return { kind: 'exact', num: num / common, den: den / common };
}

/** A float that is a number: throws for what is infinite, undefined, or a vanished non-zero. */
export function float(value: number, mayNotVanish = false): Num {
  if (Number.isNaN(value)) throw new CalculationError('There is no real number that answers this.');
  if (!Number.isFinite(value)) throw tooLarge();
  if (value === 0 && mayNotVanish) throw new CalculationError('The result is too small to hold.');
  return { kind: 'float', value };
}

export function toNumber(n: Num): number {
  if (n.kind === 'float') return n.value;
  const value = quotient(n.num, n.den);
  if (!Number.isFinite(value)) throw tooLarge();
  return value;
}

/** The whole number that `n` is, exactly. */
export const wholeValue = (n: Num): bigint | undefined =>
  n.kind === 'exact' && n.den === 1n ? n.num : undefined;

export function add(a: Num, b: Num): Num {
  if (a.kind === 'float' || b.kind === 'float') return float(toNumber(a) + toNumber(b));
  return ratio(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function negate(a: Num): Num {
  return a.kind === 'float' ? float(-a.value) : { ...a, num: -a.num };
}

export const subtract = (a: Num, b: Num): Num => add(a, negate(b));

export function multiply(a: Num, b: Num): Num {
  if (a.kind === 'exact' && b.kind === 'exact') return ratio(a.num * b.num, a.den * b.den);
  return float(toNumber(a) * toNumber(b), !(isZero(a) || isZero(b)));
}

export function divide(a: Num, b: Num): Num {
  if (isZero(b)) throw new CalculationError('Division by zero.');
  if (a.kind === 'exact' && b.kind === 'exact') return ratio(a.num * b.den, a.den * b.num);
  return float(toNumber(a) / toNumber(b), !isZero(a));
}

/** The remainder with the sign of the divisor: `-7 mod 3` is 2. */
export function modulo(a: Num, b: Num): Num {
  return subtract(a, multiply(b, floor(divide(a, b))));
}

export function floor(n: Num): Num {
  if (n.kind === 'float') return float(Math.floor(n.value));
  const quotient = n.num / n.den;
  return whole(n.num < 0n && n.num % n.den !== 0n ? quotient - 1n : quotient);
}

export function power(base: Num, exponent: Num): Num {
  const times = wholeValue(exponent);
  if (base.kind === 'exact' && times !== undefined) return wholePower(base, times);
  if (exponent.kind === 'exact' && exponent.num === 1n && exponent.den === 2n) return root(base);
  return float(toNumber(base) ** toNumber(exponent), !isZero(base));
}

/** The square root, exact where there is an exact one. */
export function root(n: Num): Num {
  if (isNegative(n)) throw new CalculationError('A negative number has no real square root.');
  if (n.kind === 'exact') {
    const num = wholeRoot(n.num);
    const den = wholeRoot(n.den);
    if (num * num === n.num && den * den === n.den) return ratio(num, den);
  }
  return float(Math.sqrt(toNumber(n)), !isZero(n));
}

export const isZero = (n: Num): boolean => (n.kind === 'float' ? n.value === 0 : n.num === 0n);
export const isNegative = (n: Num): boolean => (n.kind === 'float' ? n.value < 0 : n.num < 0n);

/** -1, 0 or 1 as `a` is less than, equal to or greater than `b`. */
export function compare(a: Num, b: Num): number {
  if (a.kind === 'float' || b.kind === 'float') return Math.sign(toNumber(a) - toNumber(b));
  const difference = a.num * b.den - b.num * a.den;
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const tooLarge = () =>
  new CalculationError(`The result is too large: at most ${MAX_DIGITS} digits are computed.`);

const bits = (value: bigint): number => magnitude(value).toString(16).length * 4;

function wholePower(base: Extract<Num, { kind: 'exact' }>, exponent: bigint): Num {
  if (exponent < 0n) return divide(whole(1n), wholePower(base, -exponent));
  if (exponent === 0n) return whole(1n);
  if (base.den === 1n && magnitude(base.num) <= 1n) {
    return whole(exponent % 2n === 0n ? magnitude(base.num) : base.num);
  }
  if (leastBits(base) * exponent > MAX_BITS) {
    if (base.den === 1n) throw tooLarge();
    return float(toNumber(base) ** Number(exponent), true);
  }
  return ratio(base.num ** exponent, base.den ** exponent);
}

/** How many bits each factor surely adds to a power of `base`: never more than it really adds. */
function leastBits(base: Extract<Num, { kind: 'exact' }>): bigint {
  const longest = Math.max(...[base.num, base.den].map((n) => magnitude(n).toString(2).length - 1));
  return BigInt(Math.max(longest, 1));
}

/** The largest whole number whose square is at most `n` (Newton's method). */
function wholeRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let guess = 1n << BigInt(Math.ceil(bits(n) / 2));
  for (;;) {
    const next = (guess + n / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** `num / den` as a float, also where both are beyond the range of floats. */
function quotient(num: bigint, den: bigint): number {
  const shift = bits(den) - bits(num) + 64;
  const scaled = shift > 0 ? (num << BigInt(shift)) / den : num / (den << BigInt(-shift));
  return Number(scaled) * 2 ** -shift;
}
