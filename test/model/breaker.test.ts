import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ModelResult } from '../../machines/ports.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { type Act, status, text } from '../support/groq-server-scripts.ts';
import { ask, BOTH, failureIn, QUICK, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const NO_RETRIES = { ...QUICK, retriesPerModel: 0, callMs: 60_000 };
const breakerOf = (): string | undefined => stage.models.status()[0]?.breaker;

async function askTimes(times: number): Promise<readonly ModelResult[]> {
  const results: ModelResult[] = [];
  for (let i = 0; i < times; i++) results.push(await ask(stage.models));
  return results;
}

describe('the breaker of a model', () => {
  it('opens after five failures in a row, and calls go to the next model without asking it', async () => {
    const sent = stage.playing((model) => (model === 'big' ? status(500) : text('ok')), {
      agents: BOTH,
      clock: simulatedClock(),
      limits: NO_RETRIES,
    });

    await askTimes(7);

    expect(breakerOf()).toBe('open');
    expect(sent().filter(({ model }) => model === 'big')).toHaveLength(5);
    expect(sent().filter(({ model }) => model === 'small')).toHaveLength(7);
  });

  it('opens when half of ten calls within half a minute failed', async () => {
    stage.playing((_, nth) => (nth % 2 === 0 ? status(500) : text('ok')), {
      clock: simulatedClock(),
      limits: NO_RETRIES,
    });

    await askTimes(9);
    expect(breakerOf()).toBe('closed');
    await askTimes(1);

    expect(breakerOf()).toBe('open');
  });

  it('does not open for failures that are older than that', async () => {
    const clock = simulatedClock();
    stage.playing((_, nth) => (nth % 2 === 0 ? status(500) : text('ok')), {
      clock,
      limits: NO_RETRIES,
    });

    await askTimes(9);
    await clock.advance(36_000);
    await askTimes(1);

    expect(breakerOf()).toBe('closed');
  });

  it('tells how long it stays open when there is no other model', async () => {
    const clock = simulatedClock();
    const sent = stage.playing([status(500)], { clock, limits: NO_RETRIES });

    await askTimes(5);
    await clock.advance(10_000);
    const failure = failureIn(await ask(stage.models));

    expect(failure).toMatchObject({ kind: 'server', transient: true, retryAfterMs: 20_000 });
    expect(sent()).toHaveLength(5);
  });

  it.each([
    ['nobody answers', { kind: 'reset' }, 'transport'],
    ['the limit is spent', status(429), 'rate_limited'],
    ['there is no room', status(503), 'over_capacity'],
    ['every call takes too long', { kind: 'silence' }, 'over_capacity'],
  ] satisfies readonly (readonly [string, Act, string])[])(
    'that opened because %s says so while it is open',
    async (_, act, kind) => {
      stage.playing([act], { limits: { ...NO_RETRIES, replyMs: 50 } });

      await askTimes(5);

      expect(breakerOf()).toBe('open');
      expect(failureIn(await ask(stage.models))).toMatchObject({ kind, transient: true });
    },
  );

  it('is not worth waiting for any more when the probe after its rest has failed too', async () => {
    const clock = simulatedClock();
    const sent = stage.playing([{ kind: 'reset' }], { clock, limits: NO_RETRIES });
    await askTimes(5);
    await clock.advance(30_000);
    expect(failureIn(await ask(stage.models))).toMatchObject({
      kind: 'transport',
      transient: true,
    });

    expect(failureIn(await ask(stage.models))).toMatchObject({
      kind: 'transport',
      transient: false,
      retryAfterMs: 30_000,
    });
    expect(sent()).toHaveLength(6);
  });

  it('lets one probe through after its rest, and closes when that is answered', async () => {
    const clock = simulatedClock();
    const sent = stage.playing((_, nth) => (nth < 5 ? status(500) : text('well again')), {
      clock,
      limits: NO_RETRIES,
    });
    await askTimes(5);
    await clock.advance(30_000);
    expect(breakerOf()).toBe('half_open');

    const results = await Promise.all([ask(stage.models), ask(stage.models), ask(stage.models)]);

    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['failed', 'failed', 'replied']);
    expect(sent()).toHaveLength(6);
    expect(breakerOf()).toBe('closed');
  });

  it('stays open when the probe fails, and gives the place back when the probe is aborted', async () => {
    const clock = simulatedClock();
    const acts: Act[] = [{ kind: 'silence' }, status(500), text('ok')];
    stage.playing((_, nth) => acts[nth - 5] ?? status(500), { clock, limits: NO_RETRIES });
    await askTimes(5);
    await clock.advance(30_000);

    const controller = new AbortController();
    const aborted = ask(stage.models, {}, { signal: controller.signal });
    await stage.server.arrived(stage.server.requests.length + 1);
    controller.abort();
    expect(failureIn(await aborted).kind).toBe('aborted');
    expect(breakerOf()).toBe('half_open');

    expect(failureIn(await ask(stage.models)).kind).toBe('server');
    expect(breakerOf()).toBe('open');
  });

  it.each([400, 401, 404, 413])('does not count a %s', async (code) => {
    stage.playing([status(code)], { clock: simulatedClock(), limits: NO_RETRIES });

    await askTimes(12);

    expect(breakerOf()).toBe('closed');
  });

  it('probes early rather than late when the clock was set back', async () => {
    const clock = simulatedClock();
    stage.playing((_, nth) => (nth < 5 ? status(500) : text('ok')), { clock, limits: NO_RETRIES });
    await askTimes(5);

    clock.jump(-3_600_000);

    expect(replyIn(await ask(stage.models)).text).toBe('ok');
  });
});
