import { describe, expect, it } from 'vitest';
import { pauseBefore } from '../../src/discord/life/starts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Starts one after the other, each as early as it may be, of a process that dies at once. */
function crashLoop(forMs: number): readonly number[] {
  const starts: number[] = [];
  let now = DAY * 20_000;
  const end = now + forMs;
  while (now < end) {
    now += pauseBefore(
      starts.filter((at) => at > now - DAY),
      now,
    );
    starts.push(now);
    now += SECOND;
  }
  return starts;
}

describe('a house that crashes as soon as it is on Discord', () => {
  it('connects at once for the first times', () => {
    expect(crashLoop(6 * SECOND)).toHaveLength(5 + 1);
  });

  it('waits longer each time, up to ten minutes', () => {
    const starts = crashLoop(DAY / 2);
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.max(...pauses)).toBe(10 * MINUTE);
    expect(pauses.slice(5, 10)).toEqual(pauses.slice(5, 10).toSorted((a, b) => a - b));
  });

  it('never comes near the thousand connections a day that Discord allows', () => {
    const starts = crashLoop(3 * DAY);
    const inADay = starts.map(
      (from) => starts.filter((at) => at >= from && at < from + DAY).length,
    );
    expect(Math.max(...inADay)).toBeLessThanOrEqual(500);
  });
});
