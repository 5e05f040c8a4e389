import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import type { WebServer } from '../../src/web/server.ts';
import { linesOf, open, post, rememberingLog, send, startConsole } from './client.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { answered, type ScriptedHouse } from './scripted-house.ts';

let house: ScriptedHouse;
let server: WebServer;
let clock: ManualClock;

beforeEach(async () => {
  clock = createManualClock();
  ({ house, server } = await startConsole({ clock }));
});
afterEach(async () => {
  await server.close();
  expect(clock.pending()).toBe(0);
});

const runId = RunId('r1');
const main = { userId: UserId('local'), channelId: ChannelId('main') };
const question = { runId: 'r1', channelId: 'main', text: 'How many?' };
const ask = (body: object = question) =>
  open(server.port, { method: 'POST', path: '/api/ask', body: JSON.stringify(body) });

const all = async (res: IncomingMessage) => {
  const lines = [];
  for await (const line of linesOf(res)) lines.push(line);
  return lines;
};

describe('the asker’s word', () => {
  const confirm = (body: object) => post(server.port, { path: '/api/confirm', body });
  const word = { runId: 'r1', stepKey: 'leader/1/0', allow: true };

  it('is passed on as that of whoever has the token', async () => {
    expect((await confirm(word)).status).toBe(204);
    expect(house.confirmed).toEqual([{ ...word, userId: 'local' }]);
  });

  it('is refused when nobody waits for it, or when it says nothing', async () => {
    expect((await confirm({ ...word, stepKey: 'gone' })).status).toBe(404);
    expect((await confirm({ ...word, allow: 'yes' })).status).toBe(400);
    expect((await confirm({ ...word, stepKey: 'x'.repeat(301) })).status).toBe(400);
    expect((await confirm({ ...word, runId: '../' })).status).toBe(400);
    expect(house.confirmed).toHaveLength(1);
  });

  it('is asked for in words', async () => {
    const confirmation = {
      stepKey: 'leader/1/0',
      agent: 'leader',
      tool: 'read_page',
      shown: '{}',
      expiresAt: 1,
    };
    house.onAsk = () => {
      house.tell({ type: 'run.asking', runId, confirmation });
      house.tell({ type: 'run.confirmed', runId, stepKey: 'leader/1/0', end: 'expired' });
      house.answer(runId, 'Done.');
    };

    expect(await all(await ask())).toMatchObject([
      { confirmation, said: 'May leader use read page?' },
      { said: 'going on without it: there was no word in time' },
      { type: 'run.settled' },
    ]);
  });
});

describe('asking', () => {
  it('streams what the run tells, each line with its words, and ends with the outcome', async () => {
    const outcome: RunOutcome = { ...answered('Forty-two'), notes: ['not_saved'] };
    const told: RunEvent[] = [
      { type: 'run.queued', runId, behind: 'house', place: 2 },
      { type: 'run.started', runId },
      {
        type: 'run.progressed',
        runId,
        progress: { kind: 'delegating', member: 'compute', slot: 's0', task: 'Count' },
      },
      { type: 'run.drafted', runId, turn: 1, delta: 'Forty' },
      { type: 'run.settled', runId, outcome },
    ];
    house.onAsk = () => {
      for (const event of told) house.tell(event);
    };
    const lines = await all(await ask());

    expect(house.asked).toEqual([{ ...question, userId: 'local' }]);
    expect(lines).toEqual([
      { ...told[0], said: 'queued for a free team: place 2' },
      told[1],
      { ...told[2], said: 'asking compute' },
      told[3],
      {
        ...told[4],
        notes: ['This answer could not be saved just now: it may be missing from the history.'],
      },
    ]);
  });

  it('joins a run that is under way instead of running it twice', async () => {
    const first = await ask();
    await house.until(() => house.asked.length === 1);
    house.tell({ type: 'run.started', runId });
    const second = await ask();
    house.answer(runId, 'Once');

    expect((await all(first)).map((line) => line['type'])).toEqual(['run.started', 'run.settled']);
    expect((await all(second)).map((line) => line['type'])).toEqual([
      'run.joined',
      'run.started',
      'run.settled',
    ]);
    expect(house.asked.length).toBe(1);
  });

  it('lets the run go on when the asker leaves', async () => {
    const res = await ask();
    await house.until(() => house.followersOf(runId) === 1);
    res.destroy();
    await house.untilLeft(runId);
    expect(house.cancelled).toEqual([]);
    house.answer(runId, 'Nobody listened, but here it is');
    const { text } = await send(server.port, { path: '/api/sessions/main' });
    expect(text).toContain('Nobody listened');
  });

  it('says that it lives while nothing happens', async () => {
    const lines = linesOf(await ask());
    await house.until(() => house.asked.length === 1);
    clock.pass(15_000);
    expect((await lines.next()).value).toEqual({ type: 'stream.alive' });
    await lines.return(undefined);
  });

  it('ends the stream and logs when the house throws, so that the reader joins again', async () => {
    await server.close();
    const { log, next } = rememberingLog();
    ({ house, server } = await startConsole({ clock, log }));
    house.onAsk = () => {
      throw new Error('a bug');
    };
    expect(await all(await ask())).toEqual([]);
    expect(await next('web.run_stream_failed')).toMatchObject({ error: 'Error: a bug' });
  });
});

describe('the rest', () => {
  it('streams a run under way to whoever asks for it by name, and 404 when there is none', async () => {
    expect((await send(server.port, { path: '/api/runs/r1/events' })).status).toBe(404);
    await ask();
    await house.until(() => house.asked.length === 1);
    const joined = await open(server.port, { path: '/api/runs/r1/events' });
    house.answer(runId, 'Done');
    expect((await all(joined)).map((line) => line['type'])).toEqual(['run.joined', 'run.settled']);
  });

  it.each([
    [{ runId: 'r1' }, { userId: 'local', runId: 'r1' }],
    [{ channelId: 'main' }, { userId: 'local', channelId: 'main' }],
  ])('stops what it is told to: %j', async (body, scope) => {
    expect((await post(server.port, { path: '/api/stop', body })).status).toBe(204);
    expect(house.cancelled).toEqual([scope]);
  });

  it('does not take "stop" for "stop everything"', async () => {
    const answer = await post(server.port, { path: '/api/stop', body: {} });
    expect([answer.status, house.cancelled.length]).toEqual([400, 0]);
  });

  it('gives the past of a channel page by page, each outcome with its words', async () => {
    house.onAsk = ({ runId: id }) =>
      house.settle(id, { kind: 'failed', failure: failure('timeout', 'x'), usage: NO_USAGE });
    for (const id of ['a', 'b', 'c']) await all(await ask({ ...question, runId: id }));

    const page = async (query: string) =>
      (await send(server.port, { path: `/api/sessions/main?${query}` })).value;
    const said = 'This took too long and was given up. Please try again.';
    expect(await page('limit=2')).toMatchObject({
      entries: [{ runId: 'b', said }, { runId: 'c' }],
    });
    const [b] = (await house.conversation({ ...main, limit: 2 })) ?? [];
    expect(await page(`limit=2&before=${b?.runId}`)).toMatchObject({ entries: [{ runId: 'a' }] });
    expect(await page('limit=100')).toMatchObject({
      entries: [{ runId: 'a' }, { runId: 'b' }, { runId: 'c' }],
    });
  });

  it.each(['limit=0', 'limit=101', 'limit=ten', 'before=%20', 'limit=1e1'])(
    'refuses the page %s',
    async (query) => {
      const answer = await send(server.port, { path: `/api/sessions/main?${query}` });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(
        /limit must be a whole number from 1 to 100|before must be 1 to 64 characters/,
      );
    },
  );

  it('gives a file that a run has made as a download, whatever it is', async () => {
    house.files.set('f1', {
      name: 'a "b".svg',
      mime: 'image/svg+xml',
      data: Buffer.from('<svg/>'),
    });
    const answer = await send(server.port, { path: '/api/files/f1' });

    expect(answer).toMatchObject({ status: 200, text: '<svg/>' });
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': "attachment; filename*=UTF-8''a%20%22b%22.svg",
      'x-content-type-options': 'nosniff',
    });
    expect(await send(server.port, { path: '/api/files/f2' })).toMatchObject({ status: 404 });
    const stranger = { path: '/api/files/f1', headers: { Authorization: undefined } };
    expect(await send(server.port, stranger)).toMatchObject({ status: 401 });
  });

  it('says in a sentence that the store is away, without its reasons', async () => {
    house.storeBroken = true;
    for (const path of ['/api/sessions', '/api/sessions/main']) {
      const answer = await send(server.port, { path });
      expect(answer.status).toBe(503);
      expect(answer.error).toBe('What is kept cannot be read just now. Try again in a moment.');
    }
  });
});

describe('the numbers', () => {
  it('are for whoever has the token, in the format of Prometheus', async () => {
    const answer = await send(server.port, { path: '/metrics' });
    expect(answer).toMatchObject({ status: 200, text: 'troupe_teams 1\n' });
    expect(answer.headers['content-type']).toContain('version=0.0.4');
    const stranger = { path: '/metrics', headers: { Authorization: undefined } };
    expect(await send(server.port, stranger)).toMatchObject({ status: 401 });
  });
});
