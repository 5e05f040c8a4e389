import { createHash } from 'node:crypto';

/** Everything that happened in a simulation, as a running hash and the last lines in plain text. */
export interface Trace {
  note(line: string): void;
  /** Counts how often something happened. */
  count(what: string): void;
  readonly seen: ReadonlyMap<string, number>;
  readonly lines: number;
  /** The newest lines, oldest first. */
  readonly tail: readonly string[];
  /** Hash of all lines so far; closes the trace. */
  close(): string;
}

const TAIL = 60;

/** `onLine` is told of every line, for whoever looks into a seed. */
export function openTrace(onLine?: (line: string) => void): Trace {
  const hash = createHash('sha256');
  const tail: string[] = [];
  const seen = new Map<string, number>();
  let lines = 0;
  return {
    tail,
    seen,
    count(what) {
      seen.set(what, (seen.get(what) ?? 0) + 1);
    },
    get lines() {
      return lines;
    },
    note(line) {
      lines += 1;
      onLine?.(line);
      hash.update(line).update('\n');
      tail.push(line);
      if (tail.length > TAIL) tail.shift();
    },
    close: () => hash.digest('hex').slice(0, 16),
  };
}
