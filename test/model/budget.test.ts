import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_LIMITS } from '../../src/model/settings.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { status, text } from '../support/groq-server-scripts.ts';
import { aWallet } from './a-wallet.ts';
import {
  aRequest,
  ask,
  BOTH,
  failureIn,
  replyIn,
  type Stage,
  startStage,
} from './model-fixture.ts';

describe('a budget in a call', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('that is spent ends it before any model is asked', async () => {
    const { wallet, spend } = aWallet();
    await spend(1_000);
    const sent = stage.playing([text('ok')], { wallet, agents: BOTH });

    const failure = failureIn(await ask(stage.models));

    expect(failure).toMatchObject({ kind: 'budget', transient: false });
    expect(failure.message).toContain('2026-01-02T00:00:00.000Z');
    expect(sent()).toHaveLength(0);
  });

  it('is charged with what the reply cost, not with what was put aside', async () => {
    const { wallet, reserve } = aWallet({
      limits: { user: { tokens: 10_000, costMicroUsd: 100 } },
    });
    stage.playing(
      [{ kind: 'reply', text: 'ok', usage: { prompt_tokens: 20, completion_tokens: 40 } }],
      { wallet },
    );

    expect(replyIn(await ask(stage.models)).usage.costMicroUsd).toBe(100);

    expect((await reserve(1)).kind).toBe('refused');
  });

  it('holds nothing for a call that ended by a bug, nor does the breaker wait for its verdict', async () => {
    const clock = simulatedClock();
    const { wallet } = aWallet({ clock, limits: { user: { tokens: 10_000 } } });
    const breaker = { ...DEFAULT_MODEL_LIMITS.breaker, consecutive: 1 };
    const limits = { breaker, retriesPerModel: 0, callMs: 60_000 };
    stage.playing([status(500), text('ok')], { wallet, clock, limits });
    await ask(stage.models);
    await clock.advance(breaker.openMs);
    const bug = new TypeError('No such thing.');
    const request = Object.defineProperty(aRequest({ maxOutputTokens: 9_000 }), 'temperature', {
      get() {
        throw bug;
      },
    });
    const { signal } = new AbortController();

    await expect(stage.models.call(request, { signal })).rejects.toBe(bug);

    expect(replyIn(await ask(stage.models, { maxOutputTokens: 9_000 })).text).toBe('ok');
  });

  it('is not charged for an attempt that no model worked on', async () => {
    const { wallet, reserve } = aWallet();
    stage.playing([status(503)], { wallet });

    failureIn(await ask(stage.models));
    const held = await reserve(999);
    const beside = await reserve(1);

    expect([held.kind, beside.kind]).toEqual(['reserved', 'reserved']);
  });
});
