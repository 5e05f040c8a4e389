/** What XState 5.33.3 does with children, events and steps that we lean on or defend ourselves against. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  assign,
  createActor,
  enqueueActions,
  fromCallback,
  fromPromise,
  initialTransition,
  sendTo,
  setup,
  spawnChild,
  stopChild,
  transition,
} from 'xstate';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';

// The development build warns of what is tested here.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('children', () => {
  it('stay in the snapshot when they are done, until they are stopped', async () => {
    const done = fromPromise(() => Promise.resolve(1));
    const machine = setup({ actors: { done } }).createMachine({
      entry: spawnChild('done', { id: 'child' }),
      on: { clear: { actions: stopChild('child') } },
    });
    const actor = createActor(machine).start();
    await quiet();
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['child']);
    actor.send({ type: 'clear' });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });

  it('are replaced by others of the same id, and the first goes on unseen', () => {
    let running = 0;
    const work = fromCallback(() => {
      running += 1;
      return () => {
        running -= 1;
      };
    });
    const machine = setup({ actors: { work } }).createMachine({
      on: { spawn: { actions: spawnChild('work', { id: 'child' }) } },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'spawn' });
    actor.send({ type: 'spawn' });
    actor.stop();
    expect(running).toBe(1);
  });

  it('hear and start in the order of the actions: what is sent before a spawn arrives before its first word', () => {
    const heard: string[] = [];
    const ear = createActor(
      fromCallback<{ type: string }>(({ receive }) => {
        receive(({ type }) => heard.push(type));
      }),
    ).start();
    const child = fromCallback(() => {
      ear.send({ type: 'child' });
    });
    const machine = setup({ actors: { child } }).createMachine({
      on: {
        first: { actions: [sendTo(ear, { type: 'parent' }), spawnChild('child', { id: 'a' })] },
        last: { actions: [spawnChild('child', { id: 'b' }), sendTo(ear, { type: 'parent' })] },
      },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'first' });
    actor.send({ type: 'last' });
    expect(heard).toEqual(['parent', 'child', 'child', 'parent']);
    actor.stop();
    ear.stop();
  });

  it('of a callback whose receiver throws are not disposed of', () => {
    let disposed = 0;
    const bad = fromCallback(({ receive }) => {
      receive(() => {
        throw new Error('a bug');
      });
      return () => {
        disposed += 1;
      };
    });
    const actor = createActor(bad);
    actor.subscribe({ error() {} });
    actor.start();
    actor.send({ type: 'go' });
    expect(actor.getSnapshot().status).toBe('error');
    expect(disposed).toBe(0);
  });
});

describe('a step by `transition()`', () => {
  it('builds the context once more, without input, and ignores a throw there', () => {
    const inputs: unknown[] = [];
    const machine = setup({ types: { input: {} as { n: number } } }).createMachine({
      context: ({ input }) => {
        inputs.push(input);
        return { n: input.n };
      },
      on: { go: {} },
    });
    const [snapshot] = initialTransition(machine, { n: 1 });
    inputs.length = 0;
    const [after] = transition(machine, snapshot, { type: 'go' });
    expect(inputs).toEqual([undefined]);
    expect(after.context).toEqual({ n: 1 });
  });

  it('carries out nothing', () => {
    let started = 0;
    const work = fromCallback(() => {
      started += 1;
    });
    const machine = setup({ actors: { work } }).createMachine({ invoke: { src: 'work' } });
    const [, actions] = initialTransition(machine);
    expect(actions.map(({ type }) => type)).toEqual(['xstate.spawnChild']);
    expect(started).toBe(0);
  });

  it('goes on after the end, as a running actor would not', () => {
    const machine = setup({ types: { context: {} as { n: number } } }).createMachine({
      context: { n: 0 },
      initial: 'over',
      on: { go: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
      states: { over: { type: 'final' } },
    });
    const [snapshot] = initialTransition(machine);
    expect(snapshot.status).toBe('done');
    const [after] = transition(machine, snapshot, { type: 'go' });
    expect(after.context.n).toBe(1);
    const actor = createActor(machine).start();
    actor.send({ type: 'go' });
    expect(actor.getSnapshot().context.n).toBe(0);
  });
});

describe('a machine', () => {
  it('that goes round in circles is stopped by its own limit of iterations', () => {
    const machine = setup({}).createMachine({
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
      options: { maxIterations: 1_000 },
    });
    const actor = createActor(machine);
    actor.subscribe({ error() {} });
    actor.start();
    actor.send({ type: 'go' });
    expect(actor.getSnapshot().status).toBe('error');
  });

  it('with a target that does not exist cannot be made', () => {
    const lost = { initial: 'a', states: { a: { on: { go: 'nowhere' } } } };
    expect(() => setup({}).createMachine(lost)).toThrow('nowhere');
  });

  it('drops what its present state does not listen to', () => {
    const machine = setup({}).createMachine({
      initial: 'busy',
      states: { busy: { on: { rest: 'idle' } }, idle: { on: { ask: 'busy' } } },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'ask' });
    actor.send({ type: 'rest' });
    expect(actor.getSnapshot().value).toBe('idle');
    actor.stop();
  });

  it('sees its own context as it was while it enqueues, and as it became in what it has enqueued', () => {
    const seen: number[] = [];
    const machine = setup({ types: { context: {} as { n: number } } }).createMachine({
      context: { n: 0 },
      entry: enqueueActions(({ context, enqueue }) => {
        enqueue.assign({ n: 1 });
        seen.push(context.n);
        enqueue(({ context: later }) => seen.push(later.n));
      }),
    });
    createActor(machine).start().stop();
    expect(seen).toEqual([0, 1]);
  });

  it('throws to whoever sends when an inspector throws', () => {
    let isArmed = false;
    const machine = setup({}).createMachine({ on: { go: {} } });
    const actor = createActor(machine, {
      inspect: () => {
        if (isArmed) throw new Error('a bug in the inspector');
      },
    }).start();
    isArmed = true;
    expect(() => actor.send({ type: 'go' })).toThrow('a bug in the inspector');
  });

  it('that is restored has lost its timers and runs its promises again', async () => {
    let runs = 0;
    const work = fromPromise(() => {
      runs += 1;
      return new Promise(() => {});
    });
    const machine = setup({ actors: { work } }).createMachine({
      initial: 'a',
      states: { a: { invoke: { src: 'work' }, after: { 1000: 'b' } }, b: {} },
    });
    const first = createActor(machine, { clock: simulatedClock() }).start();
    const snapshot = first.getPersistedSnapshot();
    first.stop();
    const clock = simulatedClock();
    const second = createActor(machine, { clock, snapshot }).start();
    await quiet();
    expect(runs).toBe(2);
    expect(clock.pending).toBe(0);
    second.stop();
  });
});
