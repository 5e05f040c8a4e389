import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Memory } from '../../machines/memory/memories.ts';
import { makeRoom } from '../../src/memory/consolidation.ts';
import { hashOf } from '../../src/memory/similar.ts';
import { aMemory } from '../support/memory-builders.ts';
import { aQuestion } from '../support/store-builders.ts';

const NOW = Date.UTC(2026, 4, 1);
const DAY_MS = 86_400_000;

const aFact = (text: string, given: Partial<Memory> = {}): Memory =>
  aMemory(aQuestion({ text, at: NOW }), { id: text, text, hash: hashOf(text), ...given });

const facts = (count: number): readonly Memory[] =>
  Array.from({ length: count }, (_, nth) => aFact(`item${nth} belongs to owner${nth}`));

describe('Room for memories', () => {
  it('is not made as long as there is some', () => {
    expect(makeRoom(facts(9), { cap: 10, now: NOW })).toEqual([]);
  });

  it('is made of what another says as well before anything is given up', () => {
    const twins = [
      aFact('has a small red boat at home', { importance: 0.4 }),
      aFact('at home: a small red boat', { importance: 0.6 }),
    ];

    expect(makeRoom([...facts(18), ...twins], { cap: 20, now: NOW })).toEqual([
      { kind: 'unite', id: twins[0]?.id, into: twins[1]?.id },
    ]);
  });

  it('is never made of what says the opposite, or of what only its twin may not show', () => {
    const opposite = [aFact('eats red meat at home'), aFact('does not eat red meat at home')];
    const shown = aFact('has a small red boat', { audience: 'others', importance: 0.1 });
    const hidden = aFact('a small red boat', { audience: 'asker', importance: 0.9 });

    const madeOf = (pair: readonly Memory[]) =>
      makeRoom([...facts(18), ...pair], { cap: 20, now: NOW });

    expect(madeOf(opposite).map(({ kind }) => kind)).toEqual(['retire']);
    expect(madeOf([shown, hidden])).toEqual([{ kind: 'unite', id: hidden.id, into: shown.id }]);
  });

  it('is made of what is least important, oldest and never was of use', () => {
    const old = NOW - 400 * DAY_MS;
    const candidates = [
      aFact('plain', { importance: 0.5 }),
      aFact('dull', { importance: 0.1 }),
      aFact('aged', { importance: 0.5, createdAt: old }),
      aFact('aged but used', { importance: 0.5, createdAt: old, recalledAt: NOW }),
    ];
    const rest = facts(56).map((one) => ({ ...one, importance: 0.9 }));

    const made = makeRoom([...rest, ...candidates], { cap: 60, now: NOW });

    expect(made).toEqual(['dull', 'aged', 'plain'].map((id) => ({ kind: 'retire', id })));
  });

  it('is never made of preferences, instructions, or what its user asked to be remembered', () => {
    const anyMemory = fc.record({
      text: fc.string({ unit: fc.constantFrom('tea ', 'not ', 'boat ', 'red '), maxLength: 6 }),
      kind: fc.constantFrom('fact', 'event', 'preference', 'instruction'),
      audience: fc.constantFrom('asker', 'others'),
      askedFor: fc.boolean(),
      importance: fc.double({ min: 0, max: 1, noNaN: true }),
      createdAt: fc.integer({ min: 0, max: NOW }),
    });
    fc.assert(
      fc.property(
        fc.array(anyMemory, { maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (drawn, cap) => {
          const memories = drawn.map((given, nth) =>
            aFact(given.text, { ...given, id: `m${nth}` } as Partial<Memory>),
          );
          const made = makeRoom(memories, { cap, now: NOW });
          const byId = new Map(memories.map((memory) => [memory.id, memory]));
          const gone = new Set(made.map(({ id }) => id));

          expect(gone.size).toBe(made.length);
          for (const one of made) {
            const memory = byId.get(one.id);
            expect(memory?.askedFor).toBe(false);
            expect(['fact', 'event']).toContain(memory?.kind);
            if (one.kind === 'unite') expect(gone).not.toContain(one.into);
          }
          const left = memories.filter(({ id }) => !gone.has(id));
          const isFull = left.length > Math.floor(cap * 0.95);
          const couldGo = left.some(
            ({ kind, askedFor }) => askedFor !== true && (kind === 'fact' || kind === 'event'),
          );
          if (memories.length >= cap) expect(isFull && couldGo).toBe(false);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('takes a moment, not seconds, for a thousand memories', () => {
    const memories = facts(1_000);
    const started = performance.now();

    expect(makeRoom(memories, { cap: 1_000, now: NOW })).toHaveLength(50);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
