import { describe, expect, it } from 'vitest';
import { askedIn, bug, cast, delegate, say } from '../../src/testing/scripts.ts';
import { gate } from '../support/gates.ts';
import { house } from '../support/house.ts';

/** Teams that crash are started again at once: tests wait for no pause. */
const AT_ONCE = { backoffFirstMs: 1, backoffLongestMs: 1 };

describe('A bug in one team', () => {
  it('touches nobody else: the others go on with what they were saying', async () => {
    const door = gate();
    const { ask, log } = await house({
      limits: { supervisor: { ...AT_ONCE, maxDeliveries: 1 } },
      script: async ({ run }) => {
        if (run.userId === 'eve') return bug('eve hit a bug');
        await door.pass();
        return say(`for ${run.userId}`);
      },
    });
    const others = ['ada', 'bob', 'cyd'].map((user) => ask('hello', { user }));
    await door.reached;

    const eve = await ask('hello', { user: 'eve' }).outcome;
    door.open();

    expect(eve).toMatchObject({ kind: 'failed', failure: { kind: 'poisonous' } });
    expect(await Promise.all(others.map(({ outcome }) => outcome))).toMatchObject([
      { text: 'for ada' },
      { text: 'for bob' },
      { text: 'for cyd' },
    ]);
    const crash = log.lines.find(({ event }) => event === 'team.crashed');
    expect(crash?.fields).toMatchObject({
      userId: 'eve',
      error: expect.stringContaining('eve hit a bug'),
    });
  });

  it('that happens once does not cost the answer: the next incarnation gives it', async () => {
    let calls = 0;
    const { ask } = await house({
      limits: { supervisor: AT_ONCE },
      script: () => {
        calls += 1;
        return calls === 1 ? bug('once') : say('Done.');
      },
    });

    const asked = ask('hello');

    expect(await asked.outcome).toMatchObject({ kind: 'answered', text: 'Done.' });
    expect(asked.events.filter(({ type }) => type === 'run.settled')).toHaveLength(1);
  });

  it('in a member ends the team like one in its leader, and is survived like one', async () => {
    let calls = 0;
    const { say: tell } = await house({
      limits: { supervisor: AT_ONCE },
      script: cast({
        leader: (request) =>
          request.messages.some(({ role }) => role === 'tool')
            ? say('Done.')
            : delegate({ math: 'add up' }),
        math: () => {
          calls += 1;
          return calls === 1 ? bug('once') : say('5');
        },
      }),
    });

    expect(await tell('Add up.')).toMatchObject({ kind: 'answered', text: 'Done.' });
  });

  it('does not take innocent questions down with the one that causes it', async () => {
    const { ask } = await house({
      limits: { supervisor: { ...AT_ONCE, maxCrashes: 10 } },
      script: (request) =>
        askedIn(request) === 'poison' ? bug('poison') : say(`re: ${askedIn(request)}`),
    });

    const asked = [
      ask('poison', { channel: 'lab' }),
      ask('one', { channel: 'street' }),
      ask('two', { channel: 'street' }),
    ];

    expect(await Promise.all(asked.map(({ outcome }) => outcome))).toMatchObject([
      { kind: 'failed', failure: { kind: 'poisonous' } },
      { kind: 'answered', text: 're: one' },
      { kind: 'answered', text: 're: two' },
    ]);
  });

  it('that keeps coming back sends its user, and only that user, into quarantine', async () => {
    const { say: tell } = await house({
      limits: { supervisor: { ...AT_ONCE, maxCrashes: 1, maxDeliveries: 1, quarantineMs: 60_000 } },
      script: ({ run }) => (run.userId === 'eve' ? bug('again') : say('Done.')),
    });
    await tell('first', { user: 'eve' });
    await tell('second', { user: 'eve' });

    const third = await tell('third', { user: 'eve' });

    expect(third).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'quarantined', retryAfterMs: expect.any(Number) },
    });
    expect(await tell('hello', { user: 'ada' })).toMatchObject({ kind: 'answered' });
  });

  it('gives back once what the team had acquired, before the next incarnation acquires its own', async () => {
    const journal: string[] = [];
    let calls = 0;
    const { say: tell, troupe } = await house({
      limits: { supervisor: AT_ONCE },
      async furnish(scope) {
        const name = `connection ${journal.filter((line) => line.startsWith('open')).length + 1}`;
        journal.push(`open ${name}`);
        scope.acquire(name, () => void journal.push(`close ${name}`));
      },
      script: () => {
        calls += 1;
        return calls === 1 ? bug('once') : say('Done.');
      },
    });

    await tell('hello');
    await troupe.stop();

    expect(journal).toEqual([
      'open connection 1',
      'close connection 1',
      'open connection 2',
      'close connection 2',
    ]);
  });

  it('leaves its session as it was, with the question that was given up: the next is answered with what was said before', async () => {
    let isBroken = false;
    const {
      say: tell,
      requests,
      history,
    } = await house({
      store: 'postgres',
      limits: { supervisor: { ...AT_ONCE, maxDeliveries: 1 } },
      script: () => (isBroken ? bug('broken') : say('Done.')),
    });
    await tell('before');
    isBroken = true;
    await tell('during');
    isBroken = false;

    await tell('after');

    expect(
      requests
        .at(-1)
        ?.messages.map(({ content }) => content)
        .slice(1),
    ).toEqual(['before', 'Done.', 'after']);
    // Whoever watches is told of the end before it is written.
    await expect
      .poll(() => history())
      .toEqual([...['before', 'Done.'], ...['during', 'failed: poisonous'], ...['after', 'Done.']]);
  });
});
