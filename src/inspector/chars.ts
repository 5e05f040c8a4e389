/** What is looked at of one value: a message may carry a whole conversation. */
const MAX_PARTS = 100;

/** Characters of the texts in a value, of its first hundred parts. Looks into plain objects and arrays only. */
export function charsIn(value: unknown): number {
  return new Count().of(value).chars;
}

class Count {
  chars = 0;
  #parts = 0;

  of(value: unknown): this {
    if (typeof value === 'string') this.chars += value.length;
    else if (typeof value === 'object' && value !== null) this.#within(value);
    return this;
  }

  #within(value: object): void {
    if (Array.isArray(value)) {
      for (const item of value) if (!this.#take(item)) return;
    } else if (isPlain(value)) {
      // Plain objects have no other keys than their own.
      for (const key in value) if (!this.#take(value[key])) return;
    }
  }

  /** False when enough was looked at. */
  #take(value: unknown): boolean {
    this.#parts += 1;
    if (this.#parts > MAX_PARTS) return false;
    this.of(value);
    return true;
  }
}

/** An actor is no plain object: behind it stands everything else. */
const isPlain = (value: object): value is Readonly<Record<string, unknown>> =>
  Object.getPrototypeOf(value) === Object.prototype;
