import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../src/testing/clock.ts';
import { askedIn, meeting, say, shownIn } from '../../src/testing/scripts.ts';
import { gate } from '../support/gates.ts';
import { house } from '../support/house.ts';

describe('Questions of one user', () => {
  it('are answered side by side in two channels', async () => {
    const bothAreThere = meeting(2);
    const { say: tell } = await house({
      script: async (request) => {
        await bothAreThere();
        return say(`re: ${askedIn(request)}`);
      },
    });

    const outcomes = await Promise.all([
      tell('first', { channel: 'lab' }),
      tell('second', { channel: 'street' }),
    ]);

    expect(outcomes).toMatchObject([{ text: 're: first' }, { text: 're: second' }]);
  });

  it('are answered one after the other in one channel, each with its place in the queue', async () => {
    const door = gate();
    const begun: string[] = [];
    const { ask } = await house({
      script: async (request) => {
        begun.push(askedIn(request));
        if (begun.length === 1) await door.pass();
        return say(`re: ${askedIn(request)}`);
      },
    });

    const first = ask('one');
    await door.reached;
    const [second, third] = [ask('two'), ask('three')];
    const places = [await second.sees('run.queued'), await third.sees('run.queued')];
    const begunBefore = [...begun];
    door.open();
    await Promise.all([first.outcome, second.outcome, third.outcome]);

    expect(places).toMatchObject([
      { behind: 'channel', place: 1 },
      { behind: 'channel', place: 2 },
    ]);
    expect(begunBefore).toEqual(['one']);
    expect(begun).toEqual(['one', 'two', 'three']);
  });

  it('are refused politely when too many wait in a channel, and the others are still answered', async () => {
    const door = gate();
    const { ask } = await house({
      limits: { team: { maxQueuedPerChannel: 1 } },
      script: async (request) => {
        await door.pass();
        return say(`re: ${askedIn(request)}`);
      },
    });

    const first = ask('one');
    await door.reached;
    const second = ask('two');
    const third = await ask('three').outcome;
    door.open();

    expect(third).toEqual({ kind: 'refused', refusal: { kind: 'channel_full' } });
    expect(await first.outcome).toMatchObject({ text: 're: one' });
    expect(await second.outcome).toMatchObject({ text: 're: two' });
  });
});

describe('A newcomer to a full house', () => {
  it('waits with a visible place, and is answered when somebody is done', async () => {
    const door = gate();
    const { ask, troupe } = await house({
      maxTeams: 1,
      script: async (request) => {
        if (request.run.userId === 'ada') await door.pass();
        return say(`for ${request.run.userId}`);
      },
    });

    const ada = ask('long', { user: 'ada' });
    await door.reached;
    const [bob, cyd] = [ask('short', { user: 'bob' }), ask('short', { user: 'cyd' })];
    const places = [await bob.sees('run.queued'), await cyd.sees('run.queued')];
    const seen = troupe.view(10);
    door.open();

    expect(places).toMatchObject([
      { behind: 'house', place: 1 },
      { behind: 'house', place: 2 },
    ]);
    expect(seen).toMatchObject({ teamCount: 1, waitingCount: 2, maxTeams: 1 });
    expect(await ada.outcome).toMatchObject({ text: 'for ada' });
    expect(await bob.outcome).toMatchObject({ text: 'for bob' });
    expect(await cyd.outcome).toMatchObject({ text: 'for cyd' });
  });

  it('is refused politely when the queue is full too', async () => {
    const door = gate();
    const { ask, say: tell } = await house({
      maxTeams: 1,
      limits: { supervisor: { maxWaiting: 1 } },
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });

    const ada = ask('long', { user: 'ada' });
    await door.reached;
    const bob = ask('short', { user: 'bob' });
    const cyd = await tell('short', { user: 'cyd' });
    door.open();

    expect(cyd).toMatchObject({ kind: 'refused', refusal: { kind: 'house_full' } });
    expect([await ada.outcome, await bob.outcome]).toMatchObject([
      { kind: 'answered' },
      { kind: 'answered' },
    ]);
  });

  it('is refused politely when no place becomes free in time', async () => {
    const clock = simulatedClock();
    const door = gate();
    const { ask } = await house({
      clock,
      maxTeams: 1,
      limits: { supervisor: { maxWaitMs: 30_000 } },
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });

    const ada = ask('long', { user: 'ada' });
    await door.reached;
    const bob = ask('short', { user: 'bob' });
    await bob.sees('run.queued');
    await clock.advance(30_000);

    expect(await bob.outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'waited_too_long' },
    });
    door.open();
    expect(await ada.outcome).toMatchObject({ kind: 'answered' });
  });

  it('takes the place of the least recently used idle team, whose session is still there afterwards', async () => {
    const { say: tell, requests, troupe, kept } = await house({ maxTeams: 2, store: 'postgres' });
    await tell('I am Ada.', { user: 'ada' });
    await tell('I am Bob.', { user: 'bob' });

    await tell('I am Cyd.', { user: 'cyd' });
    const alive = troupe.view(10).teams.map(({ userId }) => userId);
    await tell('Who am I?', { user: 'ada' });

    expect(alive).toEqual(['bob', 'cyd']);
    expect(requests.map(shownIn).at(-1)).toEqual([
      'user: I am Ada.',
      'assistant: Done.',
      'user: Who am I?',
    ]);
    expect(kept().health()).toEqual({ kind: 'ok' });
  });

  it('never interrupts a busy team: the idle one leaves, though it was used later', async () => {
    const door = gate();
    const {
      ask,
      say: tell,
      troupe,
    } = await house({
      maxTeams: 2,
      script: async (request) => {
        if (request.run.userId === 'ada') await door.pass();
        return say('Done.');
      },
    });
    const ada = ask('long', { user: 'ada' });
    await door.reached;
    await tell('short', { user: 'bob' });

    await tell('short', { user: 'cyd' });
    const alive = troupe.view(10).teams.map(({ userId }) => userId);
    door.open();

    expect(alive.toSorted()).toEqual(['ada', 'cyd']);
    expect(await ada.outcome).toMatchObject({ kind: 'answered' });
  });
});

describe('What a team has acquired', () => {
  it('is given back before the newcomer gets its place', async () => {
    const journal: string[] = [];
    const closing = gate();
    const {
      ask,
      say: tell,
      troupe,
    } = await house({
      maxTeams: 1,
      async furnish(scope) {
        journal.push(`${scope.userId} opens`);
        scope.acquire('connection', async () => {
          await closing.pass();
          journal.push(`${scope.userId} has closed`);
        });
      },
    });
    await tell('hello', { user: 'ada' });

    const bob = ask('hello', { user: 'bob' });
    await closing.reached;
    const whileClosing = troupe.view(10).teams;
    closing.open();

    expect(await bob.outcome).toMatchObject({ kind: 'answered' });
    expect(whileClosing).toMatchObject([{ userId: 'ada', state: 'closing' }]);
    expect(journal).toEqual(['ada opens', 'ada has closed', 'bob opens']);
    await troupe.stop();
    expect(journal).toEqual(['ada opens', 'ada has closed', 'bob opens', 'bob has closed']);
  });
});
