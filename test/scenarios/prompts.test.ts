import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunPort, RunStep } from '../../machines/ports.ts';
import { withPrompt } from '../../src/prompt-house.ts';
import { aPhoenix } from '../prompts/a-phoenix.ts';
import { aDatabase, query } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { text } from '../support/groq-server-scripts.ts';
import { aFolder, start } from '../support/program.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from '../support/store-builders.ts';

describe("The leader's prompt from Phoenix", { timeout: 90_000 }, () => {
  it('is what the model is told, is noted with the run, and outlives Phoenix and the house', async () => {
    const phoenix = await aPhoenix();
    const provider = await startGroqServer({ script: () => text('Hello.') });
    onTestFinished(provider.close);
    const database = await aDatabase();
    const env = {
      PHOENIX_ENDPOINT: phoenix.url,
      PHOENIX_API_KEY: 'phx_canary_9fK2',
      LOG_LEVEL: 'info',
      DATA_DIR: await aFolder(),
      DATABASE_URL: database.url,
      GROQ_API_KEY: 'gsk_test',
      GROQ_BASE_URL: provider.url,
    };
    const told = () => provider.requests.at(-1)?.body.messages?.[0]?.content;
    const versions = () =>
      query(database.url, 'select prompt_version as v from agent_runs order by asked_at');
    const ask = (runId: string) => ({ runId, channelId: 'lab', text: 'Hello' });

    const program = await start({ env });
    await program.logs('prompt.fetched');
    await program.answer(ask('r1'));
    expect(told()).toBe('You are the leader of the lab.');
    await program.stop();

    phoenix.answer = 'nothing';
    const second = await start({ env });
    expect(await second.answer(ask('r2'))).toMatchObject({ kind: 'answered' });
    expect(told()).toBe('You are the leader of the lab.');
    const end = await second.stop();

    expect(await versions()).toEqual([{ v: 'v1' }, { v: 'v1' }]);
    expect(end).toMatchObject({ code: 0 });
    expect(end.errors).not.toContain('phx_canary_9fK2');
  });

  it('of a run that is resumed is the one that it began with', async () => {
    const steps: RunStep[] = [];
    const ended: (string | undefined)[] = [];
    const runs: RunPort = {
      hydrate: async () => ({ kind: 'ready' }),
      begin: async () => ({ kind: 'begun', history: [], steps: [...steps] }),
      record: async ({ run: _, ...step }) => {
        steps.push(step);
        return { kind: 'saved' };
      },
      end: async ({ promptVersion }) => {
        ended.push(promptVersion);
        return { kind: 'saved' };
      },
    };
    let version = 1;
    const port = withPrompt(runs, {
      current: () => ({ version: `v${version}`, text: `Prompt ${version}.` }),
      start: async () => {},
      close: () => {},
    });
    const question = aQuestion();
    const begin = () => port.begin(aRun(question), question, untilDone);
    expect(await begin()).toMatchObject({ prompt: { text: 'Prompt 1.' } });
    version = 2;
    const run = aRun(question);
    const resumed = await port.begin(run, question, untilDone);
    expect(resumed).toMatchObject({ prompt: { text: 'Prompt 1.' } });
    await port.end({ ...aRecord(question, anAnswer('x')), run }, untilDone);
    expect(ended).toEqual(['v1']);
  });
});
