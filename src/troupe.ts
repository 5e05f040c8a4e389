import { randomUUID } from 'node:crypto';
import { ChannelId, RunId, UserId } from '../machines/ids.ts';
import type { Audience } from '../machines/memory/memories.ts';
import type { MemoryPort } from '../machines/memory/memory.protocol.ts';
import type {
  ConfirmationPort,
  KeptAnswer,
  ModelPort,
  RunPort,
  ToolPort,
} from '../machines/ports.ts';
import type { ContextRecord, Origin, Question, Reply, RunEvent } from '../machines/question.ts';
import type { Roster } from '../machines/roster.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorLimits,
} from '../machines/supervisor/supervisor.protocol.ts';
import type { TeamLimits } from '../machines/team/team.protocol.ts';
import { CONFIRM_MS, withTimeToConfirm } from './runtime/confirming.ts';
import type { Inbox, Lapse, Submission } from './runtime/dispatcher.ts';
import type { HouseView } from './runtime/house-view.ts';
import type { MemoryReading } from './runtime/pressure.ts';
import type { RunRecorder } from './runtime/run-recorder.ts';
import type { RunView } from './runtime/runs.ts';
import { type Runtime, startRuntime } from './runtime/runtime.ts';
import type { ResumedListener, ShutdownTimes } from './runtime/runtime-options.ts';
import type { TeamScope } from './runtime/scope.ts';
import type { HouseWatcher } from './runtime/watcher.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { type Log, silentLog } from './shared/log.ts';

/** What a troupe is made of. Every part can be given; what is left out has a default that needs nothing. */
export interface TroupeOptions {
  /** Who is in a team. Default: the built-in "Hero team". */
  readonly roster?: Roster;
  /** Who thinks. Default: the demo model, which says that it is one. */
  readonly model?: ModelPort;
  /** What members can do. Default: the tools of the built-in roster. */
  readonly tools?: ToolPort;
  /** Where sessions and questions are kept. Default: nowhere; nothing is remembered. */
  readonly store?: {
    readonly runs: RunPort;
    readonly inbox: Inbox;
    /** Left out: what waits for its asker's word is asked again after a restart. */
    readonly confirmations?: ConfirmationPort;
  };
  /** What is known of users across their sessions. Default: nothing. */
  readonly memories?: MemoryPort;
  /** How outcomes are worded on chat platforms (see `take`). Default: nothing is said there. */
  readonly reply?: Reply;
  readonly limits?: {
    readonly supervisor?: Partial<SupervisorLimits>;
    readonly team?: Partial<TeamLimits>;
    readonly shutdown?: Partial<ShutdownTimes>;
    /** How long an asker has to allow what needs it, in milliseconds: 300,000 unless told. */
    readonly confirmMs?: number;
  };
  readonly log?: Log;
  readonly clock?: Clock;
  /** A number in [0, 1). */
  readonly random?: () => number;
  /** Makes the id of a run whose asker gave none. */
  readonly newId?: () => string;
  /** Acquires what a team needs for its whole life; what it acquires is released once, whatever happens. */
  readonly furnish?: (scope: TeamScope, signal: AbortSignal) => Promise<void>;
  /** Given: idle teams are shed while memory is short. */
  readonly memory?: () => MemoryReading;
  /** Is shown the root actors of the house, to look into them. */
  readonly watcher?: HouseWatcher;
  /** Is told of each question of an earlier life when it is taken up, so that it can be shown where it was asked. */
  readonly onResumed?: ResumedListener;
  /** Ends questions of an earlier life that are too old. Default: all are answered. */
  readonly lapse?: Lapse;
  /** Is shown all that leaders and members hear, to replay it. */
  readonly recorder?: RunRecorder;
}

/** One question. Ids are 1 to 64 characters of `A-Z a-z 0-9 _ . : -`. */
export interface Ask {
  readonly userId: string;
  readonly channelId: string;
  readonly text: string;
  /** The message's own id makes asking idempotent: the same id is answered once. */
  readonly runId?: string;
  /** The asker's display name. */
  readonly from?: string;
  /** What stood around it, as data for the leader. */
  readonly context?: readonly ContextRecord[];
  /** Who may read along where it is asked. Default: nobody but the asker. */
  readonly audience?: Audience;
  /** The model to be asked first, as `provider/model`. One that the house does not have is passed over. */
  readonly model?: string;
  /** True: nobody could be given its answer later, so a closing house that cuts it short refuses it for good. */
  readonly forNow?: boolean;
}

/** A question that came by a chat platform: its answer leaves by the outbox, whoever watches. */
export interface Message extends Omit<Ask, 'forNow'> {
  readonly runId: string;
  readonly origin: Origin;
}

/** What to stop: one run, one channel's runs, or (neither given) all of a user's. */
export interface Cancel {
  readonly userId: string;
  readonly runId?: string;
  readonly channelId?: string;
}

/** The asker's word on something that waits for it (see the event `run.asking`). */
export interface Confirm {
  /** Whoever really says it: the word counts for this user's own runs only. */
  readonly userId: string;
  readonly runId: string;
  readonly stepKey: string;
  readonly allow: boolean;
}

/** A house of supervised teams, one per user. */
export interface Troupe extends AsyncDisposable {
  /**
   * Asks a user's team. The run starts at once and goes on whether or not anybody reads; the events end
   * with exactly one `run.settled`. Throws `TypeError` on ids or texts that cannot be.
   */
  ask(ask: Ask): AsyncIterable<RunEvent>;
  /**
   * Takes a message up and resolves as soon as it is kept, which is long before its answer: then its platform may
   * forget it, unless it is told `untaken`. Rejects with `TypeError` on ids or texts that cannot be.
   */
  take(message: Message): Promise<Submission>;
  /** Joins a run under way, beginning with what is known of it; `undefined` when there is none. */
  watch(run: {
    readonly userId: string;
    readonly runId: string;
  }): AsyncIterable<RunEvent> | undefined;
  cancel(what: Cancel): void;
  /**
   * Allows or refuses something. `unknown` when nothing of the kind waits for this user: it was answered, is past its
   * time, or is not theirs. Rejects with `TypeError` on ids that cannot be.
   */
  confirm(what: Confirm): Promise<KeptAnswer>;
  /** A user's runs that have not ended. */
  underway(userId: string): readonly RunView[];
  /** Who is alive and who waits; at most `limit` of each. */
  view(limit: number): HouseView;
  /** Changes how many teams may live; idle teams leave first, busy ones when they are done. Throws `TypeError` below 1. */
  resize(maxTeams: number): void;
  /** Removes a user's team whatever it does. */
  dismiss(userId: string): void;
  /** Closes the house: the busy finish, and are cut short after the grace period. Twice: cut short now. */
  stop(): Promise<void>;
}

/** Characters of a question. */
export const MAX_QUESTION_CHARS = 8_000;

const DEFAULT_TEAM_LIMITS: TeamLimits = { concurrency: 2, maxQueuedPerChannel: 5, maxQueued: 20 };
const DEFAULT_SHUTDOWN: ShutdownTimes = { drain: 10_000, leave: 5_000, dispose: 5_000 };

/** Opens a house. Resolves when it takes questions; those of an earlier life are taken up first. Rejects with `TypeError` for fewer than one place. */
export async function createTroupe(options: TroupeOptions = {}): Promise<Troupe> {
  const { limits, clock = systemClock, newId = randomUUID } = options;
  const { confirmMs = CONFIRM_MS } = limits ?? {};
  placesIn(limits?.supervisor?.maxTeams ?? DEFAULT_SUPERVISOR_LIMITS.maxTeams);
  const parts = await defaultParts(options, clock);
  const runtime = startRuntime({
    ...parts,
    roster: withTimeToConfirm(parts.roster, parts.tools, confirmMs),
    clock,
    runs: options.store?.runs,
    inbox: options.store?.inbox,
    memories: options.memories,
    confirmations: options.store?.confirmations,
    confirmMs,
    reply: options.reply,
    random: options.random ?? Math.random,
    log: options.log ?? silentLog,
    furnish: options.furnish,
    memory: options.memory,
    watcher: options.watcher,
    onResumed: options.onResumed,
    lapse: options.lapse,
    recorder: options.recorder,
    graceMs: { ...DEFAULT_SHUTDOWN, ...limits?.shutdown },
    limits: {
      supervisor: { ...DEFAULT_SUPERVISOR_LIMITS, ...limits?.supervisor },
      team: { ...DEFAULT_TEAM_LIMITS, ...limits?.team },
    },
  });
  await runtime.recover();
  return troupeOf(runtime, (ask) => ({
    runId: RunId(ask.runId ?? newId()),
    userId: UserId(ask.userId),
    channelId: ChannelId(ask.channelId),
    text: questionText(ask.text),
    at: clock.now(),
    ...(ask.from === undefined ? {} : { from: ask.from }),
    ...(ask.context === undefined ? {} : { context: ask.context }),
    ...(ask.audience === undefined ? {} : { audience: ask.audience }),
    ...(ask.model === undefined ? {} : { model: ask.model }),
  }));
}

function troupeOf(runtime: Runtime, toQuestion: (ask: Ask) => Question): Troupe {
  return {
    ask: (ask) => runtime.ask(toQuestion(ask), { forNow: ask.forNow }),
    take: async (message) => runtime.take({ ...toQuestion(message), origin: message.origin }),
    watch: ({ userId, runId }) => runtime.watch(RunId(runId), UserId(userId)),
    cancel: ({ userId, runId, channelId }) =>
      runtime.signal({
        type: 'cancel',
        userId: UserId(userId),
        runId: runId === undefined ? undefined : RunId(runId),
        channelId: channelId === undefined ? undefined : ChannelId(channelId),
      }),
    confirm: async ({ userId, runId, stepKey, allow }) =>
      runtime.confirm({
        userId: UserId(userId),
        runId: RunId(runId),
        stepKey,
        end: allow ? 'allowed' : 'refused',
      }),
    underway: (userId) => runtime.underway(UserId(userId)),
    view: runtime.view,
    resize: (maxTeams) => runtime.resize(placesIn(maxTeams)),
    dismiss: (userId) => runtime.dismiss(UserId(userId)),
    stop: runtime.stop,
    [Symbol.asyncDispose]: runtime.stop,
  };
}

function placesIn(maxTeams: number): number {
  if (Number.isInteger(maxTeams) && maxTeams >= 1) return maxTeams;
  throw new TypeError(`maxTeams must be a whole number from 1 up, got ${maxTeams}.`);
}

function questionText(text: string): string {
  if (text.trim() === '') throw new TypeError('A question needs text.');
  if (text.length <= MAX_QUESTION_CHARS) return text;
  throw new TypeError(
    `A question has at most ${MAX_QUESTION_CHARS} characters, got ${text.length}.`,
  );
}

/** Loads only the defaults that are needed: importing this file stays quick. */
async function defaultParts(given: TroupeOptions, clock: Clock) {
  const model = given.model ?? (await import('./model/demo.ts')).createDemoModel({ clock });
  const { roster, tools } = given;
  if (roster !== undefined && tools !== undefined) return { roster, tools, model };
  const { heroParts } = await import('./hero-parts.ts');
  const hero = heroParts({ clock, log: given.log ?? silentLog });
  return { roster: roster ?? hero.roster, tools: tools ?? hero.tools, model };
}
