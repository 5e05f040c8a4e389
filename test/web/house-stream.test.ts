import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import type { WebServer } from '../../src/web/server.ts';
import { linesOf, open, post, startConsole } from './client.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import type { ScriptedHouse } from './scripted-house.ts';

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
const question = { runId: 'r1', channelId: 'main', text: 'How many?' };
const ask = (body: object = question) =>
  open(server.port, { method: 'POST', path: '/api/ask', body: JSON.stringify(body) });

/** The stream of the house, opened as far as its first two lines. */
async function openHouse(): Promise<{
  stream: string;
  next: () => Promise<Record<string, unknown>>;
}> {
  const lines = linesOf(await open(server.port, { path: '/api/house' }));
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the stream has ended');
    return value;
  };
  const { stream } = await next();
  await next();
  return { stream: String(stream), next };
}

it('carries every run that is asked on it, side by side with the overviews', async () => {
  const { stream, next } = await openHouse();
  const r2 = RunId('r2');
  for (const id of ['r1', 'r2']) {
    const answer = await post(server.port, {
      path: '/api/ask',
      body: { ...question, runId: id, stream },
    });
    expect(answer.status).toBe(202);
  }
  house.tell({ type: 'run.started', runId: r2 });
  house.answer(runId, 'One');
  house.show({ teamCount: 1 });
  clock.pass(250);

  const seen = [await next(), await next(), await next()];
  expect(seen.map((line) => line['runId'] ?? line['type']).sort()).toEqual([
    'house.changed',
    'r1',
    'r2',
  ]);
});

it('takes up a run under way on demand: all that is known first', async () => {
  await ask();
  await house.until(() => house.asked.length === 1);
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'So far' });
  const { stream, next } = await openHouse();
  for (let twice = 0; twice < 2; twice++) {
    const body = { runId: 'r1', stream };
    expect((await post(server.port, { path: '/api/watch', body })).status).toBe(202);
  }
  expect((await next())['type']).toBe('run.joined');
  expect(await next()).toMatchObject({ type: 'run.drafted', delta: 'So far' });
  house.answer(runId, 'Done');
  expect((await next())['type']).toBe('run.settled');
});

it('does not take runs for a stream that has ended, nor runs nobody knows', async () => {
  const { stream } = await openHouse();
  const [ended, unknown] = await Promise.all([
    post(server.port, { path: '/api/ask', body: { ...question, stream: 'no-such-stream' } }),
    post(server.port, { path: '/api/watch', body: { runId: 'r9', stream } }),
  ]);
  expect([ended.status, unknown.status]).toEqual([409, 404]);
  expect(house.asked).toEqual([]);
});

it('takes no more runs than a page can want', async () => {
  await server.close();
  ({ house, server } = await startConsole({ clock, limits: { maxAttached: 1 } }));
  const { stream } = await openHouse();
  await post(server.port, { path: '/api/ask', body: { ...question, stream } });
  const body = { ...question, runId: 'r2', stream };
  expect((await post(server.port, { path: '/api/ask', body })).status).toBe(429);
  expect(house.asked.length).toBe(1);
});

it('tells an overview only when it has changed, and looks four times a second at most', async () => {
  const { next } = await openHouse();
  const before = house.overviews;
  clock.pass(1000);
  expect(house.overviews - before).toBe(4);
  house.show({ health: 'degraded' });
  clock.pass(250);
  expect(await next()).toMatchObject({
    type: 'house.changed',
    overview: { health: 'degraded' },
  });
});

it('tells everybody who looks, and looks no more when the last has gone', async () => {
  const first = await open(server.port, { path: '/api/house' });
  const second = await openHouse();
  first.destroy();
  house.show({ teamCount: 2 });
  clock.pass(250);
  expect(await second.next()).toMatchObject({ overview: { teamCount: 2 } });
  await server.close();
  const before = house.overviews;
  clock.pass(1000);
  expect(house.overviews).toBe(before);
});

it('lets nothing out of the house but the fields of an overview', async () => {
  const team = { userId: 'u1', state: 'idle', place: 1, lastUsedAt: 1, runs: [], secret: 'S' };
  // The house may hold more than the type says; the cast stands for that.
  house.show({ teams: [team], secret: 'S' } as never);
  const lines = linesOf(await open(server.port, { path: '/api/house' }));
  await lines.next();
  expect(JSON.stringify((await lines.next()).value)).not.toContain('secret');
  await lines.return(undefined);
});
