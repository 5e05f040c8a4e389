import type { MemoryPort } from '../../machines/memory/memory.protocol.ts';
import type { ConfirmationPort, ModelPort, RunPort, ToolPort } from '../../machines/ports.ts';
import type { Question, Reply, RunEvent } from '../../machines/question.ts';
import type { Roster } from '../../machines/roster.ts';
import type { SupervisorLimits } from '../../machines/supervisor/supervisor.protocol.ts';
import type { TeamLimits } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Inbox, Lapse } from './dispatcher.ts';
import type { MemoryReading } from './pressure.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { TeamScope } from './scope.ts';
import type { HouseWatcher } from './watcher.ts';

/** What a running house is made of. */
export interface RuntimeOptions {
  readonly roster: Roster;
  readonly model: ModelPort;
  readonly tools: ToolPort;
  /** Left out: nothing is remembered between runs. */
  readonly runs?: RunPort | undefined;
  /** Left out: nothing is known of users but what they said in the session. */
  readonly memories?: MemoryPort | undefined;
  /** Left out: a question does not outlive the process. */
  readonly inbox?: Inbox | undefined;
  /** Left out: a question of an earlier life is answered however old it is. */
  readonly lapse?: Lapse | undefined;
  /** Left out: what waits for its asker's word does not outlive the process. */
  readonly confirmations?: ConfirmationPort | undefined;
  /** How long an asker has to allow something: five minutes unless told. */
  readonly confirmMs?: number | undefined;
  /** How outcomes are worded on the platforms that questions come by. Left out: nothing leaves by the outbox. */
  readonly reply?: Reply | undefined;
  readonly limits: { readonly supervisor: SupervisorLimits; readonly team: TeamLimits };
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Acquires what a team needs for its whole life; what it acquires is released once, whatever happens. */
  readonly furnish?: ((scope: TeamScope, signal: AbortSignal) => Promise<void>) | undefined;
  /** Left out: no shedding when memory is short. */
  readonly memory?: (() => MemoryReading) | undefined;
  readonly graceMs: ShutdownTimes;
  /** Is shown the root actors. Left out: nobody looks inside. */
  readonly watcher?: HouseWatcher | undefined;
  /** Told of each question that an earlier life had left, when it is taken up. Left out: nobody shows it. */
  readonly onResumed?: ResumedListener | undefined;
  /** Is shown all that leaders and members hear. Left out: nothing is recorded. */
  readonly recorder?: RunRecorder | undefined;
}

/** A question of an earlier life is about to run again; `watch` gives its events from the first on. Never throws. */
export type ResumedListener = (
  question: Question,
  watch: () => AsyncIterable<RunEvent> | undefined,
) => void;

export interface ShutdownTimes {
  /** How long busy teams may go on answering when the house closes. */
  readonly drain: number;
  /** What a forced team may take to cancel and save. */
  readonly leave: number;
  /** What each resource may take to close. */
  readonly dispose: number;
}
