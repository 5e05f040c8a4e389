export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long to wait after so many failures: doubles from the first, plus up to half again by chance (in [0, 1)). */
export function delayMs({ firstMs, longestMs }: Backoff, failures: number, chance: number): number {
  const doubled = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(doubled * (1 + chance / 2));
}
