import { describe, expect, it } from 'vitest';
import { fromPromise, setup } from 'xstate';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';
import { chartOf } from '../../src/inspector/chart.ts';
import { layOut } from '../../src/inspector/layout.ts';
import type { DrawnState } from '../../src/shared/inspection.ts';

const MACHINES = [supervisorMachine, teamMachine, leaderMachine, memberMachine];

describe('the chart of a machine', () => {
  it('says in words what leads from one state to another', () => {
    const { transitions } = chartOf(leaderMachine);

    expect(transitions).toContainEqual({
      from: 'working.recalling',
      to: 'working.thinking',
      event: 'done: beginRun',
    });
    expect(transitions).toContainEqual({
      from: 'working.starting',
      to: 'working.acting',
      event: '',
      guard: 'isBroadcast',
    });
    expect(transitions).toContainEqual({ from: 'working', to: 'settled', event: 'after deadline' });
    expect(transitions).toContainEqual({
      from: 'working.thinking',
      to: 'working.retrying',
      event: 'done: callModel',
      guard: 'mayRetry',
    });
  });

  it('names who works in a state, what is inside of what, and where it begins', () => {
    const { states } = chartOf(leaderMachine);

    expect(states).toContainEqual({
      id: 'working.recalling',
      name: 'recalling',
      within: 'working',
      kind: 'atomic',
      isInitial: false,
      invokes: ['beginRun'],
    });
    expect(
      states.filter(({ isInitial, within }) => isInitial && within === 'working'),
    ).toMatchObject([{ name: 'starting' }]);
    expect(states.find(({ id }) => id === 'working.acting')?.kind).toBe('compound');
  });

  it('tells an actor that failed from one that is done', () => {
    const machine = setup({ actors: { work: fromPromise(() => Promise.resolve()) } }).createMachine(
      {
        id: 'one',
        initial: 'busy',
        states: { busy: { invoke: { src: 'work', onDone: 'over', onError: 'over' } }, over: {} },
      },
    );

    expect(chartOf(machine).transitions.map(({ event }) => event)).toEqual([
      'done: work',
      'error: work',
    ]);
  });
});

describe('the layout of a chart', () => {
  const charts = MACHINES.map((machine) => layOut(chartOf(machine)));

  it.each(charts.map((chart) => [chart.machine, chart] as const))(
    'of %s has every state once, inside of its own and apart from its neighbours',
    (_name, chart) => {
      const { states, width, height } = chart;
      const byId = new Map(states.map((state) => [state.id, state]));
      expect(byId.size).toBe(states.length);
      for (const state of states) {
        const around = byId.get(state.within ?? '') ?? { x: 0, y: 0, width, height };
        expect(isIn(state, around), `${state.id} in ${state.within}`).toBe(true);
        for (const other of states) {
          if (other.id === state.id || other.within !== state.within) continue;
          expect(isApart(state, other), `${state.id} and ${other.id}`).toBe(true);
        }
      }
    },
  );

  it('draws an arrow from the edge of a state that is left from inside, and says from where', () => {
    const leader = layOut(chartOf(leaderMachine));
    const arrow = leader.arrows.find(({ from, to }) => from === 'working' && to === 'settled');

    expect(arrow?.labels).toContain('leader.cancel');
    expect(arrow?.labels).toContain('acting.waiting: [isRouted]');
  });

  it('lists what is answered without leaving the state, instead of drawing it', () => {
    const supervisor = layOut(chartOf(supervisorMachine));
    const running = supervisor.states.find(({ id }) => id === 'running');

    expect(running?.inside).toContain('supervisor.ask');
    expect(supervisor.arrows.map(({ from, to }) => [from, to])).toEqual([
      ['running', 'draining'],
      ['draining', 'stopped'],
    ]);
  });
});

type Box = Pick<DrawnState, 'x' | 'y' | 'width' | 'height'>;

const isIn = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + 0.5 &&
  inner.y + inner.height <= outer.y + outer.height + 0.5;

const isApart = (one: Box, other: Box): boolean =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;
