import { describe, expect, it, onTestFinished } from 'vitest';
import { SimulatedClock } from 'xstate';
import { type Prompt, phoenixPrompt } from '../../src/prompts/phoenix.ts';
import { promptSource } from '../../src/prompts/prompt-source.ts';
import { Secret } from '../../src/shared/secret.ts';
import { recordingLog } from '../tools/run.ts';
import { type APhoenix, aPhoenix, aVersion } from './a-phoenix.ts';

const ask = ({ url }: Pick<APhoenix, 'url'>) =>
  phoenixPrompt({ url, key: new Secret('phx_key'), name: 'the leader', tag: 'production' });
const until = new AbortController().signal;

/** A source on a clock of the test, and the copy that it keeps. */
function aSource(phoenix: Pick<APhoenix, 'url'>, copied?: Prompt) {
  const clock = new SimulatedClock();
  const log = recordingLog();
  const written: Prompt[] = [];
  let settle: () => void = () => {};
  const settled = { next: Promise.resolve() };
  const expect = () => {
    settled.next = new Promise((resolve) => {
      settle = resolve;
    });
  };
  expect();
  const fetchNow = ask(phoenix);
  const source = promptSource({
    fetch: async (options) => {
      const fetched = await fetchNow(options);
      // What follows of it follows in the same turn.
      setImmediate(() => {
        settle();
        expect();
      });
      return fetched;
    },
    copy: {
      read: async () => copied,
      write: async (prompt) => void written.push(prompt),
    },
    clock,
    log,
  });
  onTestFinished(() => source.close());
  return { source, clock, log, written, asked: () => settled.next };
}

describe('A prompt of Phoenix', () => {
  it('is asked for by name and tag, with the key, and is what its system messages say', async () => {
    const phoenix = await aPhoenix();
    expect(await ask(phoenix)({ signal: until })).toEqual({
      kind: 'fetched',
      prompt: { version: 'v1', text: 'You are the leader of the lab.' },
    });
    expect(phoenix.asked).toEqual([
      { path: '/v1/prompts/the%20leader/tags/production', authorization: 'Bearer phx_key' },
    ]);
  });

  it.each([
    ['is not there', { status: 404, body: {} }, 'Phoenix has no prompt the leader:production.'],
    ['may not be read', { status: 403, body: {} }, 'Phoenix does not accept the key.'],
    ['fails there', { status: 500, body: {} }, 'Phoenix answered 500.'],
    ['comes as a page', { status: 200, body: '<html>' }, 'did not answer with a prompt'],
    ['is empty', aVersion('v1', ' '), 'has no system message'],
    ['is longer than any prompt', aVersion('v1', 'x'.repeat(50_001)), 'is longer than 50000'],
  ])('that %s is a failure that says so', async (_, answer, why) => {
    const phoenix = await aPhoenix();
    phoenix.answer = answer;
    expect(await ask(phoenix)({ signal: until })).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringContaining(why) },
    });
  });
});

describe('The prompt in use', () => {
  it('is none until one was fetched, then that one, and a copy of it is kept', async () => {
    const { source, written, asked } = aSource(await aPhoenix());
    await source.start();
    expect(source.current()).toBeUndefined();
    await asked();
    expect(source.current()).toMatchObject({ version: 'v1' });
    expect(written).toMatchObject([{ version: 'v1' }]);
  });

  it('is the last good copy until a newer one is there', async () => {
    const copied = { version: 'v0', text: 'Old.' };
    const { source, asked } = aSource(await aPhoenix(), copied);
    await source.start();
    expect(source.current()).toEqual(copied);
    await asked();
    expect(source.current()).toMatchObject({ version: 'v1' });
  });

  it('is given at once when it is old, and asked for anew behind it', async () => {
    const phoenix = await aPhoenix();
    const { source, clock, asked } = aSource(phoenix);
    await source.start();
    await asked();
    phoenix.answer = aVersion('v2', 'Newer.');

    expect(source.current()).toMatchObject({ version: 'v1' });
    expect(phoenix.asked).toHaveLength(1);
    clock.increment(61_000);
    expect(source.current()).toMatchObject({ version: 'v1' });
    await asked();
    expect(source.current()).toMatchObject({ version: 'v2' });
  });

  it('stays what it was when the server fails, which is said once', async () => {
    const phoenix = await aPhoenix();
    const { source, clock, log, asked } = aSource(phoenix);
    await source.start();
    await asked();
    phoenix.answer = { status: 500, body: {} };
    for (const _ of [1, 2]) {
      clock.increment(61_000);
      source.current();
      await asked();
    }
    expect(source.current()).toMatchObject({ version: 'v1' });
    expect(log.lines.filter(({ event }) => event === 'prompt.not_fetched')).toHaveLength(1);
  });

  it('is waited for two seconds, by nobody', async () => {
    const phoenix = await aPhoenix();
    phoenix.answer = 'nothing';
    const { source, clock, log, asked } = aSource(phoenix);
    await source.start();
    expect(source.current()).toBeUndefined();
    await phoenix.isAsked(1);
    clock.increment(2_000);
    await asked();
    expect(log.lines).toContainEqual(
      expect.objectContaining({ event: 'prompt.not_fetched', level: 'warn' }),
    );
  });
});
