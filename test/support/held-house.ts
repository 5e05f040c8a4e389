import { type FailureKind, failure } from '../../machines/failure.ts';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';
import { DEFAULT_SUPERVISOR_LIMITS } from '../../machines/supervisor/supervisor.protocol.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { Inbox, Unfinished } from '../../src/runtime/dispatcher.ts';
import { type Runtime, startRuntime } from '../../src/runtime/runtime.ts';
import type { RuntimeOptions } from '../../src/runtime/runtime-options.ts';
import { silentLog } from '../../src/shared/log.ts';
import { aRoster, said } from '../../src/testing/builders.ts';
import { quiet, type SimulatedClock, simulatedClock } from '../../src/testing/clock.ts';
import { claimsOf } from './claims.ts';

/** The doors of a house: what its ports are asked. */
type Door = 'hydrate' | 'begin' | 'model' | 'end' | 'furnish' | 'accept';

/** A call that waits for the test to answer it. */
export interface HeldCall {
  readonly userId: UserId;
  readonly runId: RunId | undefined;
  readonly signal: AbortSignal | undefined;
  /** More text of a model's reply. */
  readonly say: (delta: string) => void;
  /** Answers as a world in good order would. */
  readonly answer: () => Promise<void>;
  readonly fail: (kind: FailureKind) => Promise<void>;
  /** Rejects, as a bug does. */
  readonly break: () => Promise<void>;
}

/** A real house of which a test holds some doors shut until it says so. */
export interface HeldHouse {
  readonly runtime: Runtime;
  readonly clock: SimulatedClock;
  /** Asks, and keeps everything that is told of it. */
  ask(question: Question): Promise<{ readonly events: readonly RunEvent[] }>;
  /** The calls at this door that wait, oldest first. Throws when nobody is there. */
  at(door: Door): readonly [HeldCall, ...HeldCall[]];
  /** How often a port was called, answered or not. */
  calls(door: Door): number;
  /** What was closed in the inbox. */
  readonly closed: readonly { readonly runId: RunId; readonly outcome: RunOutcome }[];
}

export interface HeldHouseWishes {
  /** Calls at these doors wait; all others are answered at once. */
  readonly hold: readonly Door[];
  /** Questions that an earlier life has left. Given, or `accept` held: the house has an inbox. */
  readonly unfinished?: readonly Unfinished[];
  readonly maxTeams?: number;
}

/** Opens a house with room for two teams that answer "Done.". */
export async function openHeldHouse(wishes: HeldHouseWishes): Promise<HeldHouse> {
  const clock = simulatedClock();
  const doors = new Doors(wishes.hold);
  const closed: { runId: RunId; outcome: RunOutcome }[] = [];
  const hasInbox = wishes.unfinished !== undefined || wishes.hold.includes('accept');
  const inbox: Inbox = {
    claim: claimsOf(wishes.unfinished ?? []),
    leave: () => Promise.resolve(),
    countTry: () => Promise.resolve(),
    accept: (question) => doors.pass('accept', question, { kind: 'accepted' }),
    finish({ runId }, outcome) {
      closed.push({ runId, outcome });
      return Promise.resolve(undefined);
    },
  };
  const runtime = startRuntime({
    ...portsOf(doors),
    inbox: hasInbox ? inbox : undefined,
    roster: aRoster({ members: [] }),
    limits: {
      supervisor: { ...DEFAULT_SUPERVISOR_LIMITS, maxTeams: wishes.maxTeams ?? 2 },
      team: { concurrency: 2, maxQueued: 10, maxQueuedPerChannel: 5 },
    },
    clock,
    random: () => 0,
    log: silentLog,
    graceMs: { drain: 10_000, leave: 5_000, dispose: 2_000 },
  });
  await runtime.recover();
  await quiet();
  return {
    runtime,
    clock,
    closed,
    at: (door) => doors.at(door),
    calls: (door) => doors.calls(door),
    async ask(question) {
      const events: RunEvent[] = [];
      void collect(runtime.ask(question), events);
      await quiet();
      return { events };
    },
  };
}

type Ports = Pick<RuntimeOptions, 'model' | 'tools' | 'runs' | 'furnish'>;

const portsOf = (doors: Doors): Ports => ({
  model: {
    call: ({ run }, options) => doors.pass('model', { ...run, ...options }, said('Done.')),
  },
  tools: {
    policyOf: () => PURE,
    run: () => Promise.resolve({ kind: 'returned', content: 'Seen.' }),
  },
  runs: {
    hydrate: (team, options) => doors.pass('hydrate', { ...team, ...options }, { kind: 'ready' }),
    begin: (run, _, options) =>
      doors.pass('begin', { ...run, ...options }, { kind: 'begun', history: [], steps: [] }),
    record: () => Promise.resolve({ kind: 'saved' }),
    end: ({ run }, options) => doors.pass('end', { ...run, ...options }, { kind: 'saved' }),
  },
  furnish: ({ userId }, signal) => doors.pass('furnish', { userId, signal }, undefined),
});

interface Caller {
  readonly userId: UserId;
  readonly runId?: RunId;
  readonly signal?: AbortSignal;
  readonly onDelta?: (delta: string) => void;
}

class Doors {
  readonly #held: readonly Door[];
  readonly #waiting: { readonly door: Door; readonly call: HeldCall }[] = [];
  readonly #calls: Door[] = [];

  constructor(held: readonly Door[]) {
    this.#held = held;
  }

  calls(door: Door): number {
    return this.#calls.filter((other) => other === door).length;
  }

  at(door: Door): readonly [HeldCall, ...HeldCall[]] {
    const [first, ...others] = this.#waiting.filter((one) => one.door === door);
    if (first === undefined) throw new Error(`Nobody waits at the door "${door}".`);
    return [first.call, ...others.map(({ call }) => call)];
  }

  pass<Result>(door: Door, caller: Caller, well: Result): Promise<Result> {
    this.#calls.push(door);
    if (!this.#held.includes(door)) return Promise.resolve(well);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const settle = async (how: () => void): Promise<void> => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      how();
      await quiet();
    };
    const call: HeldCall = {
      userId: caller.userId,
      runId: caller.runId,
      signal: caller.signal,
      say: (delta) => caller.onDelta?.(delta),
      answer: () => settle(() => resolve(well)),
      // Every port that can be held answers with a failure in the same form.
      fail: (kind) =>
        settle(() => resolve({ kind: 'failed', failure: failure(kind, 'Held.') } as Result)),
      break: () => settle(() => reject(new Error(`A bug behind the door "${door}".`))),
    };
    const waiting = { door, call };
    this.#waiting.push(waiting);
    return promise;
  }
}

async function collect(events: AsyncIterable<RunEvent>, into: RunEvent[]): Promise<void> {
  for await (const event of events) into.push(event);
}
