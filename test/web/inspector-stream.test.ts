import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import type { WebServer } from '../../src/web/server.ts';
import { linesOf, open, openSocket, post, startConsole, TOKEN } from './client.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { AT_WORK, moved, ScriptedInspected, told } from './scripted-inspected.ts';

const USER = UserId('user-1');
let inspected: ScriptedInspected;
let server: WebServer;
let clock: ManualClock;

async function starts(limits = {}): Promise<void> {
  inspected = new ScriptedInspected();
  clock = createManualClock();
  ({ server } = await startConsole({ inspected, clock, limits }));
}

beforeEach(() => starts());
afterEach(async () => {
  await server.close();
  expect(clock.pending()).toBe(0);
});

describe('the stream of what happens', () => {
  const opened = async () => {
    const lines = linesOf(await open(server.port, { path: '/api/inspect/stream' }));
    const next = async () => (await lines.next()).value ?? { type: 'over' };
    const { stream } = await next();
    return { stream: String(stream), next };
  };
  const follow = (stream: string, userId?: string) =>
    post(server.port, { path: '/api/inspect/follow', body: { stream, userId } });

  it('tells of one team, all that is there first, ten times a second at most', async () => {
    inspected.happen(USER, ...AT_WORK);
    const { stream, next } = await opened();
    expect((await follow(stream, 'user-1')).status).toBe(204);
    inspected.happen(USER, moved('t', ['open.busy'], ['open.idle']));
    clock.pass(100);
    const batch = await next();
    inspected.happen(USER, told('team.ask', 't'));
    inspected.happen(USER, told('team.cancel', 't'));
    clock.pass(100);

    expect(batch).toMatchObject({ type: 'inspect.events', userId: 'user-1' });
    expect(batch['events']).toHaveLength(AT_WORK.length + 1);
    expect((await next())['events']).toMatchObject([
      { event: 'team.ask' },
      { event: 'team.cancel' },
    ]);
  });

  it('lets go of one team when another is followed, and of all when the reader leaves', async () => {
    const reply = await open(server.port, { path: '/api/inspect/stream' });
    const { value } = await linesOf(reply).next();
    const stream = String(value?.['stream']);
    await follow(stream, 'user-1');
    expect(inspected.followersOf(USER)).toBe(1);
    await follow(stream, 'user-2');
    expect([inspected.followersOf(USER), inspected.followersOf(UserId('user-2'))]).toEqual([0, 1]);
    reply.destroy();
    await inspected.until(() => inspected.followersOf(UserId('user-2')) === 0);
  });

  it('does not follow on a stream that is over, or is not one of these', async () => {
    const house = linesOf(await open(server.port, { path: '/api/house' }));
    const { value } = await house.next();
    const answers = await Promise.all([
      follow('gone', 'user-1'),
      follow(String(value?.['stream']), 'user-1'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([409, 409]);
    expect(inspected.followersOf(USER)).toBe(0);
  });

  it('drops a reader who takes nothing, instead of holding what he does not read', async () => {
    await server.close();
    await starts({ maxStreamBufferBytes: 64 * 1024 });
    const socket = await openSocket(server.port);
    socket.pause();
    socket.write(
      `GET /api/inspect/stream HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    );
    const [head] = await once(socket.resume(), 'data');
    socket.pause();
    const stream = /"stream":"([^"]+)"/.exec(String(head))?.[1] ?? '';
    await follow(stream, 'user-1');

    for (let round = 0; round < 400 && inspected.followersOf(USER) > 0; round++) {
      const events = Array.from({ length: 200 }, () => told('x'.repeat(200), 't'));
      inspected.happen(USER, ...events);
      clock.pass(100);
    }

    expect(inspected.followersOf(USER)).toBe(0);
    socket.destroy();
  });

  it('refuses a frame that is too large', async () => {
    expect((await follow('x'.repeat(70_000))).status).toBe(413);
  });
});
