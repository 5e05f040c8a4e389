import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import type { WebServer } from '../../src/web/server.ts';
import { post, rememberingLog, send, startConsole, TOKEN } from './client.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { aTeam, ScriptedInspected, someFacts } from './scripted-inspected.ts';

let inspected: ScriptedInspected;
let server: WebServer;
let clock: ManualClock;

async function starts(isAdmin = false): Promise<void> {
  inspected = new ScriptedInspected({ isAdmin });
  inspected.teams = [aTeam(1), aTeam(2)];
  clock = createManualClock();
  ({ server } = await startConsole({ inspected, clock }));
}

beforeEach(() => starts());
afterEach(async () => {
  await server.close();
  expect(clock.pending()).toBe(0);
});

const ROUTES = [
  ['GET', '/api/inspect/charts'],
  ['GET', '/api/inspect/census'],
  ['GET', '/api/inspect/stream'],
  ['POST', '/api/inspect/follow'],
  ['GET', '/api/inspect/runs'],
  ['GET', '/api/inspect/runs/run-1'],
  ['GET', '/api/inspect/queues'],
  ['GET', '/api/inspect/recordings/run-1'],
  ['POST', '/api/inspect/reveal'],
  ['POST', '/api/inspect/stop'],
  ['POST', '/api/inspect/dismiss'],
  ['POST', '/api/inspect/resize'],
] as const;

const ACTS = [
  ['/api/inspect/reveal', { runId: 'run-1' }],
  ['/api/inspect/stop', { userId: 'user-1' }],
  ['/api/inspect/dismiss', { userId: 'user-1' }],
  ['/api/inspect/resize', { maxTeams: 5 }],
] as const;

describe('who may look into the house', () => {
  it.each(ROUTES)('nobody without a token: %s %s', async (method, path) => {
    const answer = await send(server.port, { method, path, headers: { Authorization: undefined } });
    expect(answer.status).toBe(401);
  });

  it.each(ROUTES)('nobody with a wrong token: %s %s', async (method, path) => {
    const headers = { Authorization: `Bearer ${TOKEN}x` };
    expect((await send(server.port, { method, path, headers })).status).toBe(401);
  });

  it.each(ROUTES)('no page of another site: %s %s', async (method, path) => {
    const headers = { Origin: 'http://evil.example' };
    expect((await send(server.port, { method, path, headers })).status).toBe(403);
  });

  it.each(ROUTES)('no foreign name that points here: %s %s', async (method, path) => {
    const headers = { Host: `evil.example:${server.port}` };
    expect((await send(server.port, { method, path, headers })).status).toBe(403);
  });

  it.each(ROUTES.filter(([method]) => method === 'POST'))(
    'nobody who posts without saying from where: %s %s',
    async (_method, path) => {
      const answer = await post(server.port, { path, body: {}, headers: { Origin: undefined } });
      expect(answer.status).toBe(403);
    },
  );

  it('nobody whose address holds the token', async () => {
    const sent = {
      path: `/api/inspect/runs?token=${TOKEN}`,
      headers: { Authorization: undefined },
    };
    expect((await send(server.port, sent)).status).toBe(401);
  });
});

describe('what may be done', () => {
  it.each(ACTS)('nothing at %s unless the house was started for it', async (path, body) => {
    const answer = await post(server.port, { path, body });
    expect(answer.status).toBe(403);
    expect(answer.error).toContain('--admin');
    expect(inspected.orders).toEqual([]);
  });

  it.each(ACTS)('%s by an operator', async (path, body) => {
    await server.close();
    await starts(true);
    const answer = await post(server.port, { path, body });
    expect([200, 204]).toContain(answer.status);
  });

  it.each([
    ['reveal', {}, 'runId must be'],
    ['stop', { userId: '../x' }, 'userId must be'],
    ['dismiss', {}, 'userId must be'],
    ['resize', { maxTeams: 0 }, 'maxTeams must be a whole number from 1'],
    ['resize', { maxTeams: 1.5 }, 'maxTeams must be a whole number'],
    ['resize', { maxTeams: '7' }, 'maxTeams must be a whole number'],
  ])('nothing that cannot be: %s %o', async (what, body, sentence) => {
    await server.close();
    await starts(true);
    const answer = await post(server.port, { path: `/api/inspect/${what}`, body });
    expect(answer.status).toBe(400);
    expect(answer.error).toContain(sentence);
    expect(inspected.orders).toEqual([]);
  });

  it('writes down who looked at the texts of which run, and no word of them', async () => {
    await server.close();
    const { log, next } = rememberingLog();
    inspected = new ScriptedInspected({ isAdmin: true });
    inspected.said = { question: 'canary', answer: undefined, steps: [] };
    clock = createManualClock();
    ({ server } = await startConsole({ inspected, clock, log }));

    const answer = await post(server.port, {
      path: '/api/inspect/reveal',
      body: { runId: 'run-1' },
    });

    expect(answer.value).toEqual({ question: 'canary', steps: [] });
    expect(await next('inspector.revealed')).toEqual({ runId: 'run-1' });
  });
});

describe('what can be read', () => {
  it('is a window of the teams, as wide as was asked for', async () => {
    const answer = await send(server.port, { path: '/api/inspect/census?from=1&count=1' });
    expect(answer.value).toMatchObject({ found: 2, teams: [{ userId: 'user-2' }] });
  });

  it.each(['from=-1', 'count=0', 'count=201', 'count=x', 'from=1e9'])(
    'is refused with a clear word when the window cannot be: %s',
    async (query) => {
      const answer = await send(server.port, { path: `/api/inspect/census?${query}` });
      expect(answer.status).toBe(400);
      expect(answer.error).toContain('must be a whole number');
    },
  );

  it('is one run, or a clear word that there is none', async () => {
    inspected.facts = [someFacts()];
    expect((await send(server.port, { path: '/api/inspect/runs/run-1' })).value).toMatchObject({
      run: { runId: 'run-1' },
    });
    const none = await send(server.port, { path: '/api/inspect/runs/nobody' });
    expect([none.status, none.error]).toEqual([404, 'There is no such run.']);
    const climbing = await send(server.port, { path: '/api/inspect/runs/..%2f..%2fetc' });
    expect(climbing.status).toBe(400);
  });

  it('is what was recorded of a run, or a clear word that there is nothing', async () => {
    inspected.recordings.set(RunId('run-1'), { events: [], trouble: 'It cannot be read.' });
    const [found, none] = await Promise.all([
      send(server.port, { path: '/api/inspect/recordings/run-1' }),
      send(server.port, { path: '/api/inspect/recordings/nobody' }),
    ]);
    expect(found.value).toEqual({ events: [], trouble: 'It cannot be read.' });
    expect([none.status, none.error]).toEqual([
      404,
      expect.stringContaining('Nothing was recorded'),
    ]);
  });

  it('is nothing in a house that shows nothing', async () => {
    const { server: bare } = await startConsole();
    const answer = await send(bare.port, { path: '/api/inspect/charts' });
    await bare.close();
    expect([answer.status, answer.error]).toEqual([404, 'This house cannot be inspected.']);
  });
});
