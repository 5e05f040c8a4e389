import { describe, expect, it } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import { createFeed } from '../../src/inspector/feed.ts';
import { recordedEvents } from '../../src/inspector/recorded-events.ts';
import { createRecorder } from '../../src/inspector/recorder.ts';
import { replay } from '../../src/inspector/replay.ts';
import { withoutTexts } from '../../src/inspector/without-texts.ts';
import type { InspectedEvent } from '../../src/shared/inspected-event.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { MEMBERS, written } from '../support/nested-team.ts';
import { recordRandomRun } from '../support/random-runs.ts';

const ADA = UserId('ada');
/** Draws a run in which a nested team asks all its members at once. */
const BROADCASTS_IN_A_NEST = 44;

describe('whoever watches a nested team', () => {
  it('sees the tree: a leader below the leader, and its members below that', async () => {
    const feed = createFeed({ clock: simulatedClock(), log: recordedLog() });
    const house = await aHouse({
      watcher: feed.watcher,
      script: written(),
      roster: { members: MEMBERS },
    });
    const events: InspectedEvent[] = [];
    feed.follow(ADA, (event) => void events.push(event));

    await house.ask('ada1');

    expect(machinesIn(events)).toEqual([
      'team',
      'team > leader0 (leader)',
      'team > leader0 > member0 (leader)',
      'team > leader0 > member0 > member0 (member)',
      'team > leader0 > member0 > member1 (member)',
    ]);
    // Seven calls of the model, and one of tools.
    expect(events.filter(({ type }) => type === 'step.ended')).toHaveLength(8);
    await house.close();
  });

  it('reads the steps of members that it starts in its first step, too', async () => {
    const recordings = await recordRandomRun(BROADCASTS_IN_A_NEST);

    expect(recordings.map(replay).filter(({ diverges }) => diverges !== undefined)).toEqual([]);
    const actors = recordings.flatMap(({ steps }) => steps.map(({ actor }) => actor));
    expect(actors).toContain('member0/member0');
  });

  it('reads its recording, which replays to the same states with and without its texts', async () => {
    const clock = simulatedClock();
    const recorder = createRecorder({ clock });
    const house = await aHouse({
      clock,
      recorder,
      script: written(),
      roster: { members: MEMBERS },
    });
    const run = await house.ask('ada1');
    const recording = recorder.recordingOf(RunId('ada1'));
    if (recording === undefined) throw new Error('Nothing was recorded.');

    const again = replay(recording);

    expect(again).toMatchObject({ diverges: undefined, outcome: run.outcome });
    expect(new Set(again.frames.map(({ step }) => step.actor))).toEqual(
      new Set(['leader0', 'member0', 'member0/member0', 'member0/member1']),
    );
    expect(machinesIn(recordedEvents(again))).toEqual([
      'leader0',
      'leader0 > member0 (leader)',
      'leader0 > member0 > member0/member0 (member)',
      'leader0 > member0 > member0/member1 (member)',
    ]);
    const bare = withoutTexts(recording);
    expect(JSON.stringify(bare)).not.toContain('Eve');
    expect(replay(bare)).toMatchObject({ diverges: undefined });
    await house.close();
  });
});

/** Every machine that started, with those that it works for; its ports are left out. */
function machinesIn(events: readonly InspectedEvent[]): readonly string[] {
  const names = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'actor.started' || event.states.length === 0) continue;
    const parent = event.parent && names.get(event.parent);
    names.set(event.actor, parent === undefined ? event.name : `${parent} > ${event.name}`);
  }
  return events.flatMap((event) => {
    if (event.type !== 'actor.started' || event.states.length === 0) return [];
    const name = names.get(event.actor) ?? '';
    return [event.parent === undefined ? name : `${name} (${event.machine})`];
  });
}
