import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aDatabase } from '../store/postgres-kit.ts';
import { gate } from '../support/gates.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, chunk, text } from '../support/groq-server-scripts.ts';
import { aDataFolder, aFolder, start } from '../support/program.ts';

const QUESTION = { runId: 'm1', channelId: 'lab', text: 'what is 12*7?' };

/** The beginning of an answer, and then nothing for ever. */
const HALF: Act = { kind: 'sse', events: [chunk({ content: 'The ans' })], stop: 'stall' };

/** A Groq-shaped server, and the environment that leads to it. */
async function aProvider(script: () => Act | Promise<Act>) {
  const server = await startGroqServer({ script });
  onTestFinished(server.close);
  return {
    server,
    env: { GROQ_API_KEY: 'gsk_test', GROQ_MODEL: 'openai/gpt-oss-120b', GROQ_BASE_URL: server.url },
  };
}

/** A database on the real server: opening it is quicker than an embedded one. */
const onPostgres = async () => ({
  DATA_DIR: await aFolder(),
  DATABASE_URL: (await aDatabase()).url,
});

const isIdle = (overview: Readonly<Record<string, unknown>>): boolean =>
  JSON.stringify(overview['teams']).includes('"state":"idle"');

describe('The program', { timeout: 60_000 }, () => {
  it('opens in an empty folder without a key, a server or a word of configuration, answers, and leaves nothing running', async () => {
    const folder = join(await aFolder(), 'not/there/yet');
    const program = await start({ env: { DATA_DIR: folder } });

    const page = await fetch(`http://127.0.0.1:${program.port}/`);
    const outcome = await program.answer(QUESTION);
    const past = await program.conversation('lab');
    const ended = await program.stop();

    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>');
    expect(outcome).toMatchObject({ kind: 'answered', text: expect.stringContaining('84') });
    expect(past).toMatchObject([{ runId: 'm1', outcome: { kind: 'answered' } }]);
    expect(ended).toMatchObject({ code: 0, signal: null, errors: '' });
    expect(await readdir(folder)).not.toContain('server.json');
    expect((await stat(join(folder, 'web-token'))).mode & 0o077).toBe(0);
  });

  it('still knows the conversation, and opens with the same link, after it was closed and started again', async () => {
    const env = { DATA_DIR: await aDataFolder() };
    const before = await start({ env });
    await before.answer(QUESTION);
    await before.stop();

    const after = await start({ env });

    expect(await after.conversation('lab')).toMatchObject([{ question: QUESTION.text }]);
    expect(after.url.split('#')[1]).toBe(before.url.split('#')[1]);
    expect(await after.answer(QUESTION)).toMatchObject({ refusal: { kind: 'duplicate' } });
  });

  it('killed in mid-answer, answers exactly once when it is started again, and has lost nothing', async () => {
    const { server, env: provider } = await aProvider(() => text('Before.'));
    const env = { ...provider, DATA_DIR: await aDataFolder() };
    const before = await start({ env });
    await before.answer({ runId: 'm1', channelId: 'lab', text: 'before' });
    server.play(() => HALF);
    for await (const { type } of before.ask({ runId: 'm2', channelId: 'lab', text: 'during' }))
      if (type === 'run.drafted') break;
    before.child.kill('SIGKILL');
    await before.ended;
    const asked = server.requests.length;
    server.play(() => text('The answer.'));

    const after = await start({ env });
    await after.sees(isIdle);
    const past = await after.conversation('lab');
    const again = await after.answer({ runId: 'm2', channelId: 'lab', text: 'during' });

    expect(past).toMatchObject([
      { runId: 'm1', question: 'before', outcome: { kind: 'answered', text: 'Before.' } },
      { runId: 'm2', question: 'during', outcome: { kind: 'answered', text: 'The answer.' } },
    ]);
    expect(past).toHaveLength(2);
    expect(again).toMatchObject({ kind: 'refused', refusal: { kind: 'duplicate' } });
    expect(server.requests).toHaveLength(asked + 1);
    expect(await after.stop()).toMatchObject({ code: 0 });
  });

  it('told to end, lets the answer under way be finished first', async () => {
    const door = gate();
    const { env } = await aProvider(async () => {
      await door.pass();
      return text('Just in time.');
    });
    const program = await start({ env: { ...env, ...(await onPostgres()) } });
    const answer = program.answer(QUESTION);
    await door.reached;

    program.child.kill('SIGTERM');
    await program.says('Closing');
    const late = await program.answer({ ...QUESTION, runId: 'm2' });
    door.open();

    expect(late).toMatchObject({ kind: 'refused', refusal: { kind: 'draining' } });
    expect(await answer).toMatchObject({ kind: 'answered', text: 'Just in time.' });
    expect(await program.ended).toMatchObject({ code: 0, signal: null, errors: '' });
  });

  it('told twice, cuts the answer short, says so to whoever waits, ends well, and goes on with it at its next start', async () => {
    let isStuck = true;
    const { server, env: provider } = await aProvider(() => (isStuck ? HALF : text('At last.')));
    const env = { ...provider, ...(await onPostgres()) };
    const program = await start({ env });
    const answer = program.answer(QUESTION);
    await server.arrived(1);

    program.child.kill('SIGINT');
    await program.says('Closing');
    program.child.kill('SIGINT');
    await program.says('Cutting short what still runs.');

    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'postponed' } });
    expect(await program.ended).toMatchObject({ code: 0, signal: null, errors: '' });
    isStuck = false;
    const next = await start({ env });
    await next.sees(isIdle);
    expect(await next.conversation('lab')).toMatchObject([
      { runId: 'm1', outcome: { kind: 'answered', text: expect.stringContaining('At last.') } },
    ]);
  });

  it('warns of another one on its database, at its start and in the log', async () => {
    const { DATABASE_URL } = await onPostgres();
    const first = await start({ env: { DATA_DIR: await aFolder(), DATABASE_URL } });
    const second = await start({ env: { DATA_DIR: await aFolder(), DATABASE_URL } });

    expect(first.out()).not.toContain('WARNING');
    expect(second.out()).toContain('WARNING  another Troupe is open on this database.');
    expect(second.out()).toContain('give each a database of its own.');
    await second.logs('store.shared');
  });

  it('goes on when nobody reads its output any more, and closes as usual', async () => {
    const program = await start({
      env: { ...(await onPostgres()), LOG_LEVEL: 'debug' },
    });
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();

    const outcomes = [
      await program.answer(QUESTION),
      await program.answer({ ...QUESTION, runId: 'm2' }),
    ];

    expect(outcomes).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(await program.stop()).toMatchObject({ code: 0, signal: null });
  });
});
