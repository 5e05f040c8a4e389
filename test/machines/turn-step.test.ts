import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import type { FailureKind } from '../../machines/failure.ts';
import type { ModelResult } from '../../machines/ports.ts';
import { backoffMs, isLastStep, isOutOfTokens } from '../../machines/turn/budget.ts';
import {
  type Attempts,
  afterCalls,
  afterErrors,
  isLooping,
  NO_ATTEMPTS,
} from '../../machines/turn/loop-guard.ts';
import { nextStep, type Situation } from '../../machines/turn/step.ts';
import { aCall, aReply, broke, said, spent, wished } from '../../src/testing/builders.ts';

const LOOPS = { sameCallLimit: 3, sameErrorLimit: 2 };

const situation = (result: ModelResult, over: Partial<Situation> = {}): Situation => ({
  result,
  failures: 0,
  retries: 2,
  usage: NO_USAGE,
  allowance: { maxSteps: 5, maxTokens: 100 },
  attempts: NO_ATTEMPTS,
  loopLimits: LOOPS,
  concluding: false,
  ...over,
});

describe('the next step of an agent', () => {
  it('is the answer when the model answers', () => {
    expect(nextStep(situation(said('42')))).toMatchObject({ kind: 'answer', cut: false });
  });

  it('is a cut answer when the model ran out of room for it', () => {
    const step = nextStep(situation(said('42 and', { finish: 'length' })));
    expect(step).toMatchObject({ kind: 'answer', cut: true });
  });

  it.each(['', '   ', '\n\t'])('is a failure when the model answers with nothing: %j', (text) => {
    expect(nextStep(situation(said(text)))).toMatchObject({ failure: { kind: 'empty' } });
  });

  it('is to act when the model asks for something', () => {
    expect(nextStep(situation(wished(aCall('look'))))).toMatchObject({ kind: 'act' });
  });

  it('is the text when the last call asks for tools that it was not offered', () => {
    const reply = aReply({ text: 'So far: 42.', toolCalls: [aCall('look')] });
    const step = nextStep(situation({ kind: 'replied', reply }, { concluding: true }));
    expect(step).toMatchObject({ kind: 'answer', cut: false });
  });

  it('is a failure when the last call only asks for tools', () => {
    const step = nextStep(situation(wished(aCall('look')), { concluding: true }));
    expect(step).toMatchObject({ kind: 'fail', failure: { kind: 'empty' } });
  });

  it('is the text beside the calls when the tokens are spent', () => {
    const reply = aReply({ text: 'So far: 42.', toolCalls: [aCall('look')] });
    const step = nextStep(situation({ kind: 'replied', reply }, { usage: spent(100) }));
    expect(step).toMatchObject({ kind: 'answer', cut: true });
  });

  it('is a failure when the tokens are spent and there is no text', () => {
    const step = nextStep(situation(wished(aCall('look')), { usage: spent(100) }));
    expect(step).toMatchObject({ kind: 'fail', failure: { kind: 'limit', transient: false } });
  });

  it('is the answer even when it spent the last token', () => {
    const step = nextStep(situation(said('42'), { usage: spent(500) }));
    expect(step).toMatchObject({ kind: 'answer', cut: false });
  });

  it('is to conclude when the same call comes once too often', () => {
    const attempts = afterCalls(NO_ATTEMPTS, [aCall('look'), aCall('look')]);
    const step = nextStep(situation(wished(aCall('look')), { attempts }));
    expect(step).toMatchObject({ kind: 'conclude' });
  });
});

describe('a failed call', () => {
  const transient: readonly FailureKind[] = [
    'rate_limited',
    'over_capacity',
    'timeout',
    'transport',
    'server',
    'truncated',
    'empty',
    'storage',
  ];
  const final: readonly FailureKind[] = [
    'too_large',
    'tool_use_failed',
    'bad_schema',
    'model_gone',
    'auth',
    'bad_request',
    'aborted',
    'invalid_input',
    'unknown',
    'unavailable',
    'budget',
    'limit',
    'tool_bug',
    'poisonous',
  ];

  it.each(transient)('is tried again when it is %s', (kind) => {
    expect(nextStep(situation(broke(kind)))).toEqual({ kind: 'retry', afterMs: 500 });
  });

  it.each(final)('is final when it is %s', (kind) => {
    expect(nextStep(situation(broke(kind)))).toMatchObject({ kind: 'fail', failure: { kind } });
  });

  it('is tried again as often as is allowed, and no more', () => {
    const kinds = [0, 1, 2, 3].map((failures) =>
      nextStep(situation(broke('server'), { failures })),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'fail', 'fail']);
  });

  it('is never tried again when no retries are allowed', () => {
    expect(nextStep(situation(broke('server'), { retries: 0 })).kind).toBe('fail');
  });

  it('waits as long as the other side asked for', () => {
    const step = nextStep(situation(broke('rate_limited', 9_000)));
    expect(step).toEqual({ kind: 'retry', afterMs: 9_000 });
  });
});

describe('the pause before a retry', () => {
  it('doubles from half a second and ends at eight', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((attempt) => backoffMs(attempt))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });

  it('is never shorter than what was asked for', () => {
    expect(backoffMs(1, 300)).toBe(500);
    expect(backoffMs(1, 60_000)).toBe(60_000);
  });
});

describe('an allowance', () => {
  it.each([
    { steps: 0, maxSteps: 1, last: true },
    { steps: 0, maxSteps: 2, last: false },
    { steps: 1, maxSteps: 2, last: true },
    { steps: 9, maxSteps: 2, last: true },
  ])('makes step $steps of $maxSteps the last one: $last', ({ steps, maxSteps, last }) => {
    expect(isLastStep(steps, { maxSteps, maxTokens: 1 })).toBe(last);
  });

  it('is spent at the very token', () => {
    expect(isOutOfTokens(spent(99), { maxSteps: 1, maxTokens: 100 })).toBe(false);
    expect(isOutOfTokens(spent(100), { maxSteps: 1, maxTokens: 100 })).toBe(true);
  });
});

describe('going round in circles', () => {
  const called = (...names: readonly string[]): Attempts =>
    afterCalls(
      NO_ATTEMPTS,
      names.map((name) => aCall(name)),
    );

  it.each([
    { before: called('a', 'a'), next: [aCall('a')], looping: true, why: 'a third same call' },
    { before: called('a'), next: [aCall('a')], looping: false, why: 'a second same call' },
    { before: called('a', 'b', 'a'), next: [aCall('a')], looping: true, why: 'others between' },
    {
      before: called('a', 'a'),
      next: [aCall('a', { x: 1 })],
      looping: false,
      why: 'another input',
    },
    {
      before: NO_ATTEMPTS,
      next: [aCall('a'), aCall('a'), aCall('a')],
      looping: true,
      why: 'three in one reply',
    },
    { before: called('a', 'a', 'a'), next: [aCall('b')], looping: false, why: 'it has moved on' },
    {
      before: afterErrors(NO_ATTEMPTS, ['no', 'no']),
      next: [aCall('b')],
      looping: true,
      why: 'the same error twice',
    },
    {
      before: afterErrors(NO_ATTEMPTS, ['no', 'nope']),
      next: [aCall('b')],
      looping: false,
      why: 'two different errors',
    },
  ])('is $looping for $why', ({ before, next, looping }) => {
    expect(isLooping(before, next, LOOPS)).toBe(looping);
  });
});
