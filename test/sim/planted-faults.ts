import type { UserId } from '../../machines/ids.ts';
import type { RunEvent } from '../../machines/question.ts';
import type { RuntimeOptions } from '../../src/runtime/runtime-options.ts';
import type { Dispose, TeamScope } from '../../src/runtime/scope.ts';
import type { PlantedFault } from '../support/sim/planted-fault.ts';

/** Faults of the house itself: what it decides, what it tells, what it gives back, when it wakes up. */
export const houseFaults: readonly (PlantedFault & { readonly breaks: string })[] = [
  {
    name: 'a busy team is released to make room',
    breaks: 'P4',
    runtime: (runtime, { witness }) => ({
      ...runtime,
      ask(question) {
        const busy = witness.questions.open.find(({ workedBy }) => workedBy !== undefined);
        if (busy !== undefined) runtime.dismiss(busy.question.userId);
        return runtime.ask(question);
      },
    }),
  },
  {
    name: 'one team more than allowed is let in',
    breaks: 'P2',
    options: (options) => {
      const { supervisor, team } = options.limits;
      const maxTeams = supervisor.maxTeams + 1;
      return { ...options, limits: { supervisor: { ...supervisor, maxTeams }, team } };
    },
  },
  {
    name: 'a newcomer waits longer than promised',
    breaks: 'P3',
    options: (options) => {
      const { supervisor, team } = options.limits;
      const maxWaitMs = supervisor.maxWaitMs * 20;
      return { ...options, limits: { supervisor: { ...supervisor, maxWaitMs }, team } };
    },
  },
  {
    name: 'a cancellation is not passed on',
    breaks: 'P4',
    runtime: (runtime) => ({ ...runtime, signal() {} }),
  },
  {
    name: 'two questions of a channel change places',
    breaks: 'P5',
    runtime(runtime) {
      let pass: (() => void) | undefined;
      return {
        ...runtime,
        ask(question) {
          if (pass === undefined) {
            const { promise, resolve } = Promise.withResolvers<void>();
            pass = resolve;
            return after(promise, () => runtime.ask(question));
          }
          const events = runtime.ask(question);
          pass();
          pass = undefined;
          return events;
        },
      };
    },
  },
  {
    name: 'an outcome is told twice',
    breaks: 'P4',
    runtime: (runtime) => ({ ...runtime, ask: (question) => repeated(runtime.ask(question)) }),
  },
  {
    name: 'an outcome is lost',
    breaks: 'P4',
    runtime: (runtime) => ({ ...runtime, ask: (question) => endless(runtime.ask(question)) }),
  },
  {
    name: 'a release is not waited for',
    breaks: 'P6',
    options: (options) =>
      withRelease(options, (dispose) => () => {
        void dispose();
      }),
  },
  {
    name: 'the next team of a user starts while the last one still holds something',
    breaks: 'P1',
    options: (options) =>
      withRelease(options, (dispose) => () => {
        void dispose();
      }),
  },
  {
    name: 'a team that works loses what it holds',
    breaks: 'P3',
    options: (options) => {
      const { furnish, model } = options;
      const scopes = new Map<UserId, TeamScope>();
      return {
        ...options,
        furnish:
          furnish &&
          ((scope, signal) => {
            scopes.set(scope.userId, scope);
            return furnish(scope, signal);
          }),
        model: {
          call(request, call) {
            const answer = model.call(request, call);
            void scopes.get(request.run.userId)?.close();
            return answer;
          },
        },
      };
    },
  },
  {
    name: 'a resource is released twice',
    breaks: 'P6',
    options: (options) =>
      withRelease(options, (dispose) => async () => {
        await dispose();
        await dispose();
      }),
  },
  {
    name: 'a resource is not released',
    breaks: 'P6',
    options: (options) => withRelease(options, () => () => {}),
  },
  {
    name: 'a release that hangs is waited for without a deadline',
    breaks: 'end',
    options: ({ clock, ...options }, { plan }) => ({
      ...options,
      clock: {
        ...clock,
        now: clock.now,
        setTimeout: (fire, delayMs) =>
          delayMs === plan.graceMs.dispose ? undefined : clock.setTimeout(fire, delayMs),
      },
    }),
  },
  {
    name: 'a timer is not cleared',
    breaks: 'end',
    options: ({ clock, ...options }) => ({ ...options, clock: { ...clock, clearTimeout() {} } }),
  },
];

type Furnish = NonNullable<RuntimeOptions['furnish']>;

/** Teams whose resources are given back in another way. */
function withRelease(
  options: RuntimeOptions,
  change: (dispose: Dispose) => Dispose,
): RuntimeOptions {
  const { furnish } = options;
  if (furnish === undefined) return options;
  const changed: Furnish = (scope, signal) => furnish(changedScope(scope, change), signal);
  return { ...options, furnish: changed };
}

const changedScope = (scope: TeamScope, change: (dispose: Dispose) => Dispose): TeamScope =>
  new Proxy(scope, {
    get(target, key) {
      if (key !== 'acquire') return Reflect.get(target, key, target);
      return (name: string, dispose: Dispose) => target.acquire(name, change(dispose));
    },
  });

async function* after(
  promise: Promise<void>,
  ask: () => AsyncIterable<RunEvent>,
): AsyncGenerator<RunEvent> {
  await promise;
  yield* ask();
}

async function* repeated(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    yield event;
    if (event.type === 'run.settled') yield event;
  }
}

async function* endless(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
  for await (const event of events) if (event.type !== 'run.settled') yield event;
}
