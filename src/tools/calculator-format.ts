import { magnitude, type Num } from './calculator-number.ts';

const MAX_DECIMALS = 40;
const APPROXIMATE_DIGITS = 20;
/** A fraction is shown beside its decimals when it is this short. */
const MAX_FRACTION_CHARS = 24;

/** The number in full where that is possible, else after "≈", rounded. */
export function formatNumber(n: Num): string {
  if (n.kind === 'float') return `≈ ${plain(n.value)}`;
  if (n.den === 1n) return String(n.num);
  const decimals = exactDecimals(n.den);
  if (decimals !== undefined) return decimal(n, decimals);
  const fraction = `${n.num}/${n.den}`;
  const beside = fraction.length <= MAX_FRACTION_CHARS ? ` (exactly ${fraction})` : '';
  return `≈ ${decimal(n, decimalsFor(n))}${beside}`;
}

/** 15 digits are what a float can be trusted for. */
function plain(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** How many decimals 1/den has, when it ends at all within the limit. */
function exactDecimals(den: bigint): number | undefined {
  let scale = 1n;
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++, scale *= 10n) {
    if (scale % den === 0n) return decimals;
  }
  return undefined;
}

interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

/** Enough decimals for the wanted number of significant digits. */
function decimalsFor({ num, den }: Fraction): number {
  const places = String(magnitude(num)).length - String(den).length;
  return Math.max(APPROXIMATE_DIGITS - places, 1);
}

function decimal({ num, den }: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const scaled = (2n * magnitude(num) * scale + den) / (2n * den);
  const digits = String(scaled).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${num < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
