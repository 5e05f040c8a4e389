import { expect, it } from 'vitest';
import { nearestToItsEnd, readMemory } from '../../src/process-memory.ts';

const MACHINE = 8_000;
const HEAP = { usedBytes: 400, limitBytes: 1_000 };

it('in a container, memory is short when all that the process holds nears the limit of the container', () => {
  const whole = { usedBytes: 850, limitBytes: 1_000 };

  expect(nearestToItsEnd(HEAP, whole, MACHINE)).toBe(whole);
});

it('in a large container, memory is short when the heap nears its own limit', () => {
  expect(nearestToItsEnd(HEAP, { usedBytes: 850, limitBytes: 4_000 }, MACHINE)).toBe(HEAP);
});

it.each([0, 18_446_744_073_709_552_000])(
  'without a container, of which the limit is told as %d, the heap alone counts',
  (limitBytes) => {
    expect(nearestToItsEnd(HEAP, { usedBytes: 850, limitBytes }, MACHINE)).toBe(HEAP);
  },
);

it('this process has memory left', () => {
  const { usedBytes, limitBytes } = readMemory();

  expect(usedBytes).toBeGreaterThan(0);
  expect(limitBytes).toBeGreaterThan(usedBytes);
});
