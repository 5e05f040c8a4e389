import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { scriptedModel } from '../../src/model/scripted.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';
import { aRequest, failureIn, replyIn } from './model-fixture.ts';

const options = () => ({ signal: new AbortController().signal });

describe('a scripted model', () => {
  it('takes its steps in the order of the calls, and says when there are no more', async () => {
    const model = scriptedModel([
      { kind: 'use', calls: [{ name: 'calculator', input: { expression: '12*7' } }] },
      { kind: 'say', text: 'It is 84.' },
    ]);

    const results = [];
    for (let i = 0; i < 3; i++) results.push(await model.call(aRequest(), options()));

    expect(results[0]).toMatchObject({
      reply: {
        finish: 'tool_calls',
        toolCalls: [{ id: 'leader/1#0', name: 'calculator', input: { expression: '12*7' } }],
      },
    });
    expect(results[1]).toMatchObject({ reply: { finish: 'stop', text: 'It is 84.' } });
    expect(results[2]).toMatchObject({ failure: { kind: 'unknown' } });
    expect(model.requests).toHaveLength(3);
  });

  it('may be a function of the request', async () => {
    const model = scriptedModel(({ stepKey }, nth) => ({ kind: 'say', text: `${stepKey} ${nth}` }));

    await model.call(aRequest(), options());

    expect(replyIn(await model.call(aRequest({ stepKey: 'a' }), options())).text).toBe('a 1');
  });

  it('gives the same answer, ids and token counts to the same request', async () => {
    const once = () =>
      scriptedModel([{ kind: 'use', calls: [{ name: 'x' }, { name: 'y' }] }]).call(
        aRequest(),
        options(),
      );

    expect(await once()).toEqual(await once());
  });

  it('streams a draft in pieces on its clock, and nothing to others', async () => {
    const clock = simulatedClock();
    const model = scriptedModel(
      () => ({ kind: 'say', text: 'one two', pieces: ['one ', 'two'], delayMs: 100 }),
      { clock },
    );
    const deltas: string[] = [];
    const onDelta = (delta: string): void => {
      deltas.push(delta);
    };

    const draft = model.call(aRequest({ draftTurn: 1 }), { ...options(), onDelta });
    const other = model.call(aRequest(), { ...options(), onDelta });
    await clock.advance(100);
    expect(deltas).toEqual(['one ']);
    await clock.advance(100);

    expect(deltas).toEqual(['one ', 'two']);
    expect(replyIn(await draft).text).toBe('one two');
    expect(replyIn(await other).text).toBe('one two');
  });

  it.each([
    { kind: 'hang' } as const,
    { kind: 'say', text: 'late', delayMs: 1_000 } as const,
    { kind: 'say', text: 'ab', pieces: ['a', 'b'], delayMs: 1_000 } as const,
  ])('ends at once when it is aborted: $kind', async (step) => {
    const clock = simulatedClock();
    const controller = new AbortController();
    const pending = scriptedModel([step], { clock }).call(aRequest({ draftTurn: 1 }), {
      signal: controller.signal,
      onDelta() {},
    });
    await quiet();

    controller.abort();

    expect(failureIn(await pending).kind).toBe('aborted');
    expect(clock.pending).toBe(0);
  });

  it('fails and throws as it is told', async () => {
    const model = scriptedModel([
      { kind: 'fail', failure: failure('server', 'down') },
      { kind: 'throw', message: 'a bug' },
    ]);

    expect(failureIn(await model.call(aRequest(), options()))).toMatchObject({ kind: 'server' });
    await expect(model.call(aRequest(), options())).rejects.toThrow('a bug');
  });
});
