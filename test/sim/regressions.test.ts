import { expect, it } from 'vitest';
import type { RunEvent } from '../../machines/question.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { quiet } from '../../src/testing/clock.ts';
import { openHeldHouse } from '../support/held-house.ts';

/** What the simulation has found, each as a user or an operator saw it. */

const outcomeOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'run.settled' ? [event.outcome] : []));

const draftsOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'run.drafted' ? [[event.turn, event.delta]] : []));

const startsOf = (events: readonly RunEvent[]) =>
  events.filter(({ type }) => type === 'run.started').length;

it('refuses a question that is asked when the house is closed', async () => {
  const house = await openHeldHouse({ hold: [] });
  await house.runtime.stop();

  const { events } = await house.ask(aQuestion());

  expect(outcomeOf(events)).toEqual([{ kind: 'refused', refusal: { kind: 'draining' } }]);
});

it('leaves what an earlier life had not answered to the next one when it closes meanwhile', async () => {
  const unfinished = Array.from({ length: 9 }, (_, nth) => ({
    question: aQuestion({ run: `old${nth}`, channel: `c${nth}` }),
    tries: { inAll: 0, inVain: 0 },
  }));
  const house = await openHeldHouse({ hold: ['model'], unfinished });
  const stopped = house.runtime.stop();

  while (house.runtime.view(0).teamCount > 0) await house.at('model')[0].answer();

  await stopped;
  expect(house.calls('model')).toBe(3);
  expect(house.closed).toEqual([]);
});

it('answers two quick questions of one channel in order though the inbox took the second first', async () => {
  const house = await openHeldHouse({ hold: ['accept', 'begin'] });
  await house.ask(aQuestion({ run: 'first' }));
  await house.ask(aQuestion({ run: 'second' }));
  const [first, second] = house.at('accept');

  await second?.answer();
  await first.answer();

  expect(house.at('begin').map(({ runId }) => runId)).toEqual(['first']);
});

it('stops a question that is taken back before the inbox has taken it', async () => {
  const house = await openHeldHouse({ hold: ['accept', 'model'] });
  const { events } = await house.ask(aQuestion());

  house.runtime.signal({ type: 'cancel', userId: aQuestion().userId });
  await house.at('accept')[0].answer();

  expect(outcomeOf(events)).toMatchObject([{ kind: 'cancelled' }]);
  expect(house.calls('model')).toBe(0);
});

it('stops a question of an earlier life that has not been taken up again', async () => {
  const unfinished = Array.from({ length: 4 }, (_, nth) => ({
    question: aQuestion({ run: `old${nth}`, channel: `c${nth}` }),
    tries: { inAll: 0, inVain: 0 },
  }));
  const house = await openHeldHouse({ hold: ['model'], unfinished });

  house.runtime.signal({ type: 'cancel', userId: aQuestion().userId });
  await quiet();

  expect(house.runtime.underway(aQuestion().userId)).toEqual([]);
  expect(house.calls('model')).toBeLessThanOrEqual(3);
});

it('furnishes a team once, however often its hydration is tried', async () => {
  const house = await openHeldHouse({ hold: ['hydrate'] });
  await house.ask(aQuestion());

  await house.at('hydrate')[0].fail('storage');
  house.clock.next();
  await quiet();

  expect(house.calls('hydrate')).toBe(2);
  expect(house.calls('furnish')).toBe(1);
});

it('tells its user when a team does not open, and starts another one for the next question', async () => {
  const house = await openHeldHouse({ hold: ['furnish'] });
  const { events } = await house.ask(aQuestion({ run: 'first' }));

  await house.clock.advance(60_000);

  expect(outcomeOf(events)).toEqual([{ kind: 'refused', refusal: { kind: 'team_unavailable' } }]);
  expect(house.at('furnish')[0].signal?.aborted).toBe(true);
  const next = await house.ask(aQuestion({ run: 'second' }));
  await house.clock.advance(5_000);
  await house.at('furnish')[1]?.answer();
  expect(outcomeOf(next.events)).toMatchObject([{ kind: 'answered' }]);
});

it('does not lose the question that waits behind a suspect when the next team cannot open', async () => {
  const house = await openHeldHouse({ hold: ['model', 'hydrate'] });
  const suspect = await house.ask(aQuestion({ run: 'suspect', channel: 'one' }));
  const innocent = await house.ask(aQuestion({ run: 'innocent', channel: 'two' }));
  await house.at('hydrate')[0].answer();
  await house.at('model')[0].break();

  await house.clock.advance(2_000);
  for (let tries = 3; tries > 0; tries--) {
    await house.at('hydrate')[0].fail('storage');
    await house.clock.advance(2_000);
  }

  expect(outcomeOf(suspect.events)).toMatchObject([{ refusal: { kind: 'team_unavailable' } }]);
  await house.clock.advance(10_000);
  await house.at('hydrate')[0].answer();
  await house.at('model').at(-1)?.answer();
  expect(outcomeOf(innocent.events)).toMatchObject([{ kind: 'answered' }]);
});

it('does not ask the store for a team that was removed while it was furnished', async () => {
  const house = await openHeldHouse({ hold: ['furnish'] });
  await house.ask(aQuestion());
  house.runtime.dismiss(aQuestion().userId);

  await house.at('furnish')[0].answer();

  expect(house.calls('hydrate')).toBe(0);
});

it('says that a team starts, not that its question waits, once it has a place', async () => {
  const house = await openHeldHouse({ hold: ['hydrate', 'model'], maxTeams: 1 });
  await house.ask(aQuestion({ run: 'busy', user: 'ada' }));
  await house.ask(aQuestion({ run: 'next', user: 'bob' }));
  await house.at('hydrate')[0].answer();

  await house.at('model')[0].answer();

  expect(house.runtime.underway(aQuestion({ user: 'bob' }).userId)).toMatchObject([
    { state: 'starting' },
  ]);
});

it('shows nothing more of a call once its run was taken back', async () => {
  const house = await openHeldHouse({ hold: ['model', 'end'] });
  const { events } = await house.ask(aQuestion());
  const [call] = house.at('model');
  call.say('Six times ');
  house.runtime.signal({ type: 'cancel', userId: aQuestion().userId });
  await quiet();

  call.say('seven');
  await quiet();

  expect(draftsOf(events).map(([, delta]) => delta)).toEqual(['Six times ']);
});

it('begins the draft anew when a crash makes a run begin again', async () => {
  const house = await openHeldHouse({ hold: ['model'] });
  const { events } = await house.ask(aQuestion());
  const [before] = house.at('model');
  before.say('Six ');
  await before.break();
  house.clock.next();
  await quiet();
  const joined: RunEvent[] = [];

  house.at('model')[0].say('It is ');
  const late = house.runtime.watch(aQuestion().runId, aQuestion().userId);
  void (async () => {
    for await (const event of late ?? []) joined.push(event);
  })();
  await quiet();

  expect(startsOf(events)).toBe(2);
  const [[firstTurn], [secondTurn]] = draftsOf(events) as [[number, string], [number, string]];
  expect(secondTurn).toBeGreaterThan(firstTurn);
  expect(draftsOf(joined)).toEqual([[secondTurn, 'It is ']]);
});

it('does not end a question that is asked again with what the removed team still says', async () => {
  const house = await openHeldHouse({ hold: ['model', 'end'] });
  await house.ask(aQuestion());
  house.runtime.dismiss(aQuestion().userId);
  const { events } = await house.ask(aQuestion());

  await house.at('end')[0].answer();

  expect(outcomeOf(events)).toEqual([]);
  const [, fresh] = house.at('model');
  await fresh?.answer();
  await house.at('end')[0].answer();
  expect(outcomeOf(events)).toMatchObject([{ kind: 'answered', text: 'Done.' }]);
});
