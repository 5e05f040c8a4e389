import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';
import { type Act, status, text } from '../support/groq-server-scripts.ts';
import { ask, BOTH, failureIn, QUICK, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** Only what the test is about may run out. */
const PATIENT = {
  ...QUICK,
  firstTokenMs: 600_000,
  idleMs: 600_000,
  replyMs: 600_000,
  callMs: 600_000,
};

describe('the limits that a provider tells of', () => {
  const headers = (left: number, reset = '6s') => ({
    'x-ratelimit-limit-tokens': '6000',
    'x-ratelimit-remaining-tokens': String(left),
    'x-ratelimit-reset-tokens': reset,
    'x-ratelimit-limit-requests': '1000',
    'x-ratelimit-remaining-requests': '900',
    'x-ratelimit-reset-requests': '2h24m0s',
  });
  const answer = (left: number): Act => ({ kind: 'reply', text: 'ok', headers: headers(left) });

  it('are shown', async () => {
    stage.playing([answer(4_000)], { clock: simulatedClock() });

    await ask(stage.models);

    expect(stage.models.status()[0]).toMatchObject({ tokensLeft: 4_000, requestsLeft: 900 });
  });

  it('slow the next call down until there is room again', async () => {
    const clock = simulatedClock();
    const sent = stage.playing([answer(100)], { clock, limits: PATIENT });
    await ask(stage.models);

    const next = ask(stage.models);
    // It needs 500 tokens for the reply and some for the prompt; 100 tokens come back in a second.
    await clock.advance(3_900);
    expect(sent()).toHaveLength(1);
    await clock.advance(1_000);

    expect(replyIn(await next).text).toBe('ok');
    expect(sent()).toHaveLength(2);
  });

  it('put those who wait in a line, so that they do not all come at once', async () => {
    const clock = simulatedClock();
    const sent = stage.playing([answer(600)], {
      clock,
      limits: { ...PATIENT, maxRetryAfterMs: 60_000 },
    });
    await ask(stage.models);

    const three = [ask(stage.models), ask(stage.models), ask(stage.models)];
    await stage.server.arrived(stage.server.requests.length + 1);
    expect(sent()).toHaveLength(2);
    await three[0];
    await clock.advance(4_900);
    expect(sent().length).toBeLessThanOrEqual(3);
    await clock.advance(50_000);

    expect((await Promise.all(three)).map((result) => replyIn(result).text)).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
  });

  it('keep the line that stands when a reply tells of them anew', async () => {
    const clock = simulatedClock();
    stage.playing([answer(600)], { clock, limits: { ...PATIENT, maxRetryAfterMs: 60_000 } });
    await ask(stage.models);

    const [sent, waiting] = [ask(stage.models), ask(stage.models)];
    await sent;

    // 600 less the more than 500 of the one that waits.
    expect(stage.models.status()[0]?.tokensLeft).toBeLessThan(100);
    await clock.advance(60_000);
    expect(replyIn(await waiting).text).toBe('ok');
  });

  it('send the call to the next model when the wait would be too long', async () => {
    const clock = simulatedClock();
    const spent = { ...headers(0), 'x-ratelimit-reset-tokens': '1m0s' };
    const sent = stage.playing(
      (model) => (model === 'big' ? { kind: 'reply', text: 'ok', headers: spent } : text('ok')),
      { agents: BOTH, clock, limits: { ...QUICK, maxRetryAfterMs: 2_000 } },
    );

    await ask(stage.models);
    await ask(stage.models);

    expect(sent().map(({ model }) => model)).toEqual(['big', 'small']);
  });

  it('are a failure that says how long, when there is no other model', async () => {
    const clock = simulatedClock();
    stage.playing([answer(0)], { clock, limits: { ...QUICK, maxRetryAfterMs: 2_000 } });
    await ask(stage.models);

    const failure = failureIn(await ask(stage.models));

    expect(failure.kind).toBe('rate_limited');
    expect(failure.retryAfterMs).toBeGreaterThan(5_000);
    expect(failure.retryAfterMs).toBeLessThan(6_000);
  });

  it('free their place in the line when the one who waits is aborted', async () => {
    const clock = simulatedClock();
    stage.playing([answer(100)], { clock, limits: PATIENT });
    await ask(stage.models);
    const controller = new AbortController();

    const waiting = ask(stage.models, {}, { signal: controller.signal });
    await quiet();
    controller.abort();

    expect(failureIn(await waiting).kind).toBe('aborted');
    expect(stage.models.status()[0]?.tokensLeft).toBe(100);
    expect(clock.pending).toBe(0);
  });
});

describe('the pause before a retry', () => {
  it('is drawn from nothing up to a bound that doubles', async () => {
    const clock = simulatedClock();
    const drawn = [0.5, 0.25];
    const sent = stage.playing([status(500), status(500), text('ok')], {
      clock,
      random: () => drawn.shift() ?? 0,
      limits: { ...PATIENT, backoffFirstMs: 1_000, backoffLongestMs: 60_000 },
    });
    const from = stage.server.requests.length;

    const pending = ask(stage.models);
    await stage.server.arrived(from + 1);
    await untilPause(clock, 500);
    await clock.advance(500);
    await stage.server.arrived(from + 2);
    await untilPause(clock, 500);
    await clock.advance(500);

    expect(replyIn(await pending).text).toBe('ok');
    expect(sent()).toHaveLength(3);
  });
});

/** Until the only timer set is one that goes off in `ms`. */
async function untilPause(clock: ReturnType<typeof simulatedClock>, ms: number): Promise<void> {
  while (clock.pending !== 1 || clock.nextAt !== clock.now() + ms) await quiet();
}
