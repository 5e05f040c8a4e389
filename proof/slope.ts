/** One measurement: `y` after `x`. */
export interface Sample {
  readonly x: number;
  readonly y: number;
}

/** A straight line's slope with the upper end of its 95 % confidence interval. */
export interface Slope {
  readonly slope: number;
  readonly upper95: number;
}

/** Least squares. Needs three samples; the interval takes their deviations to be independent. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const n = samples.length;
  if (n < 3) throw new RangeError(`A slope needs 3 samples, got ${n}.`);
  const meanX = mean(samples.map(({ x }) => x));
  const meanY = mean(samples.map(({ y }) => y));
  const spreadX = sum(samples.map(({ x }) => (x - meanX) ** 2));
  const slope = sum(samples.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const residuals = sum(samples.map(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2));
  const error = Math.sqrt(residuals / (n - 2) / spreadX);
  // With dozens of samples Student's distribution is as good as normal: 1.96 standard errors.
  return { slope, upper95: slope + 1.96 * error };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
