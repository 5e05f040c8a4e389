import { expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import type { RunEvent } from '../../machines/question.ts';
import { EventQueue } from '../../src/runtime/event-queue.ts';
import { answered } from '../../src/testing/builders.ts';

const runId = RunId('r1');
const STARTED: RunEvent = { type: 'run.started', runId };
const SETTLED: RunEvent = { type: 'run.settled', runId, outcome: answered('42') };
const drafted = (delta: string, turn = 1): RunEvent => ({
  type: 'run.drafted',
  runId,
  turn,
  delta,
});

function aQueue(known: readonly RunEvent[] = []) {
  const left: EventQueue[] = [];
  const queue = new EventQueue(known, (one) => left.push(one));
  return { queue, left };
}

async function all(queue: EventQueue): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of queue) events.push(event);
  return events;
}

it('begins with what is known and ends after the settling', async () => {
  const { queue, left } = aQueue([STARTED]);
  queue.push(SETTLED);
  expect(await all(queue)).toEqual([STARTED, SETTLED]);
  expect(left).toEqual([queue]);
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});

it('joins the drafts that wait for a slow watcher, losing no text', async () => {
  const { queue } = aQueue();
  for (const piece of ['for', 'ty', '-two']) queue.push(drafted(piece));
  queue.push(SETTLED);
  expect(await all(queue)).toEqual([drafted('forty-two'), SETTLED]);
});

it('joins only drafts of the same turn with nothing in between', async () => {
  const { queue } = aQueue();
  const events = [drafted('a'), drafted('b', 2), STARTED, drafted('c', 2), SETTLED];
  for (const event of events) queue.push(event);
  expect(await all(queue)).toEqual(events);
});

it('never changes an event that it has handed over', async () => {
  const { queue } = aQueue();
  queue.push(drafted('a'));
  const first = await queue.next();
  queue.push(drafted('b'));
  expect(first.value).toEqual(drafted('a'));
  expect((await queue.next()).value).toEqual(drafted('b'));
});

it('hands events to those who wait, in the order they asked', async () => {
  const { queue } = aQueue();
  const waiting = [queue.next(), queue.next()];
  queue.push(STARTED);
  queue.push(SETTLED);
  const got = await Promise.all(waiting);
  expect(got.map(({ value }) => value)).toEqual([STARTED, SETTLED]);
});

it('releases everybody who waits when the run is settled', async () => {
  const { queue } = aQueue();
  const waiting = [queue.next(), queue.next(), queue.next()];
  queue.push(SETTLED);
  expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([false, true, true]);
});

it('ends, detached once, when its watcher leaves', async () => {
  const { queue, left } = aQueue([STARTED]);
  const waiting = aQueue();
  const next = waiting.queue.next();
  await waiting.queue.return();
  expect(await next).toEqual({ done: true, value: undefined });

  for await (const _ of queue) break;
  await queue.return();
  expect(left).toEqual([queue]);
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});
