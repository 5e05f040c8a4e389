import { ChannelId, RunId, UserId } from '../machines/ids.ts';
import type { ModelPort, RunPort, ToolPort } from '../machines/ports.ts';
import type { Question, RunOutcome } from '../machines/question.ts';
import { DEFAULT_SUPERVISOR_LIMITS } from '../machines/supervisor/supervisor.protocol.ts';
import type { TeamLimits } from '../machines/team/team.protocol.ts';
import { PURE } from '../machines/tool-policy.ts';
import type { Inbox } from '../src/runtime/dispatcher.ts';
import { type Runtime, startRuntime } from '../src/runtime/runtime.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { ANSWER, QUESTION, ROSTER } from './roster.ts';

export const TEAM_LIMITS: TeamLimits = { concurrency: 2, maxQueuedPerChannel: 4, maxQueued: 20 };

/** Nobody in these rosters has tools. */
export const NO_TOOLS: ToolPort = {
  policyOf: () => PURE,
  run: () => Promise.reject(new Error('The benchmark has no tools.')),
};

export interface HouseOptions {
  readonly model: ModelPort;
  readonly maxTeams: number;
  readonly runs?: RunPort | undefined;
  readonly inbox?: Inbox | undefined;
}

/** A whole house without edges, ready to be asked. */
export async function openHouse(options: HouseOptions): Promise<Runtime> {
  const { model, maxTeams, runs, inbox } = options;
  const runtime = startRuntime({
    roster: ROSTER,
    model,
    tools: NO_TOOLS,
    runs,
    inbox,
    limits: { supervisor: { ...DEFAULT_SUPERVISOR_LIMITS, maxTeams }, team: TEAM_LIMITS },
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    graceMs: { drain: 10_000, leave: 5_000, dispose: 5_000 },
  });
  await runtime.recover();
  return runtime;
}

let asked = 0;

/** Ids as Discord makes them: 18 digits, spread out. */
export const userId = (number: number): UserId =>
  UserId(String(100_000_000_000_000_000n + BigInt(number) * 7_919n));

/** One user's question in that user's own channel. */
export function questionOf(user: number): Question {
  asked += 1;
  return {
    runId: RunId(`${process.pid}-${asked}`),
    userId: userId(user),
    channelId: ChannelId(`channel-${user}`),
    text: QUESTION,
    at: Date.now(),
  };
}

/** Asks and reads the events to their end, as an edge does. Throws unless the whole answer came. */
export async function turn(runtime: Runtime, user: number): Promise<void> {
  let outcome: RunOutcome | undefined;
  for await (const event of runtime.ask(questionOf(user))) {
    if (event.type === 'run.settled') outcome = event.outcome;
  }
  if (outcome?.kind === 'answered' && outcome.text === ANSWER && outcome.delegations.length === 2) {
    return;
  }
  throw new Error(`A turn of the benchmark went wrong: ${JSON.stringify(outcome)}`);
}
