import { describe, expect, it } from 'vitest';
import { createRanking } from '../../src/memory/ranking.ts';
import { aMemory } from '../support/memory-builders.ts';
import { aQuestion } from '../support/store-builders.ts';

/** The texts that are found, the best first; the first of these was said first. */
function found(text: string, texts: readonly string[]): readonly string[] {
  const memories = texts.map((told, at) => aMemory(aQuestion({ text: told, at })));
  return createRanking(memories)
    .rank({ text, now: 0 })
    .map(({ memory }) => memory.text);
}

describe('Memories are found', () => {
  it('in whatever form their words come, irregular ones, too', () => {
    const texts = ['bought a canoe', 'broke a lamp', 'has three children'];

    expect(found('Did I buy something?', texts)).toEqual(['bought a canoe']);
    expect(found('What did I break?', texts)).toEqual(['broke a lamp']);
    expect(found('Who is the child?', texts)).toEqual(['has three children']);
  });

  it('first where the words stand in one sentence', () => {
    const apart = 'Anna came by. The weather was bad. Bruno sold a lamp.';
    const together = 'The weather was bad. Anna sold a lamp. Bruno came by.';

    expect(found('What did Anna sell?', [together, apart])).toEqual([together, apart]);
  });

  it('the newer before the older when they are as good', () => {
    expect(found('Where do I live?', ['lives in Oslo', 'lives in Rome'])).toEqual([
      'lives in Rome',
      'lives in Oslo',
    ]);
  });
});
