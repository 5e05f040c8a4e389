import { expect, it } from 'vitest';
import { memoryReader, nearestToItsEnd } from '../../src/process-memory.ts';

const MACHINE = 8_000;
const HEAP = { usedBytes: 400, limitBytes: 1_000 };

const IDLE = 600;

it('in a container, memory is short when what the teams have come to hold nears what the container has for them', () => {
  const whole = { usedBytes: 850, limitBytes: 1_000, idleBytes: IDLE };

  expect(nearestToItsEnd(HEAP, whole, MACHINE)).toEqual({ usedBytes: 250, limitBytes: 400 });
});

it.each([610, 600, 500])(
  'in a container of %d, which an idle house nearly fills, its teams are not sent away for that',
  (limitBytes) => {
    const whole = { usedBytes: IDLE, limitBytes, idleBytes: IDLE };

    expect(nearestToItsEnd(HEAP, whole, MACHINE)).toBe(HEAP);
  },
);

it('in a large container, memory is short when the heap nears its own limit', () => {
  const whole = { usedBytes: 850, limitBytes: 4_000, idleBytes: IDLE };

  expect(nearestToItsEnd(HEAP, whole, MACHINE)).toBe(HEAP);
});

it.each([0, 18_446_744_073_709_552_000])(
  'without a container, of which the limit is told as %d, the heap alone counts',
  (limitBytes) => {
    const whole = { usedBytes: 850, limitBytes, idleBytes: IDLE };

    expect(nearestToItsEnd(HEAP, whole, MACHINE)).toBe(HEAP);
  },
);

it('this process has memory left', () => {
  const { usedBytes, limitBytes } = memoryReader()();

  expect(usedBytes).toBeGreaterThan(0);
  expect(limitBytes).toBeGreaterThan(usedBytes);
});
