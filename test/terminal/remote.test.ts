import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { RunId, UserId } from '../../machines/ids.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { connectHouse } from '../../src/terminal/connect.ts';
import { announceServer, keptToken } from '../../src/web/announce.ts';
import { startWebServer, type WebServer } from '../../src/web/server.ts';
import { ScriptedHouse } from '../web/scripted-house.ts';
import { startTalking, type Talking } from './talking.ts';

let dataDir: string;
let house: ScriptedHouse;
let server: WebServer;
let token: string;
const run1 = RunId('run-1');

const serve = (port: number) =>
  startWebServer({
    house,
    port,
    token,
    userId: UserId('local'),
    log: silentLog,
    clock: systemClock,
  });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'troupe-terminal-'));
  house = new ScriptedHouse();
  token = await keptToken(dataDir);
  server = await serve(0);
});
afterEach(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Somebody at a terminal who would get a house of their own if none were running. */
function talk(options: { tty?: boolean } = {}): Talking & { readonly own: ScriptedHouse } {
  const talking = startTalking({
    ...options,
    connect: (local) => connectHouse({ dataDir, openHere: async () => local }),
  });
  return { ...talking, own: talking.house };
}

/** A question that is under way when this resolves. */
async function talkOfPatience(): Promise<Talking> {
  await announceServer(dataDir, { port: server.port, token });
  const talking = talk();
  talking.type('Patience\n');
  talking.end();
  await house.until(() => house.asked[0]);
  return talking;
}

/** The server goes and comes back on the same port. */
async function restart(): Promise<void> {
  const { port } = server;
  await server.close();
  server = await serve(port);
}

describe('a house in another process', () => {
  it('is talked to when it has announced itself and answers', async () => {
    const withdraw = await announceServer(dataDir, { port: server.port, token });
    house.onAsk = ({ runId, text }) => {
      house.tell({ type: 'run.started', runId });
      house.settle(runId, {
        kind: 'answered',
        text: `${text} – über HTTP 🎭`,
        model: 'm',
        usage: NO_USAGE,
        delegations: [],
        sources: [],
        notes: ['not_saved'],
      });
    };
    const talking = talk();
    talking.type('Hello\n');
    talking.end();
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Hello – über HTTP 🎭\n');
    expect(talking.errors()).toBe(
      'This answer could not be saved just now: it may be missing from the history.\n',
    );
    expect(talking.own.asked).toEqual([]);
    await withdraw();
  });

  it('tells its refusals and failures in the same words', async () => {
    await announceServer(dataDir, { port: server.port, token });
    house.onAsk = ({ runId, text }) =>
      text === 'refuse'
        ? house.settle(runId, { kind: 'refused', refusal: { kind: 'draining' } })
        : house.settle(runId, {
            kind: 'failed',
            failure: failure('rate_limited', 'x', 20_000),
            usage: NO_USAGE,
          });
    const talking = talk();
    talking.type('refuse\nfail\n');
    talking.end();
    expect(await talking.exitCode).toBe(1);
    expect(talking.errors()).toBe(
      "The house is closing for a moment. Please ask again when it is back.\nThe model's limit is used up for the moment. It is worth trying again in 20 seconds.\n",
    );
  });

  it('shows its past and its teams, and is stopped by command', async () => {
    await announceServer(dataDir, { port: server.port, token });
    const talking = talk({ tty: true });
    await talking.shown('Model: scripted');
    await talking.shown('Type a question');
    talking.type('/team\r');
    await talking.shown('0 of 3 teams alive; storage ok; model scripted');
    talking.type('Go on\r');
    await house.until(() => house.asked[0]);
    house.tell({ type: 'run.drafted', runId: run1, turn: 1, delta: 'And so' });
    await talking.shown('And so');
    talking.type('/stop\r');
    await talking.shown('Stopped, as you asked.');
    talking.type('/quit\r');
    expect(await talking.exitCode).toBe(0);
    const again = talk({ tty: true });
    await again.shown('› Go on\nStopped, as you asked.\n');
    await again.shown('Type a question');
    again.type('/quit\r');
    expect(await again.exitCode).toBe(0);
  });

  it('is joined again when the connection breaks, without asking twice', async () => {
    const talking = await talkOfPatience();
    await restart();
    await house.until(() => house.followersOf(run1) === 1);
    house.answer(run1, 'Rewarded');
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Rewarded\n');
    expect(house.asked.length).toBe(1);
  });

  it('is joined again when it has closed for a moment and kept the question, after its word on that', async () => {
    const talking = await talkOfPatience();
    house.postpone(run1);
    await house.untilLeft(run1);
    await restart();
    await house.until(() => house.followersOf(run1) === 1);
    house.answer(run1, 'Rewarded');
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Rewarded\n');
    expect(talking.errors()).toBe(
      'The house is closing for a moment. Your question is kept: the answer follows when it is back.\n',
    );
    expect(house.asked.length).toBe(1);
  });

  it('is asked for an answer that came while the connection was broken', async () => {
    await announceServer(dataDir, { port: server.port, token });
    const talking = talk();
    talking.type('Quick\n');
    talking.end();
    await house.until(() => house.asked[0]);
    const { port } = server;
    await server.close();
    house.answer(run1, 'Missed, but kept');
    server = await serve(port);
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Missed, but kept\n');
  });
});

describe('a house of its own', () => {
  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['nobody has announced a house', async () => {}],
    [
      'the announced house is gone',
      async () => {
        await announceServer(dataDir, { port: server.port, token });
        await server.close();
      },
    ],
    [
      'somebody else has the announced port by now',
      () => announceServer(dataDir, { port: server.port, token: 'x'.repeat(40) }),
    ],
    ['the announcement cannot be read', () => writeFile(join(dataDir, 'server.json'), '{"port":')],
  ];

  it.each(cases)('is started when %s', async (_name, prepare) => {
    await prepare();
    const talking = talk();
    talking.own.onAsk = ({ runId }) => talking.own.answer(runId, 'At home');
    talking.type('q\n');
    talking.end();
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('At home\n');
    expect(house.asked).toEqual([]);
  });
});

describe('the announcement', () => {
  it('can be read by its owner only, and so can the token', async () => {
    await announceServer(dataDir, { port: 1, token });
    for (const name of ['server.json', 'web-token']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('is withdrawn, unless another process has put its own there', async () => {
    const withdraw = await announceServer(dataDir, { port: 1, token });
    await writeFile(join(dataDir, 'server.json'), '{"pid":1}');
    await withdraw();
    expect(await readFile(join(dataDir, 'server.json'), 'utf8')).toBe('{"pid":1}');
    await (await announceServer(dataDir, { port: 1, token }))();
    await expect(readFile(join(dataDir, 'server.json'))).rejects.toThrow('ENOENT');
  });

  it('goes with a token that outlives a restart, and that is made anew when it is damaged', async () => {
    expect(await keptToken(dataDir)).toBe(token);
    await writeFile(join(dataDir, 'web-token'), 'short\n');
    const fresh = await keptToken(dataDir);
    expect(fresh).toMatch(/^[\w-]{43}$/);
    expect(fresh).not.toBe(token);
  });
});
