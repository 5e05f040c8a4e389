import { describe, expect, it } from 'vitest';
import type { Memory } from '../../machines/memory/memories.ts';
import type { Proposal } from '../../src/memory/proposals.ts';
import { hashOf } from '../../src/memory/similar.ts';
import { verify } from '../../src/memory/verify.ts';
import { aMemory } from '../support/memory-builders.ts';
import { aQuestion } from '../support/store-builders.ts';

const saidNow = (text: string) => ({ ...aQuestion({ text }), audience: 'others' as const });

/** What becomes of one proposal: the text that is kept, or why it is not. */
function verdict(text: string, proposal: Proposal, known: readonly Memory[] = []): string {
  const { changes, refused } = verify([proposal], {
    said: [saidNow(text)],
    known,
    now: 0,
    newId: () => 'new',
  });
  const [change] = changes;
  if (change === undefined) return refused.join(' ');
  return 'memory' in change
    ? `${change.kind} ${change.memory.text}`
    : `${change.kind} ${change.id}`;
}

const adding = (text: string, quote: string) => ({
  op: 'add' as const,
  text,
  kind: 'fact' as const,
  topics: [],
  importance: 0.5,
  evidence_quote: quote,
});

const knowing = (text: string): Memory =>
  aMemory(aQuestion({ text }), { id: 'm1', text, hash: hashOf(text) });

describe('A memory', () => {
  it.each([
    ['I live in Oslo with my dog.', 'lives in Oslo', 'I live in Oslo'],
    ['Call me Al, please!', 'wants to be called Al', 'Call me Al'],
    ['I’m allergic to nuts.', 'is allergic to nuts', "I'm allergic to nuts"],
    ['Ich wohne in Zürich.', 'wohnt in Zürich', 'Ich wohne in Zürich'],
  ])('may be made of what its user says: %s', (said, text, quote) => {
    expect(verdict(said, adding(text, quote))).toBe(`add ${text}`);
  });

  it.each([
    ['is a quotation', 'Is it true? "I live in Oslo"', 'I live in Oslo', 'not_said'],
    ['is quoted in lines', '> I live in Oslo\nIs it true?', 'I live in Oslo', 'not_said'],
    ['stands in code', 'Look: `I live in Oslo`', 'I live in Oslo', 'not_said'],
    ['is what somebody wrote', 'Bob wrote: I live in Oslo', 'I live in Oslo', 'not_said'],
    ['is pasted talk', '[12:03] bob: I live in Oslo\nhm', 'I live in Oslo', 'not_said'],
    ['is part of a longer word', 'I lived in Oslofjord', 'I live', 'not_said'],
    ['says more than the quote', 'I live in Oslo.', 'I live', 'not_supported'],
    [
      'holds a key',
      'My live Oslo key is sk-live-abcdefghij1234',
      'My live Oslo key is sk-live-abcdefghij1234',
      'secret',
    ],
  ])('is not made of what %s', (_, ...[said, quote, why]) => {
    expect(verdict(said, adding('live Oslo', quote))).toBe(why);
  });

  it('is not the opposite of what was said', () => {
    const said = 'I do not eat meat';
    expect(verdict(said, adding('eat meat', said))).toBe('not_supported');
    expect(verdict(said, adding('does not eat meat', said))).toBe('add does not eat meat');
  });

  it.each(['4111 1111 1111 1111', 'DE89 3704 0044 0532 0130 00', 'my password is hunter22'])(
    'never holds %s',
    (secret) => {
      expect(verdict(`Remember ${secret}`, adding(secret, secret))).toBe('secret');
    },
  );

  it('is superseded by what is new, and stays when the same is said again', () => {
    const known = [knowing('lives in Oslo')];
    const moved: Proposal = {
      ...adding('lives in Rome', 'I live in Rome'),
      op: 'supersede',
      id: 'm1',
    };

    expect(verdict('I live in Rome now', moved, known)).toBe('supersede lives in Rome');
    expect(verdict('I live in Oslo.', adding('Lives in Oslo!', 'I live in Oslo'), known)).toBe(
      'known',
    );
  });

  it('cannot be changed by an id that is not its user’s', () => {
    const foreign: Proposal = {
      ...adding('lives in Rome', 'I live in Rome'),
      op: 'update',
      id: 'x',
    };

    expect(verdict('I live in Rome', foreign)).toBe('no_such_memory');
  });

  it.each([
    ['Please forget that I live in Oslo.', 'forget that I live in Oslo', 'delete m1'],
    ['Forget everything about me.', 'Forget everything about me', 'delete m1'],
    ['I live in Oslo.', 'I live in Oslo', 'not_asked_for'],
    ['Forget it, never mind.', 'Forget it, never mind', 'not_asked_for'],
    ['Bob said: "forget that I live in Oslo"', 'forget that I live in Oslo', 'not_said'],
  ])('is deleted only when its user asks for it: %s', (said, quote, end) => {
    const known = [knowing('lives in Oslo')];

    expect(verdict(said, { op: 'delete', id: 'm1', evidence_quote: quote }, known)).toBe(end);
  });

  it('is one of ten at most that come of one reading, each of them once', () => {
    const words = [
      'ant',
      'bee',
      'cat',
      'dog',
      'elk',
      'fox',
      'gnu',
      'hen',
      'ibis',
      'jay',
      'kite',
      'lark',
    ];
    const text = words.map((word) => `I own a ${word}.`).join(' ');
    const proposals = words.map((word) => adding(`owns a ${word}`, `I own a ${word}`));

    const { changes, refused } = verify([...proposals.slice(0, 1), ...proposals], {
      said: [saidNow(text)],
      known: [],
      now: 0,
      newId: () => crypto.randomUUID(),
    });

    expect(changes).toHaveLength(10);
    expect(refused).toEqual(['known', 'too_many', 'too_many']);
  });
});

it('A denial is something new, not what is known said again', () => {
  const text = "I don't like tea.";

  expect(
    verdict(text, adding("doesn't like tea", "I don't like tea"), [knowing('likes tea')]),
  ).toBe("add doesn't like tea");
});
