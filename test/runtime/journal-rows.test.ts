import { describe, expect, it } from 'vitest';
import type { ModelPort } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { anAgent, aTool, said, spent, wished } from '../../src/testing/builders.ts';
import { say, use } from '../../src/testing/scripts.ts';
import { aLife, inTurns } from '../support/a-journaled-house.ts';
import { type KeptRuns, keptRuns } from '../support/kept-runs.ts';

describe('a row of the journal', () => {
  it.each([
    ['nothing', null],
    ['a text', 'Four.'],
    ['a list', []],
    ['a reply without its text', { toolCalls: [], model: 'm', usage: {}, finish: 'stop' }],
    ['a reply whose cost is no number', aKeptReply({ usage: { calls: '1' } })],
    ['a reply that ends in another way', aKeptReply({ finish: 'content_filter' })],
    ['a reply whose calls are no list', aKeptReply({ toolCalls: {} })],
    ['a call without a name', aKeptReply({ toolCalls: [{ id: '1', arguments: '{}' }] })],
    [
      'arguments that are no JSON',
      aKeptReply({ toolCalls: [{ id: '1', name: 'a', arguments: '{' }] }),
    ],
    [
      'arguments that are a list',
      aKeptReply({ toolCalls: [{ id: '1', name: 'a', arguments: '[]' }] }),
    ],
  ])('is not taken for one when it is %s: the model is asked again', async (_, output) => {
    const kept = keptRuns();
    const first = await aLife(kept, inTurns([say('Four.')]));
    await first.house.ask('ada1');
    await first.house.close();
    for (const [key, step] of kept.steps) kept.steps.set(key, { ...step, output });

    const second = await aLife(kept, inTurns([say('Four again.')]));
    const run = await second.house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Four again.' });
    await second.house.close();
  });

  it('is given instead of a call when nothing is wrong with it', async () => {
    const kept = keptRuns();
    const first = await aLife(kept, inTurns([say('Four.')]));
    await first.house.ask('ada1');
    await first.house.close();
    for (const [key, step] of kept.steps) kept.steps.set(key, { ...step, output: aKeptReply({}) });

    const second = await aLife(kept, inTurns([say('Four again.')]));
    const run = await second.house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Kept.' });
    await second.house.close();
  });
});

/** What the journal holds of a reply, with something else in it. */
function aKeptReply(over: Readonly<Record<string, unknown>>): unknown {
  const usage = {
    calls: 1,
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    costMicroUsd: 0,
  };
  return { text: 'Kept.', toolCalls: [], model: 'm', usage, finish: 'stop', ...over };
}

describe('what is asked in a step', () => {
  it('is the same, in whatever order an adapter writes the fields of a call', async () => {
    const kept = keptRuns();
    const asked: string[] = [];
    const model: ModelPort = {
      call({ stepKey }) {
        asked.push(stepKey);
        const look = { input: { b: 1, a: 2 }, name: 'look', id: 'c1' };
        return Promise.resolve(stepKey === 'leader/1' ? wished(look) : said('A cat.'));
      },
    };
    const house = await aHouse({ model, runs: brokenAtItsFirstEnd(kept) });

    const run = await house.ask('ada1');
    await house.pass(2_000);

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'A cat.' });
    expect(asked).toEqual(['leader/1', 'leader/2']);
    await house.close();
  });

  it('has cost, in a run that is resumed, what a tool had spent on models in it', async () => {
    const kept = keptRuns();
    const run = async () => ({ kind: 'returned', content: 'Found.', usage: spent(70) }) as const;
    const script = [use('search'), say('It is green.')];
    const house = await aHouse({
      script,
      tools: { policyOf: () => PURE, run },
      runs: brokenAtItsFirstEnd(kept),
      roster: { leader: anAgent('leader', { tools: [aTool('search')] }) },
    });

    const asked = await house.ask('ada1');
    await house.pass(2_000);

    expect(asked.outcome).toMatchObject({ text: 'It is green.', usage: { calls: 3 } });
    expect(house.model.requests).toHaveLength(2);
    await house.close();
  });

  it('is another thing when other tools are offered', async () => {
    const kept = keptRuns();
    const first = await aLife(kept, inTurns([say('Four.')]));
    await first.house.ask('ada1');
    await first.house.close();

    const leader = anAgent('leader', { tools: [aTool('look'), aTool('calculate')] });
    const house = await aHouse({ script: [say('Five.')], runs: kept.port, roster: { leader } });
    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Five.' });
    await house.close();
  });
});

/** The first team falls when all is done but the end. */
function brokenAtItsFirstEnd({ port }: KeptRuns): KeptRuns['port'] {
  let ends = 0;
  return {
    ...port,
    end: (record, options) =>
      ends++ === 0 ? Promise.reject(new Error('a bug')) : port.end(record, options),
  };
}
