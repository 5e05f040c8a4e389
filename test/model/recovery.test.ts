import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Act, chunk, status, text } from '../support/groq-server-scripts.ts';
import { ask, BOTH, failureIn, QUICK, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const modelsOf = (bodies: readonly { readonly model?: string }[]) =>
  bodies.map(({ model }) => model);

describe('a transient failure', () => {
  it.each([
    ['a server error', status(500)],
    ['no capacity', status(503)],
    ['no capacity for flex', status(498)],
    ['a short rate limit', status(429, {}, { 'retry-after': '0.01' })],
    ['a reset connection', { kind: 'reset' } as const],
  ])('%s is tried again at the same model', async (_, act) => {
    const sent = stage.playing([act, act, text('It is 84.')], { agents: BOTH });

    const reply = replyIn(await ask(stage.models));

    expect(reply).toMatchObject({ text: 'It is 84.', model: 'big' });
    expect(reply.usage.calls).toBe(3);
    expect(modelsOf(sent())).toEqual(['big', 'big', 'big']);
  });

  it('that does not pass goes on to the next model of the list', async () => {
    const sent = stage.playing((model) => (model === 'big' ? status(500) : text('small says 84')), {
      agents: BOTH,
    });

    const reply = replyIn(await ask(stage.models));

    expect(reply).toMatchObject({ text: 'small says 84', model: 'small' });
    expect(modelsOf(sent())).toEqual(['big', 'big', 'big', 'small']);
  });

  it('that the provider wants to last too long goes on to the next model at once', async () => {
    const sent = stage.playing(
      (model) => (model === 'big' ? status(429, {}, { 'retry-after': '3600' }) : text('ok')),
      { agents: BOTH },
    );

    expect(replyIn(await ask(stage.models)).model).toBe('small');
    expect(replyIn(await ask(stage.models)).model).toBe('small');
    // The second call knows that `big` is spent and does not ask it.
    expect(modelsOf(sent())).toEqual(['big', 'small', 'small']);
  });

  it('of the last model is the failure of the call, with what the attempts have cost', async () => {
    stage.playing([status(500)]);

    const result = await ask(stage.models);

    expect(failureIn(result)).toMatchObject({ kind: 'server', transient: true });
    expect(result).toMatchObject({ usage: { calls: 3, promptTokens: 0 } });
  });

  it('is not tried again when the retries of all calls have reached their share', async () => {
    const sent = stage.playing([status(500)], {
      limits: { ...QUICK, retrySpare: 2, retryShare: 0 },
    });

    failureIn(await ask(stage.models));
    failureIn(await ask(stage.models));
    failureIn(await ask(stage.models));

    expect(sent()).toHaveLength(3 + 2);
  });

  it('ends in time although every attempt hangs', async () => {
    stage.playing([{ kind: 'silence' }], {
      agents: BOTH,
      limits: { ...QUICK, replyMs: 200, callMs: 500 },
    });
    const startedAt = performance.now();

    expect(failureIn(await ask(stage.models)).kind).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a draft that was cut', () => {
  it('is followed by a whole reply that is not streamed, and shown no second time', async () => {
    const cut: Act = {
      kind: 'sse',
      events: [chunk({ content: 'The answer is NOT ' })],
      stop: 'rst',
    };
    const sent = stage.playing([cut, text('The answer is not 85.')]);
    const deltas: string[] = [];

    const result = await ask(
      stage.models,
      { draftTurn: 1 },
      { onDelta: (delta) => deltas.push(delta) },
    );

    expect(replyIn(result).text).toBe('The answer is not 85.');
    expect(deltas).toEqual(['The answer is NOT ']);
    expect(sent().map(({ stream }) => stream)).toEqual([true, undefined]);
  });

  it('counts what it had cost as far as that is known', async () => {
    const cut: Act = { kind: 'sse', events: [chunk({ content: 'x'.repeat(400) })], stop: 'rst' };
    stage.playing([cut], { limits: { ...QUICK, retriesPerModel: 0 } });

    const result = await ask(stage.models, { draftTurn: 1 }, { onDelta() {} });

    expect(failureIn(result).kind).toBe('transport');
    expect(result).toMatchObject({ usage: { calls: 1, completionTokens: 100 } });
  });
});

describe('an empty reply', () => {
  it('gets one more try with twice the room', async () => {
    const empty: Act = { kind: 'reply', text: '', reasoning: 'Let me think…', finish: 'length' };
    const sent = stage.playing([empty, text('84')]);

    expect(replyIn(await ask(stage.models)).text).toBe('84');
    expect(sent().map((body) => body['max_completion_tokens'])).toEqual([500, 1000]);
  });

  it('that stays empty is a failure', async () => {
    const sent = stage.playing([{ kind: 'reply', text: '  ' }]);

    expect(failureIn(await ask(stage.models)).kind).toBe('empty');
    expect(sent()).toHaveLength(2);
  });
});

describe('a model that is gone', () => {
  it('is left out of later calls', async () => {
    const sent = stage.playing(
      (model) => (model === 'big' ? status(404, { code: 'model_not_found' }) : text('ok')),
      { agents: BOTH },
    );

    replyIn(await ask(stage.models));
    replyIn(await ask(stage.models));

    expect(modelsOf(sent())).toEqual(['big', 'small', 'small']);
    expect(stage.models.status()[0]).toMatchObject({ model: 'big', missing: true });
  });
});
