const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Reads `2m59.56s`, `450ms` and the like into milliseconds; `undefined` when it is none of these. */
export function parseDuration(text: string): number | undefined {
  let total = 0;
  let read = 0;
  for (const [part, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
    read += part.length;
  }
  return read > 0 && read === text.length ? total : undefined;
}

/** Reads a `Retry-After` value (seconds or an HTTP date) into milliseconds from `now`, never below 0. */
export function parseRetryAfter(text: string, now: number): number | undefined {
  const seconds = Number(text);
  const ms =
    text.trim() !== '' && Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(Math.ceil(ms), 0);
}
