import { describe, expect, it } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { Refused } from '../../src/terminal/console-client.ts';
import { aDataFolder, launch, type OpenProgram, start } from '../support/program.ts';

const CANARY = 'canary-7f3a';
const QUESTION = { runId: 'c1', channelId: 'lab', text: `what is 12*7? ${CANARY}` };

const asked = async (program: OpenProgram, path: string): Promise<Record<string, unknown>> => {
  const parsed = parseJson(await program.client.read(path, new AbortController().signal));
  if (parsed.ok && isRecord(parsed.value)) return parsed.value;
  throw new Error(`${path} gave no object`);
};

/** Follows the console's own team until a run of it is over; gives every line. */
async function followed(program: OpenProgram): Promise<readonly string[]> {
  const hangUp = new AbortController();
  const lines: string[] = [];
  let answer: Promise<unknown> | undefined;
  for await (const line of program.client.lines('/api/inspect/stream', hangUp)) {
    lines.push(line);
    if (answer === undefined) {
      const stream = /"stream":"([^"]+)"/.exec(line)?.[1] ?? '';
      await program.client.post('/api/inspect/follow', { stream, userId: 'local' });
      answer = program.answer(QUESTION);
    }
    if (/"machine":"leader"/.test(lines.join('')) && /"open\.idle"/.test(line)) break;
  }
  hangUp.abort();
  await answer;
  return lines;
}

describe('The inspector of a running house', { timeout: 60_000 }, () => {
  it('shows the machines at work on a question, and no word of it, until an operator asks for the words', async () => {
    const program = await start({ env: { DATA_DIR: await aDataFolder() }, words: ['--admin'] });

    const lines = await followed(program);
    const seen = lines.join('\n');
    const charts = await asked(program, '/api/inspect/charts');
    const census = await asked(program, '/api/inspect/census');
    const runs = await asked(program, '/api/inspect/runs');
    const run = await asked(program, '/api/inspect/runs/c1');
    const queues = await asked(program, '/api/inspect/queues');

    for (const state of ['"working.thinking"', '"open.busy"', '"machine":"callModel"']) {
      expect(seen).toContain(state);
    }
    expect(charts['admin']).toBe(true);
    expect(census).toMatchObject({ supervisor: 'running', teams: [{ userId: 'local' }] });
    expect(runs['runs']).toMatchObject([{ runId: 'c1', outcome: 'answered' }]);
    expect(run['steps']).toContainEqual(expect.objectContaining({ stepKey: 'leader/1' }));
    expect(queues).toMatchObject({ inbox: { count: 0 }, outbox: { count: 0 } });
    const replayed = await asked(program, '/api/inspect/recordings/c1');
    expect(JSON.stringify(replayed['events'])).toContain('working.thinking');
    expect(replayed['trouble']).toBeUndefined();
    expect(JSON.stringify([replayed, seen, charts, census, runs, run, queues])).not.toContain(
      CANARY,
    );

    const response = await fetch(`http://127.0.0.1:${program.port}/api/inspect/reveal`, {
      method: 'POST',
      body: JSON.stringify({ runId: 'c1' }),
      headers: {
        Authorization: `Bearer ${/token=([\w-]+)/.exec(program.url)?.[1]}`,
        Origin: `http://127.0.0.1:${program.port}`,
        'Content-Type': 'application/json',
      },
    });
    expect(await response.text()).toContain(CANARY);
    await program.stop();
  });

  it('only looks when the house was not started for more', async () => {
    const program = await start({ env: { DATA_DIR: await aDataFolder() } });

    const refused = await program.client
      .post('/api/inspect/dismiss', { userId: 'local' })
      .catch((thrown: unknown) => thrown);

    expect(refused).toBeInstanceOf(Refused);
    expect(String(refused)).toContain('--admin');
    await program.stop();
  });

  it('is not opened by a word that nobody knows', async () => {
    const ended = await launch({ env: { DATA_DIR: await aDataFolder() }, words: ['--amdin'] })
      .ended;

    expect(ended.code).toBe(1);
    expect(ended.errors).toContain('--amdin');
  });
});
