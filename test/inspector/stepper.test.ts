import { describe, expect, it } from 'vitest';
import { replay } from '../../src/inspector/replay.ts';
import { diffOf } from '../../src/inspector/replay-diff.ts';
import { Stepper } from '../../src/inspector/stepper.ts';
import { cast, say } from '../../src/testing/scripts.ts';
import { aRecording } from './a-recording.ts';

/** What each command prints, one after the other. */
async function walk(...commands: readonly string[]): Promise<readonly string[]> {
  const stepper = new Stepper(replay(await aRecording()));
  return commands.map((command) => stepper.obey(command).lines.join('\n'));
}

const step = (line: string | undefined): string => line?.trim().split('\n')[0] ?? '';

describe('walking through a replay', () => {
  it('goes forward, back and to a step, and says who is where', async () => {
    const [second, third, first, seventh] = await walk('n', '', 'g 1', 'g 7');

    expect(step(second)).toBe(
      '2        +0 ms  leader0 done: leader.working.recalling → working.thinking',
    );
    expect(step(third)).toMatch(/^3 .* → working.acting.waiting$/);
    expect(step(first)).toMatch(/^1 .* leader0 begins → working.recalling$/);
    expect(step(seventh)).toMatch(/^7 .* member0 done: member.thinking → reported$/);
    expect(seventh).toContain('leader0  is in working.acting');
  });

  it('jumps to the next step in which somebody is in a state', async () => {
    const [acting, ending, nowhere] = await walk('s working.acting', 's ending', 's gone');

    expect(step(acting)).toMatch(/^3 /);
    expect(step(ending)).toMatch(/^10 /);
    expect(nowhere).toBe('There is no such step: they go from 1 to 11.');
  });

  it('does not leave the recording', async () => {
    const [before, after] = await walk('b', 'g 12');

    expect(before).toBe(after);
    expect(before).toContain('There is no such step');
  });

  it('shows the event and the machine with its state', async () => {
    const [, event, diagram] = await walk('n', 'e', 'd');

    expect(event).toContain('"type": "xstate.done.actor.0.leader.working.recalling"');
    expect(diagram).toContain('stateDiagram-v2');
    expect(diagram).toContain('class working__thinking active');
  });

  it('ends when it is told to, and explains itself when it does not understand', async () => {
    const stepper = new Stepper(replay(await aRecording()));

    expect(stepper.obey('what?').lines.join()).toContain('one step forward');
    expect(stepper.obey('q').isOver).toBe(true);
  });
});

describe('the difference of two replays', () => {
  it('is what only one of them has, between what they have in common', async () => {
    const helped = replay(await aRecording());
    const alone = replay(await aRecording({ script: cast({ leader: [say('42')] }) }));

    const lines = diffOf(helped, alone);

    const common = lines.filter(({ sign }) => sign === ' ').map(({ text }) => text);
    expect(common).toEqual([
      'leader0 begins → working.recalling',
      'leader0 done: leader.working.recalling → working.thinking',
      'leader0 done: leader.working.thinking → ending',
      'leader0 done: leader.ending → done',
    ]);
    expect(lines.filter(({ sign }) => sign === '-')).toHaveLength(7);
    expect(lines.filter(({ sign }) => sign === '+')).toHaveLength(0);
  });

  it('is nothing between a replay and itself', async () => {
    const one = replay(await aRecording());

    expect(diffOf(one, one).every(({ sign }) => sign === ' ')).toBe(true);
  });
});
