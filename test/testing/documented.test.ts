import {
  aCall,
  aHouse,
  anAgent,
  aQuestion,
  aRoster,
  aRun,
  cast,
  delegate,
  elapses,
  explore,
  HANG,
  leaderMachine,
  nobody,
  SteppedMachine,
  said,
  say,
  sentIn,
  settles,
  shortestPaths,
  wished,
} from 'troupe/testing';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, StateMachine } from 'xstate';

// The parts of this file that docs/testing.md shows stand there word for word: a test compares them.

const input = {
  run: aRun(),
  slot: 'leader0',
  question: aQuestion({ text: 'What is six times seven?' }),
  roster: aRoster({ members: [anAgent('math')] }),
  reportTo: nobody,
  progressTo: nobody,
} as const;
const BEGUN = { start: { kind: 'begun', history: [], steps: [] }, at: 0 } as const;

describe('A leader, stepped', () => {
  it('thinks when it has recalled, and uses what the model asks for', () => {
    const leader = new SteppedMachine(leaderMachine, input);
    expect(leader.state).toBe('working.recalling');

    leader.settle('beginRun', BEGUN);
    expect(leader.state).toBe('working.thinking');
    expect(leader.asked).toMatchObject({ stepKey: 'leader/1', agent: 'leader' });

    leader.settle('callModel', wished(aCall('look')));
    expect(leader.state).toBe('working.acting.using');
    expect(leader.next).toContain('leader.cancel');
  });

  it('can be put into any state, and gives up there when its deadline passes', () => {
    const leader = new SteppedMachine(leaderMachine, input);

    leader.enter({ working: 'concluding' });
    leader.elapse('deadline');

    expect(leader.state).toBe('ending');
    expect(leader.snapshot.context.outcome).toMatchObject({ failure: { kind: 'timeout' } });
  });
});

const { config, implementations }: AnyStateMachine = leaderMachine;
const { working } = config.states ?? {};
const hurried = new StateMachine(
  {
    ...config,
    states: {
      ...config.states,
      working: { ...working, on: { ...working?.on, 'leader.hurry': '.concluding' } },
    },
  },
  implementations,
);

describe('A leader that is told to hurry', () => {
  it('asks for an answer at once, and offers no tools any more', () => {
    const leader = new SteppedMachine(hurried, input);
    leader.settle('beginRun', BEGUN);

    leader.hear({ type: 'leader.hurry' });

    expect(leader.state).toBe('working.concluding');
    expect(leader.asked).toMatchObject({ stepKey: 'leader/1', tools: [] });
  });

  it('stops the members that are at work', () => {
    const leader = new SteppedMachine(hurried, input);
    leader.settle('beginRun', BEGUN);
    leader.settle('callModel', wished(aCall('delegate_task_to_member', TASK)));
    expect(leader.children).toContain('member0');

    leader.hear({ type: 'leader.hurry' });

    expect(leader.effects.stopped).toContain('member0');
  });

  it('comes to its end from every state that there is', () => {
    const { states, deadEnds, hopeless, unlisted } = explore({
      machine: hurried,
      input,
      world: { reports: 0 },
      table: {
        ...settles('leader.working.recalling', [BEGUN]),
        ...settles('leader.working.thinking', [said('42'), wished(aCall('look'))]),
        ...settles('leader.working.concluding', [said('42'), said('')]),
        ...settles('leader.working.acting.using', [[{ kind: 'returned', content: 'A cat.' }]]),
        ...settles('leader.ending', [{ kind: 'saved' }]),
        ...elapses('deadline.leader.working'),
        'leader.hurry': () => [{ type: 'leader.hurry' }],
        'leader.cancel': () => [{ type: 'leader.cancel' }],
        'member.reported': () => [],
      },
      key: ({ snapshot: { value, context }, world }) =>
        JSON.stringify([value, context.steps, context.calls, context.attempts, world]),
      observe: ({ from, actions }) => ({
        reports:
          from.world.reports +
          sentIn(actions).filter(({ type }) => type === 'leader.finished').length,
      }),
      check: ({ snapshot, world }) => {
        if (world.reports !== (snapshot.status === 'done' ? 1 : 0)) throw new Error('one report');
      },
      goal: ({ snapshot }) => snapshot.status === 'done',
      maxStates: 1_000,
    });

    expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
    expect(states).toBeGreaterThan(10);
  });
});

const TASK = { member_id: 'math', task: 'Add six and seven.' };

describe('The shortest way', () => {
  it('to each state is found by what is heard', () => {
    const paths = shortestPaths(leaderMachine, {
      input,
      events: [
        { type: 'xstate.done.actor.0.leader.working.recalling', output: BEGUN },
        { type: 'xstate.done.actor.0.leader.working.thinking', output: said('42') },
        { type: 'leader.cancel' },
      ],
    });

    expect(paths.map(({ state, events }) => `${state} by ${events.length}`)).toEqual([
      'working.recalling by 0',
      'working.thinking by 1',
      'ending by 1',
    ]);
  });
});

describe('A whole house', () => {
  it('answers with what its members found', async () => {
    const script = cast({ leader: [delegate({ math: 'Add.' }), say('13')], math: [say('13')] });
    const house = await aHouse({ script });
    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: '13' });
  });

  it('gives up when its deadline passes, on a clock that the test turns', async () => {
    const house = await aHouse({
      script: cast({ leader: [HANG] }),
      roster: { limits: { deadlineMs: 60_000 } },
    });
    const run = await house.ask('ada1');
    expect(run.outcome).toBeUndefined();

    await house.pass(60_000);

    expect(run.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
  });
});
