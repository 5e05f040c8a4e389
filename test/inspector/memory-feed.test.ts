import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { UserId } from '../../machines/ids.ts';
import type { MemoryPort } from '../../machines/memory/memory.protocol.ts';
import { createFeed } from '../../src/inspector/feed.ts';
import { MACHINES } from '../../src/inspector/machines.ts';
import { StatelyTranslator } from '../../src/inspector/stately.ts';
import type { InspectedEvent } from '../../src/shared/inspected-event.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { cast, say } from '../../src/testing/scripts.ts';
import { keptRuns } from '../support/kept-runs.ts';
import { aMemory } from '../support/memory-builders.ts';
import { aQuestion } from '../support/store-builders.ts';

const ADA = UserId('ada');

/** Learns canaries from each message. */
const attentive = (over: Partial<MemoryPort> = {}): MemoryPort => ({
  open: async () => 0,
  recall: async () => ({ text: 'canary-recalled', asOf: 0 }),
  ended: () => true,
  async read() {
    const memory = aMemory(aQuestion({ text: 'canary-said' }), { evidence: 'canary-evidence' });
    const changes = [{ kind: 'add', memory } as const];
    return { kind: 'read', changes, runs: [], usage: NO_USAGE, more: false };
  },
  keep: async () => ({ kind: 'kept' }),
  summarise: async () => ({ kind: 'kept' }),
  close: () => {},
  ...over,
});

/** A watched house whose teams learn. */
async function aLearningHouse(memories = attentive()) {
  const [clock, log] = [simulatedClock(), recordedLog()];
  const feed = createFeed({ clock, log });
  const house = await aHouse({
    clock,
    watcher: feed.watcher,
    memories,
    runs: keptRuns().port,
    script: cast({ leader: () => say('canary-answer') }),
  });
  const events: InspectedEvent[] = [];
  const leave = feed.follow(ADA, (event) => void events.push(event));
  return { feed, house, log, events, leave };
}

/** Where the memory went, in words, and what it called. */
function livesOf(events: readonly InspectedEvent[]): readonly string[] {
  const names = new Map<string, string>();
  const isOfMemory = (parent = '') => names.get(parent) === 'memory';
  for (const event of events) {
    if (event.type !== 'actor.started') continue;
    const { actor, machine, parent } = event;
    if (machine === 'memory' || isOfMemory(parent)) names.set(actor, machine);
  }
  return events.flatMap((event) => {
    const name = 'actor' in event ? names.get(event.actor) : undefined;
    return name === undefined ? [] : inWords(name, event);
  });
}

function inWords(name: string, event: InspectedEvent): readonly string[] {
  switch (event.type) {
    case 'actor.started':
      return [`${name} starts`];
    case 'actor.moved':
      return [`${name} → ${event.states.join(' & ')}`];
    case 'actor.stopped':
      return [`${name} ${event.how}`];
    default:
      return [];
  }
}

describe('the memory of a team, in the feed of its user', () => {
  it('is a root of its own, and tells what it goes through and none of what it learns', async () => {
    const { house, events } = await aLearningHouse();

    await house.ask('ada1', { text: 'canary-question' });
    await house.pass(0);

    expect(livesOf(events)).toEqual([
      'memory starts',
      'memory → living.door.open & living.work.extracting',
      'readMessages starts',
      'readMessages done',
      'memory → living.door.open & living.work.applying',
      'keepMemories starts',
      'keepMemories done',
      'memory → living.door.open & living.work.summarising',
      'summarise starts',
      'summarise done',
      'memory → living.door.open & living.work.idle',
    ]);
    const roots = events.filter(
      (event) => event.type === 'actor.started' && event.parent === undefined,
    );
    expect(roots).toMatchObject([
      { name: 'team', machine: 'team' },
      { name: 'memory', machine: 'memory' },
    ]);
    expect(JSON.stringify(events)).not.toContain('canary');
  });

  it('leaves the mailbox to the team: nobody counts its messages as questions', async () => {
    const { house, events } = await aLearningHouse();

    await house.ask('ada1');
    await house.pass(0);

    const [team] = events.flatMap((event) => ('actor' in event ? [event.actor] : []));
    const counted = events.filter(({ type }) => type === 'mailbox.changed');
    expect(counted.map((event) => 'actor' in event && event.actor)).toEqual(
      counted.map(() => team),
    );
  });

  it('is shown to a latecomer where it is, and its end when the team leaves', async () => {
    const { feed, house } = await aLearningHouse(attentive({ ended: () => false }));
    await house.ask('ada1');
    const late: InspectedEvent[] = [];

    feed.follow(ADA, (event) => void late.push(event));
    const met = livesOf(late);
    house.runtime.dismiss(ADA);
    await house.pass(2_000);

    expect(met).toEqual(['memory starts']);
    expect(late).toContainEqual(
      expect.objectContaining({
        name: 'memory',
        states: expect.arrayContaining(['living.work.collecting']),
      }),
    );
    expect(livesOf(late).at(-1)).toBe('memory done');
  });

  it('is told of no more when nobody follows its user', async () => {
    const { house, events, leave } = await aLearningHouse();
    leave();

    await house.ask('ada1');
    await house.pass(0);

    expect(events).toEqual([]);
  });

  it('is shown again when it crashed and another one takes its place', async () => {
    let reads = 0;
    const read: MemoryPort['read'] = async () => {
      reads += 1;
      if (reads === 1) throw new Error('canary-bug');
      return { kind: 'read', changes: [], runs: [], usage: NO_USAGE, more: false };
    };
    const { house, events, log } = await aLearningHouse(attentive({ read }));

    await house.ask('ada1');
    await house.ask('ada2');
    await house.pass(0);

    const lives = livesOf(events).filter((word) => /^memory (starts|error)/.test(word));
    expect(lives).toEqual(['memory starts', 'memory error', 'memory starts']);
    expect(log.events('warn')).toEqual([]);
    expect(JSON.stringify(events)).not.toContain('canary');
  });

  it('is a root of its own in Stately’s protocol, too', async () => {
    const { house, events } = await aLearningHouse();
    await house.ask('ada1');
    await house.pass(0);
    const translator = new StatelyTranslator(MACHINES);

    const messages = events.flatMap((event) => translator.translate(event) ?? []);

    const actors = messages.filter(({ type }) => type === '@xstate.actor');
    const memory = actors.find((actor) => 'name' in actor && actor.name === 'memory');
    expect(memory).toMatchObject({ parentId: undefined, rootId: memory?.sessionId });
    expect(JSON.stringify(messages)).not.toContain('canary');
  });
});
