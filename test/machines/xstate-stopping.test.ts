/** What XState 5.33.3 does when actors stop and crash: we lean on some of it and defend ourselves against the rest. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, fromCallback, fromPromise, setup, toPromise, waitFor } from 'xstate';
import { withErrorBoundary } from '../../src/runtime/error-boundary.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';

// The development build warns of what is tested here.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A machine with a promise, a callback and a bug in an action, and what became of the two. */
function buggy() {
  const seen = { aborted: false, disposed: 0, ticks: 0 };
  const machine = setup({
    actors: {
      waiting: fromPromise(({ signal }) => {
        signal.addEventListener('abort', () => {
          seen.aborted = true;
        });
        return new Promise(() => {});
      }),
      listening: fromCallback(({ receive }) => {
        receive(() => {
          seen.ticks += 1;
        });
        return () => {
          seen.disposed += 1;
        };
      }),
    },
    actions: {
      bug: () => {
        throw new Error('a bug');
      },
    },
  }).createMachine({
    invoke: [{ src: 'waiting' }, { src: 'listening', id: 'listening' }],
    on: { crash: { actions: 'bug' } },
  });
  return { machine, seen };
}

const observed = <Actor extends { subscribe(observer: { error(error: unknown): void }): unknown }>(
  actor: Actor,
): Actor => {
  actor.subscribe({ error() {} });
  return actor;
};

describe('a machine that throws', () => {
  it('leaves its children running, and cannot be made to stop them any more', () => {
    const { machine, seen } = buggy();
    const actor = observed(createActor(machine)).start();
    const child = actor.getSnapshot().children['listening'];
    actor.send({ type: 'crash' });
    actor.stop();
    child?.send({ type: 'tick' });
    expect(actor.getSnapshot().status).toBe('error');
    expect(seen).toEqual({ aborted: false, disposed: 0, ticks: 1 });
  });

  it('stops its children first when it stands behind the error boundary', () => {
    const { machine, seen } = buggy();
    const actor = observed(createActor(withErrorBoundary(machine))).start();
    actor.send({ type: 'crash' });
    expect(actor.getSnapshot().status).toBe('error');
    expect(seen).toMatchObject({ aborted: true, disposed: 1 });
  });

  it('stays the machine it was behind the error boundary', () => {
    const { machine, seen } = buggy();
    const actor = createActor(withErrorBoundary(machine)).start();
    expect(actor.getSnapshot().status).toBe('active');
    actor.stop();
    expect(seen).toMatchObject({ aborted: true, disposed: 1 });
  });
});

describe('a child that fails', () => {
  const failing = fromPromise(() => Promise.reject(new Error('a bug')));
  let siblingStopped = false;
  const sibling = fromCallback(() => () => {
    siblingStopped = true;
  });

  it('brings its parent down when nobody handles it, siblings stopped', async () => {
    siblingStopped = false;
    const machine = setup({ actors: { failing, sibling } }).createMachine({
      invoke: [{ src: 'failing' }, { src: 'sibling' }],
    });
    const actor = observed(createActor(machine)).start();
    await quiet();
    expect(actor.getSnapshot().status).toBe('error');
    expect(siblingStopped).toBe(true);
  });

  it('stays among the children when it is handled, until it is stopped', async () => {
    const machine = setup({ actors: { failing } }).createMachine({
      invoke: { src: 'failing', id: 'child', onError: {} },
    });
    const actor = createActor(machine).start();
    await quiet();
    expect(actor.getSnapshot().status).toBe('active');
    expect(actor.getSnapshot().children['child']?.getSnapshot()).toMatchObject({ status: 'error' });
  });
});

describe('a stopped actor', () => {
  it('does not hear what is sent to it', () => {
    let heard = 0;
    const machine = setup({ actions: { count: () => (heard += 1) } }).createMachine({
      on: { go: { actions: 'count' } },
    });
    const actor = createActor(machine).start();
    actor.stop();
    actor.send({ type: 'go' });
    expect(heard).toBe(0);
  });

  it('runs no exit actions', () => {
    let exits = 0;
    const machine = setup({ actions: { leave: () => (exits += 1) } }).createMachine({
      initial: 'a',
      exit: 'leave',
      states: { a: { exit: 'leave' } },
    });
    createActor(machine).start().stop();
    expect(exits).toBe(0);
  });

  it('takes its timers with it', () => {
    const clock = simulatedClock();
    const machine = setup({}).createMachine({
      initial: 'a',
      states: { a: { after: { 1000: 'b' } }, b: {} },
    });
    const actor = createActor(machine, { clock }).start();
    expect(clock.pending).toBe(1);
    actor.stop();
    expect(clock.pending).toBe(0);
  });

  it('aborts its promises and drops what they bring later', async () => {
    const late = Promise.withResolvers<number>();
    let isAborted = false;
    let done = 0;
    const work = fromPromise(({ signal }) => {
      signal.addEventListener('abort', () => {
        isAborted = true;
      });
      return late.promise;
    });
    const machine = setup({
      actors: { work },
      actions: { count: () => (done += 1) },
    }).createMachine({ invoke: { src: 'work', onDone: { actions: 'count' } } });
    const actor = createActor(machine).start();
    actor.stop();
    late.resolve(1);
    await quiet();
    expect([isAborted, done]).toEqual([true, 0]);
  });

  it('does not wait for its disposers', () => {
    let isDisposed = false;
    const slow = fromCallback(() => async () => {
      await quiet();
      isDisposed = true;
    });
    createActor(slow).start().stop();
    expect(isDisposed).toBe(false);
  });

  it('swallows what a disposer throws', () => {
    const bad = fromCallback(() => () => {
      throw new Error('a bug');
    });
    const machine = setup({ actors: { bad } }).createMachine({ invoke: { src: 'bad' } });
    const actor = createActor(machine).start();
    expect(() => actor.stop()).not.toThrow();
  });

  it('completes, as one that is done does; only its status tells them apart', () => {
    const ends: unknown[] = [];
    const machine = setup({}).createMachine({
      initial: 'a',
      states: { a: { on: { end: 'b' } }, b: { type: 'final' } },
    });
    for (const how of ['stop', 'end'] as const) {
      const actor = createActor(machine);
      actor.subscribe({ complete: () => ends.push(actor.getSnapshot().status) });
      actor.start();
      if (how === 'stop') actor.stop();
      else actor.send({ type: 'end' });
    }
    expect(ends).toEqual(['stopped', 'done']);
  });

  it('resolves `toPromise` with nothing, as if all were well; `waitFor` rejects', async () => {
    const machine = setup({}).createMachine({ initial: 'a', states: { a: {} } });
    const actor = createActor(machine).start();
    const promise = toPromise(actor);
    const wait = waitFor(actor, () => false);
    actor.stop();
    await expect(promise).resolves.toBeUndefined();
    await expect(wait).rejects.toThrow();
  });

  it('tells whoever subscribes too late at once that it is over', () => {
    const machine = setup({}).createMachine({ initial: 'a', states: { a: { type: 'final' } } });
    const actor = createActor(machine).start();
    let completed = false;
    actor.subscribe({
      complete: () => {
        completed = true;
      },
    });
    expect(completed).toBe(true);
  });
});
