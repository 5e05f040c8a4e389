import type { Replay } from './replay.ts';
import { wordsOf } from './replay-words.ts';

/** One line of what two replays have in common (` `), and of what only the one (`-`) or the other (`+`) has. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Compares two replays step by step: who heard what, and where that leads now. Times do not count. */
export function diffOf(one: Replay, other: Replay): readonly DiffLine[] {
  const [a, b] = [one.frames.map(wordsOf), other.frames.map(wordsOf)];
  const lengths = commonLengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      [i, j] = [i + 1, j + 1];
    } else if (right === undefined || lengthAt(lengths, i + 1, j) >= lengthAt(lengths, i, j + 1)) {
      lines.push({ sign: '-', text: left ?? '' });
      i += 1;
    } else {
      lines.push({ sign: '+', text: right });
      j += 1;
    }
  }
  return lines;
}

/** How long the longest common part is from each pair of places on. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const length =
        a[i] === b[j]
          ? lengthAt(rows, i + 1, j + 1) + 1
          : Math.max(lengthAt(rows, i + 1, j), lengthAt(rows, i, j + 1));
      const row = rows[i];
      if (row !== undefined) row[j] = length;
    }
  }
  return rows;
}

const lengthAt = (rows: readonly Uint16Array[], i: number, j: number): number => rows[i]?.[j] ?? -1;
