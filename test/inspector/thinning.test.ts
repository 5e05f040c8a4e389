import { expect, it } from 'vitest';
import { thinned } from '../../src/inspector/thinning.ts';
import type { InspectedEvent } from '../../src/shared/inspected-event.ts';
import { simulatedClock } from '../../src/testing/clock.ts';

const aMessage: InspectedEvent = {
  type: 'message.sent',
  at: 0,
  to: 'a',
  event: 'team.ask',
  chars: 1,
};
const started: InspectedEvent = {
  type: 'actor.started',
  at: 0,
  actor: 'b',
  name: 'b',
  machine: 'member',
  states: [],
};
const stopped: InspectedEvent = { type: 'actor.stopped', at: 0, actor: 'b', how: 'done' };
const aMove = (state: string, actor = 'a'): InspectedEvent => ({
  type: 'actor.moved',
  at: 0,
  actor,
  event: 'x',
  from: [],
  states: [state],
  heldMs: 0,
});

function aThinned() {
  const clock = simulatedClock();
  const told: InspectedEvent[] = [];
  return { clock, told, ...thinned(clock, (event) => void told.push(event)) };
}

it('tells two thousand events a second whole', async () => {
  const { clock, told, tell } = aThinned();

  for (let tenth = 0; tenth < 10; tenth++) {
    for (let n = 0; n < 200; n++) tell(aMessage);
    await clock.advance(100);
  }

  expect(told).toHaveLength(2_000);
  expect(told.every(({ type }) => type === 'message.sent')).toBe(true);
});

it('tells where everybody has come to, and how much it left out, when there is more', async () => {
  const { clock, told, tell } = aThinned();
  for (let n = 0; n < 200; n++) tell(aMessage);

  for (let n = 0; n < 300; n++) tell(aMessage);
  tell(aMove('one'));
  tell(aMove('two'));
  await clock.advance(100);

  expect(told.slice(200)).toEqual([
    aMove('two'),
    { type: 'feed.dropped', at: expect.any(Number), count: 301 },
  ]);
});

it('tells of every start and end, however much there is, and the last move before the end', () => {
  const { told, tell } = aThinned();
  for (let n = 0; n < 500; n++) tell(aMessage);

  tell(started);
  tell(aMove('one', 'b'));
  tell(stopped);

  expect(told.slice(200)).toEqual([started, aMove('one', 'b'), stopped]);
});

it('keeps nothing waiting once it is over', async () => {
  const { clock, told, tell, end } = aThinned();
  for (let n = 0; n < 500; n++) tell(aMessage);

  end();
  await clock.advance(1_000);

  expect(told).toHaveLength(200);
  expect(clock.pending).toBe(0);
});
