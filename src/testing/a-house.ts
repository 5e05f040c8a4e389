import type { RunPort, ToolPort } from '../../machines/ports.ts';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorLimits,
} from '../../machines/supervisor/supervisor.protocol.ts';
import type { TeamLimits } from '../../machines/team/team.protocol.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { type Script, scriptedModel } from '../model/scripted.ts';
import { startRuntime } from '../runtime/runtime.ts';
import type { RuntimeOptions } from '../runtime/runtime-options.ts';
import { aQuestion, aRoster, type RosterWishes } from './builders.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import { type RecordedLog, recordedLog } from './recorded-log.ts';

interface Wishes extends Partial<Omit<RuntimeOptions, 'roster' | 'limits' | 'clock' | 'log'>> {
  readonly clock?: SimulatedClock;
  readonly script?: Script;
  readonly roster?: RosterWishes;
  readonly supervisor?: Partial<SupervisorLimits>;
  readonly team?: Partial<TeamLimits>;
}

/** A run as its asker sees it. */
export interface Watched {
  /** Every event so far. */
  readonly events: readonly RunEvent[];
  /** `undefined` while it is under way. */
  readonly outcome: RunOutcome | undefined;
}

export interface House {
  readonly runtime: ReturnType<typeof startRuntime>;
  readonly clock: SimulatedClock;
  readonly log: RecordedLog;
  readonly model: ReturnType<typeof scriptedModel>;
  /** Asks and lets everything happen that needs no time; `ada1` is question 1 of ada, in the lobby. */
  ask(name: string, over?: { readonly channel?: string; readonly text?: string }): Promise<Watched>;
  watch(events: AsyncIterable<RunEvent>): Watched;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  /** Closes the house, however long that takes on its clock. */
  close(): Promise<void>;
}

const idleTools: ToolPort = {
  policyOf: () => PURE,
  run: () => Promise.resolve({ kind: 'returned', content: 'done' }),
};

/** Whatever is to be kept is: nobody reads it again. */
const keptRuns: RunPort = {
  hydrate: () => Promise.resolve({ kind: 'ready' }),
  begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
  record: () => Promise.resolve({ kind: 'saved' }),
  end: () => Promise.resolve({ kind: 'saved' }),
};

/** The whole house without its adapters, on a clock that stands still. */
export async function aHouse(wishes: Wishes = {}): Promise<House> {
  const { clock = simulatedClock(), script = [], roster, supervisor, team, ...over } = wishes;
  const log = recordedLog();
  const model = scriptedModel(script, { clock });
  const runtime = startRuntime({
    roster: aRoster(roster),
    model,
    tools: idleTools,
    runs: keptRuns,
    limits: {
      supervisor: { ...DEFAULT_SUPERVISOR_LIMITS, ...supervisor },
      team: { concurrency: 2, maxQueuedPerChannel: 5, maxQueued: 10, ...team },
    },
    clock,
    random: () => 0,
    log,
    graceMs: { drain: 10_000, leave: 5_000, dispose: 2_000 },
    ...over,
  });
  await runtime.recover();
  return {
    runtime,
    clock,
    log,
    model,
    watch: collect,
    pass: (ms) => clock.advance(ms),
    async ask(name, { channel = 'lobby', text = 'What is six times seven?' } = {}) {
      const user = name.replace(/\d+$/, '');
      const watched = collect(runtime.ask(aQuestion({ run: name, user, channel, text })));
      await clock.advance(0);
      return watched;
    },
    async close() {
      let isClosed = false;
      const closed = runtime.stop().then(() => {
        isClosed = true;
      });
      await clock.advance(0);
      while (!isClosed && clock.next()) await clock.advance(0);
      await closed;
    },
  };
}

function collect(events: AsyncIterable<RunEvent>): Watched {
  const seen: RunEvent[] = [];
  void (async () => {
    for await (const event of events) seen.push(event);
  })();
  return {
    events: seen,
    get outcome() {
      const last = seen.at(-1);
      return last?.type === 'run.settled' ? last.outcome : undefined;
    },
  };
}
