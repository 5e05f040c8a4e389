/** What is looked at of one value: a message may carry a whole conversation. */
const MAX_PARTS = 200;

/** Characters of the texts in a value, of its first two hundred parts. Looks into plain objects and arrays only. */
export function charsIn(value: unknown): number {
  const parts: unknown[] = [value];
  let chars = 0;
  for (let at = 0; at < parts.length && at < MAX_PARTS; at++) {
    const part = parts[at];
    if (typeof part === 'string') chars += part.length;
    else if (Array.isArray(part)) pushSome(parts, part);
    else if (isPlain(part)) pushSome(parts, Object.values(part));
  }
  return chars;
}

function pushSome(parts: unknown[], more: readonly unknown[]): void {
  for (const part of more.slice(0, MAX_PARTS - parts.length)) parts.push(part);
}

/** An actor is no plain object: behind it stands everything else. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
