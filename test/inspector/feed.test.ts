import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { createFeed } from '../../src/inspector/feed.ts';
import type { InspectedEvent } from '../../src/shared/inspected-event.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { cast, delegate, HANG, say, use } from '../../src/testing/scripts.ts';

const ADA = UserId('ada');

/** A watched house; everything in it happens at one instant. */
async function aWatchedHouse(script = helped()) {
  const log = recordedLog();
  const feed = createFeed({ clock: simulatedClock(), log });
  const house = await aHouse({ watcher: feed.watcher, script });
  return { feed, house, log };
}

const helped = () =>
  cast({
    leader: [delegate({ math: 'Add.' }), say('42')],
    math: [use('look'), say('six')],
  });

function collecting() {
  const events: InspectedEvent[] = [];
  return { events, tell: (event: InspectedEvent) => void events.push(event) };
}

/** What an actor is called among its siblings; invoked ports by what they do. */
function named(events: readonly InspectedEvent[], actor: string): string {
  const start = events.find((event) => event.type === 'actor.started' && event.actor === actor);
  if (start?.type !== 'actor.started') return actor;
  return start.name.startsWith('0.') ? start.machine : start.name;
}

/** The life of the team in words. */
const inWords = (events: readonly InspectedEvent[]): readonly string[] =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'actor.started':
        return [`${named(events, event.actor)} starts ${event.states.join(' & ')}`.trim()];
      case 'actor.moved':
        return [`${named(events, event.actor)} → ${event.states.join(' & ')}`];
      case 'step.ended':
        return [`${event.agent} ${event.kind}: ${event.result}`];
      default:
        return [];
    }
  });

describe('the feed of a team', () => {
  it('tells who starts, where everybody goes and what is called, in the order in which one leads to the other', async () => {
    const { feed, house } = await aWatchedHouse();
    const { events, tell } = collecting();

    feed.follow(ADA, tell);
    await house.ask('ada1');

    expect(inWords(events)).toEqual([
      'team starts arriving.hydrating',
      'hydrate starts',
      'team → open.busy',
      'leader0 starts working.recalling',
      'beginRun starts',
      'leader0 → working.thinking',
      'callModel starts',
      'leader model: ok',
      'leader0 → working.acting.waiting',
      'member0 starts thinking',
      'callModel starts',
      'math model: ok',
      'member0 → acting',
      'runTools starts',
      'math tools: ok',
      'member0 → thinking',
      'callModel starts',
      'math model: ok',
      'member0 → reported',
      'leader0 → working.thinking',
      'callModel starts',
      'leader model: ok',
      'leader0 → ending',
      'endRun starts',
      'leader0 → done',
      'team → open.idle',
    ]);
  });

  it('tells a latecomer first who is there, and where', async () => {
    const { feed, house } = await aWatchedHouse(cast({ leader: [HANG] }));
    await house.ask('ada1');
    const { events, tell } = collecting();

    feed.follow(ADA, tell);

    expect(inWords(events)).toEqual([
      'team starts open.busy',
      'leader0 starts working.thinking',
      'callModel starts',
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'step.started', kind: 'model', agent: 'leader' }),
    );
  });

  it('goes on with the next incarnation, whose actors have names of their own', async () => {
    const { feed, house } = await aWatchedHouse();
    const { events, tell } = collecting();
    feed.follow(ADA, tell);

    await house.ask('ada1');
    house.runtime.dismiss(ADA);
    await house.ask('ada2');

    const teams = events.filter(
      (event) => event.type === 'actor.started' && event.machine === 'team',
    );
    expect(new Set(teams.map((event) => ('actor' in event ? event.actor : ''))).size).toBe(2);
    expect(inWords(events)).toContain('team → closed');
  });

  it('names messages by type and size, tools and members by the roster alone', async () => {
    const { feed, house } = await aWatchedHouse(
      cast({ leader: [use('canary-tool', { canary: 'x' }), say('canary-answer')] }),
    );
    const { events, tell } = collecting();
    feed.follow(ADA, tell);

    await house.ask('ada1', { text: 'canary-question' });

    expect(JSON.stringify(events)).not.toContain('canary');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'step.started', kind: 'tools', tools: ['unknown'] }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'message.sent', event: 'team.ask', chars: 27 }),
    );
  });

  it('says how many questions wait and how many are worked at', async () => {
    const { feed, house } = await aWatchedHouse(cast({ leader: [HANG] }));
    const { events, tell } = collecting();
    feed.follow(ADA, tell);

    await house.ask('ada1');
    await house.ask('ada2');

    const counts = events.flatMap((event) =>
      event.type === 'mailbox.changed' ? [`${event.queued}+${event.running}`] : [],
    );
    expect(counts).toEqual(['0+0', '1+0', '0+1', '1+1']);
  });

  it('says how a step that was cut short ended', async () => {
    const { feed, house } = await aWatchedHouse(cast({ leader: [HANG] }));
    const { events, tell } = collecting();
    feed.follow(ADA, tell);
    await house.ask('ada1');

    house.runtime.signal({ type: 'cancel', userId: ADA });
    await house.pass(0);

    expect(inWords(events)).toContain('leader model: stopped');
  });

  it('is over when its follower has enough, and tells nothing of other users', async () => {
    const { feed, house } = await aWatchedHouse();
    const { events, tell } = collecting();
    const leave = feed.follow(ADA, tell);

    await house.ask('eve1');
    expect(events).toEqual([]);
    leave();
    await house.ask('ada1');

    expect(events).toEqual([]);
  });

  it('leaves the team unharmed when its follower throws', async () => {
    const { feed, house, log } = await aWatchedHouse();
    feed.follow(ADA, () => {
      throw new Error('a bad day');
    });

    const run = await house.ask('ada1');

    expect(run.outcome?.kind).toBe('answered');
    expect(log.events('warn')).toEqual(['inspector.gave_up']);
  });
});

describe('the feed of the house', () => {
  it('tells what the supervisor comes to, and who would leave next', async () => {
    const { feed, house } = await aWatchedHouse();
    const { events, tell } = collecting();
    feed.followHouse(tell);

    await house.ask('ada1');
    await house.ask('eve1');
    await house.close();

    expect(
      events.map((event) =>
        event.type === 'supervisor.moved' ? [event.event, event.state, event.next] : [],
      ),
    ).toEqual([
      ['supervisor.ask', 'running', []],
      ['supervisor.settled', 'running', ['ada']],
      ['supervisor.ask', 'running', ['ada']],
      ['supervisor.settled', 'running', ['ada', 'eve']],
      ['supervisor.drain', 'draining', []],
      ['supervisor.released', 'draining', []],
      ['supervisor.released', 'stopped', []],
    ]);
  });
});
