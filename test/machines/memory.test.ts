import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { memoryMachine } from '../../machines/memory/memory.machine.ts';
import { DEFAULT_MEMORY_LIMITS } from '../../machines/memory/memory.protocol.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { SteppedMachine } from '../../src/testing/stepped-machine.ts';

const aMemoryOf = (unread = 0) =>
  new SteppedMachine(memoryMachine, {
    team: { userId: aQuestion().userId, epoch: 1 },
    unread,
    limits: DEFAULT_MEMORY_LIMITS,
  });

const heard = { type: 'memory.heard', urgent: false } as const;
const asked = { type: 'memory.heard', urgent: true } as const;
const DRAIN = { type: 'memory.drain' } as const;
const FOUND = { kind: 'read', changes: [], runs: [], usage: NO_USAGE, more: false } as const;
const AWAY = { kind: 'failed', failure: failure('transport', 'The model is away.') } as const;
const KEPT = { kind: 'kept' } as const;

/** What it is at: the last part of its state, or `closed`. */
const workOf = (memory: ReturnType<typeof aMemoryOf>): string =>
  /work\.(\w+)/.exec(memory.state)?.[1] ?? memory.state;

describe('The memory of a team', () => {
  it('waits for five messages before it goes through them', () => {
    const memory = aMemoryOf();
    const states = Array.from({ length: 5 }, () => {
      memory.hear(heard);
      return workOf(memory);
    });

    expect(states).toEqual(['collecting', 'collecting', 'collecting', 'collecting', 'extracting']);
  });

  it('does not wait when its user asks it to remember', () => {
    const memory = aMemoryOf();

    memory.hear(asked);

    expect(workOf(memory)).toBe('extracting');
  });

  it('goes through fewer after a quiet minute, which each message begins anew', () => {
    const memory = aMemoryOf();
    memory.hear(heard);
    memory.hear(heard);

    memory.elapse('quiet');

    expect(workOf(memory)).toBe('extracting');
  });

  it('begins with what an earlier life has left', () => {
    expect(workOf(aMemoryOf(2))).toBe('collecting');
    expect(workOf(aMemoryOf(5))).toBe('extracting');
  });

  it('keeps what it finds, then looks after sessions, then rests', () => {
    const memory = aMemoryOf(5);
    const states = [
      ['readMessages', FOUND],
      ['keepMemories', KEPT],
      ['summarise', KEPT],
    ].map(([port, result]) => {
      memory.settle(String(port), result);
      return workOf(memory);
    });

    expect(states).toEqual(['applying', 'summarising', 'idle']);
  });

  it('goes on at once when there is more than one batch', () => {
    const memory = aMemoryOf(5);
    memory.settle('readMessages', { ...FOUND, more: true });
    memory.settle('keepMemories', KEPT);
    memory.settle('summarise', KEPT);

    expect(workOf(memory)).toBe('extracting');
  });

  it('tries a failed reading again after a pause, and leaves it to the next occasion in the end', () => {
    const memory = aMemoryOf(5);
    const states = Array.from({ length: DEFAULT_MEMORY_LIMITS.tries }, () => {
      memory.settle('readMessages', AWAY);
      const state = workOf(memory);
      if (state === 'resting') memory.elapse('backoff');
      return state;
    });

    expect(states).toEqual(['resting', 'resting', 'resting', 'idle']);
  });

  it('told to leave, goes through what waits and is gone', () => {
    const memory = aMemoryOf();
    memory.hear(heard);

    memory.hear(DRAIN);
    const atWork = workOf(memory);
    memory.settle('readMessages', FOUND);
    memory.settle('keepMemories', KEPT);

    expect([atWork, memory.isOver]).toEqual(['extracting', true]);
  });

  it('told to leave with nothing to do, is gone at once', () => {
    const memory = aMemoryOf();

    memory.hear(DRAIN);

    expect(memory.isOver).toBe(true);
  });

  it('told to leave, does not try again what failed: the rows wait', () => {
    const memory = aMemoryOf(5);
    memory.hear(DRAIN);

    memory.settle('readMessages', AWAY);

    expect(memory.isOver).toBe(true);
  });
});
