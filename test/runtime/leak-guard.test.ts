import { once } from 'node:events';
import net from 'node:net';
import { expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { simulatedClock } from '../../src/testing/clock.ts';
import { guardAgainstLeaks, holdings, leftSince } from '../support/leak-guard.ts';

const guard = guardAgainstLeaks();

it('notices a timer that was left', async () => {
  const before = holdings();
  const timer = setTimeout(() => {}, 60_000);
  expect(await leftSince(before, 0)).toEqual(['1 timer']);
  clearTimeout(timer);
  expect(await leftSince(before)).toEqual([]);
});

it('notices a server and its sockets, and waits for those that are closing', async () => {
  const before = holdings();
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(await leftSince(before, 0)).toEqual(['1 TCPServerWrap']);
  server.close();
  expect(await leftSince(before)).toEqual([]);
});

it('lets tests pass that put everything away', () => {
  const clock = simulatedClock();
  const machine = createMachine({ initial: 'a', states: { a: { after: { 1000: 'b' } }, b: {} } });
  const actor = createActor(machine, { clock }).start();
  guard.actor(actor);
  guard.clock(clock);
  expect(clock.pending).toBe(1);
  actor.stop();
});
