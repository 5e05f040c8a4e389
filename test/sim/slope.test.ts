import { expect, it } from 'vitest';
import { slopeOf } from '../../proof/slope.ts';
import { seeded } from '../support/random.ts';

const line = (slope: number, noise: () => number) =>
  Array.from({ length: 40 }, (_, nth) => ({
    x: nth * 1000,
    y: 1e7 + slope * nth * 1000 + noise(),
  }));

it('finds the slope of a line exactly', () => {
  const { slope, upper95 } = slopeOf(line(64, () => 0));

  expect(slope).toBeCloseTo(64, 6);
  expect(upper95).toBeCloseTo(64, 6);
});

it('tells a leak of 64 bytes from noise a thousand times as large, and noise from a leak', () => {
  const random = seeded(1);
  const noise = () => (random.next() - 0.5) * 64_000;

  expect(slopeOf(line(64, noise)).slope).toBeGreaterThan(20);
  expect(slopeOf(line(0, noise)).upper95).toBeLessThan(20);
});

it('asks for three samples', () => {
  expect(() => slopeOf(line(1, () => 0).slice(0, 2))).toThrow('A slope needs 3 samples, got 2.');
});
