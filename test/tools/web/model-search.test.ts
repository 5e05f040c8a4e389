import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../../../machines/conversation.ts';
import { failure } from '../../../machines/failure.ts';
import { type ScriptedStep, scriptedModel } from '../../../src/model/scripted.ts';
import { SEARCHER, searchingChoice } from '../../../src/model/searching-models.ts';
import { modelSearch } from '../../../src/search-house.ts';
import { silentLog } from '../../../src/shared/log.ts';
import { aHouse } from '../../../src/testing/a-house.ts';
import { aQuestion, aRun } from '../../../src/testing/builders.ts';
import { simulatedClock } from '../../../src/testing/clock.ts';
import { HANG, say } from '../../../src/testing/scripts.ts';
import { createToolbox } from '../../../src/tools/toolbox.ts';
import { firstOf, type SearchService } from '../../../src/tools/web/search-service.ts';
import { webSearch } from '../../../src/tools/web/web-search.ts';
import { aWallet } from '../../model/a-wallet.ts';
import { type Stage, startStage } from '../../model/model-fixture.ts';
import { type Act, status, text } from '../../support/groq-server-scripts.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const FROM_SERVICE = { title: 'Tea', url: 'https://tea.test/', text: 'Green.' };
const AGENTS = {
  default: [{ provider: 'groq', model: 'small' }],
  [SEARCHER]: [searchingChoice('groq', 'openai/gpt-oss-20b')],
};
const service: SearchService = async () => ({ kind: 'found', hits: [FROM_SERVICE] });
const OOLONG = { title: 'Oolong', url: 'https://oolong.test/', content: 'Half green.' };
const READ: Act = {
  kind: 'reply',
  text: 'Half green.',
  executed: [{ type: 'browser.search', search_results: { results: [OOLONG] } }],
};
const SPENT = expect.objectContaining({ calls: 1, promptTokens: expect.any(Number) });
const REFUSED = status(400, { message: 'No.' });

function aSearch(acts: Act | readonly Act[], next: SearchService = service) {
  const clock = simulatedClock();
  const sent = stage.playing([acts].flat(), { agents: AGENTS });
  const { signal } = new AbortController();
  const search = firstOf(modelSearch(stage.models, clock), next);
  const ask = (query = 'tea') => search({ run: aRun(), query, count: 5, signal });
  return { sent, clock, ask };
}

describe('a search by a model', () => {
  it('finds what its provider has read, and what the model makes of it', async () => {
    const { ask } = aSearch(READ);

    expect(await ask()).toEqual({
      kind: 'found',
      hits: [{ title: 'Oolong', url: 'https://oolong.test/', text: 'Half green.' }],
      summary: 'Half green.',
      usage: SPENT,
    });
  });

  it('tells what it has spent, also where nothing came of it and a service is asked', async () => {
    const { ask } = aSearch(text('Tea is green, says https://made-up.test/.'));

    expect(await ask()).toEqual({ kind: 'found', hits: [FROM_SERVICE], usage: SPENT });
  });

  it.each<[string, Act]>([
    ['does not have the model', status(404, { code: 'model_not_found' })],
    ['has retired the model', status(400, { code: 'model_decommissioned' })],
    ['does not have the tool', status(400, { message: 'browser_search is not supported' })],
    ['has read no page', text('Tea is green, says https://made-up.test/.')],
    ['has no room', status(503)],
  ])('gives way to a service where the provider %s', async (_, act) => {
    const { ask } = aSearch(act);

    expect(await ask()).toMatchObject({ kind: 'found', hits: [FROM_SERVICE] });
  });

  it('is not tried again for ten minutes where the provider does not have it', async () => {
    const { ask, sent, clock } = aSearch(status(404, { code: 'model_not_found' }));
    await ask();
    await ask();
    expect(sent()).toHaveLength(1);

    await clock.advance(600_000);
    await ask();

    expect(sent()).toHaveLength(2);
  });

  it('is tried for the next query where the provider has refused one, however often that one comes', async () => {
    const { ask, sent } = aSearch([...Array<Act>(4).fill(REFUSED), READ]);
    for (let times = 0; times < 4; times++) await ask('bad');

    expect(await ask('tea')).toMatchObject({ summary: 'Half green.' });
    expect(sent()).toHaveLength(5);
  });

  it('is not tried for ten minutes where the provider has refused three different queries in a row', async () => {
    const { ask, sent, clock } = aSearch([REFUSED, REFUSED, READ, ...Array<Act>(5).fill(REFUSED)]);
    for (const query of ['a', 'b', 'tea', 'a', 'b', 'c', 'd']) await ask(query);
    expect(sent()).toHaveLength(6);

    await clock.advance(600_000);
    for (const query of ['a', 'b']) await ask(query);

    expect(sent()).toHaveLength(8);
  });

  it('gives way to a service when it takes longer than forty seconds, and to nobody when the run stops', async () => {
    const clock = simulatedClock();
    const model = scriptedModel([HANG, HANG], { clock });
    const search = firstOf(modelSearch(model, clock), service);
    const run = new AbortController();
    const order = { run: aRun(), query: 'tea', count: 5, signal: run.signal };

    const slow = search(order);
    await clock.advance(40_000);
    expect(await slow).toMatchObject({ kind: 'found' });

    const stopped = search(order);
    run.abort();
    expect(await stopped).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
  });

  it('fails as too slow, and not as stopped, when it has no answer within forty seconds and nobody is asked after it', async () => {
    const clock = simulatedClock();
    const search = modelSearch(scriptedModel([HANG], { clock }), clock);
    const slow = search({
      run: aRun(),
      query: 'tea',
      count: 5,
      signal: new AbortController().signal,
    });

    await clock.advance(40_000);

    expect(await slow).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
  });

  describe('of five in one reply', () => {
    const costing = (prompt_tokens: number): Act => ({
      ...READ,
      usage: { prompt_tokens, completion_tokens: 0 },
    });
    const QUERIES = ['green', 'black', 'white', 'red', 'blue'];
    const WISH: ScriptedStep = {
      kind: 'use',
      calls: QUERIES.map((query) => ({ name: 'web_search', input: { query } })),
      usage: { promptTokens: 100, completionTokens: 0 },
    };
    /** What a run of so many tokens has spent, on itself (a hundred) and on searches that cost so many each. */
    const runOf = async (maxTokens: number, cost = 1_000): Promise<number> => {
      const clock = simulatedClock();
      const { wallet } = aWallet({ limits: {} });
      stage.playing(() => costing(cost), { agents: AGENTS, wallet });
      const tool = webSearch(firstOf(modelSearch(stage.models, clock), service), { clock });
      const tools = createToolbox({ tools: [tool], clock, log: silentLog });
      const script = [WISH, say('Done.')];
      const house = await aHouse({ clock, tools, script, roster: { limits: { maxTokens } } });
      let spent = 0;
      for await (const event of house.runtime.ask(aQuestion()))
        if (event.type === 'run.settled' && event.outcome.kind !== 'refused')
          spent = tokensOf(event.outcome.usage);
      await house.close();
      await tools.close();
      return spent;
    };

    it('begins none once the tokens of the run are spent, so that one goes beyond them at most', async () => {
      expect(await runOf(1_600)).toBe(2_100);
      expect(await runOf(50_000, 30_000)).toBe(60_100);
    });

    it('goes beside the others where there is enough for all', async () => {
      expect(await runOf(1_000_000)).toBeGreaterThan(5_100);
    });
  });

  it('fails as the service does that is asked after it', async () => {
    const spent = failure('rate_limited', 'Used up.');
    const { ask } = aSearch(status(404), async () => ({ kind: 'failed', failure: spent }));

    expect(await ask()).toMatchObject({ kind: 'failed', failure: spent });
  });
});
