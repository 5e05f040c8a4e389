import { createActor, fromCallback } from 'xstate';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { MemoryPort, ModelPort, RunPort, ToolPort } from '../../machines/ports.ts';
import type { Question, Reply, RunEvent, RunOutcome } from '../../machines/question.ts';
import type { Roster } from '../../machines/roster.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import type {
  SupervisorEvent,
  SupervisorLimits,
} from '../../machines/supervisor/supervisor.protocol.ts';
import type { TeamLimits } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { bindTeam } from './bind.ts';
import { closeHouse } from './closing.ts';
import {
  closeQuestion,
  type Inbox,
  type Signal,
  type Submission,
  type TeamDispatcher,
} from './dispatcher.ts';
import { Host, type HostMessage } from './host.ts';
import { type HouseView, houseView } from './house-view.ts';
import { createLocalDispatcher } from './local-dispatcher.ts';
import { type MemoryReading, watchPressure } from './pressure.ts';
import { createRemembering } from './remembering.ts';
import { createReplying, type Replying, saying } from './replying.ts';
import type { RunRecorder } from './run-recorder.ts';
import { Runs, type RunView } from './runs.ts';
import type { TeamScope } from './scope.ts';
import { Teams } from './teams.ts';
import { guarded, type HouseWatcher } from './watcher.ts';

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
  /** Is shown all that leaders and members hear. Left out: nothing is recorded. */
  readonly recorder?: RunRecorder | undefined;
}

export interface ShutdownTimes {
  /** How long busy teams may go on answering when the house closes. */
  readonly drain: number;
  /** What a forced team may take to cancel and save. */
  readonly leave: number;
  /** What each resource may take to close. */
  readonly dispose: number;
}

/** The running actor system. */
export interface Runtime {
  /** Takes a question up. The events end with `run.settled`; nobody needs to read them. */
  ask(question: Question): AsyncIterable<RunEvent>;
  /** Takes a question up whose answer leaves by the outbox; resolves when it is kept, long before its answer. Never rejects. */
  take(question: Question): Promise<Submission>;
  watch(runId: RunId, userId: UserId): AsyncIterable<RunEvent> | undefined;
  signal(signal: Signal): void;
  /** Changes how many teams may live; takes effect as teams become idle. */
  resize(maxTeams: number): void;
  /** Removes a user's team whatever it does. */
  dismiss(userId: UserId): void;
  /** Who is alive and who waits; at most `limit` of each. */
  view(limit: number): HouseView;
  /** A user's runs that have not ended. */
  underway(userId: UserId): readonly RunView[];
  /** Begins executing; questions that an earlier life left unanswered come first. */
  recover(): Promise<void>;
  /** Closes the house: drains, then forces. Resolves when every team is gone. Asked twice: forces now. */
  stop(): Promise<void>;
}

/** Opens the house. */
export function startRuntime(given: RuntimeOptions): Runtime {
  let isClosing = false;
  const replying = createReplying(given.reply, () => isClosing);
  const options = { ...given, replying, inbox: saying(given.inbox, replying) };
  const { clock, inbox, log } = options;
  const writing = new Set<Promise<void>>();
  const runs = new Runs({
    log,
    onSettled: (question, outcome, ending) => {
      if (ending === 'saved' || inbox === undefined) return;
      if (replying.isForNextLife(question, outcome)) return;
      const write = closeQuestion(inbox, { question, outcome, log });
      writing.add(write);
      void write.finally(() => writing.delete(write));
    },
  });
  const { supervisor, host, teams } = openHouse(options, runs);
  const tell = (event: SupervisorEvent): void => supervisor.send(event);
  const dispatcher = createLocalDispatcher({
    inbox,
    clock,
    log,
    cancel: ({ type: _, ...what }) => tell({ type: 'supervisor.cancel', ...what, at: clock.now() }),
  });
  const stopPressure = startPressure(options, tell, teams);
  const closing = closeHouse(options, supervisor);
  let stopped: Promise<void> | undefined;
  return {
    view: (limit) => houseView(supervisor.getSnapshot(), runs, limit),
    underway: (userId) => runs.underway().filter(({ question }) => question.userId === userId),
    ask: (question) => ask(question, runs, dispatcher),
    take: (question) => dispatcher.submit(question),
    watch: (runId, userId) =>
      runs.questionOf(runId)?.userId === userId ? runs.join(runId) : undefined,
    signal: (signal) => dispatcher.signal(signal),
    resize: (maxTeams) => tell({ type: 'supervisor.resize', maxTeams, at: clock.now() }),
    dismiss: (userId) => tell({ type: 'supervisor.dismiss', userId, at: clock.now() }),
    recover: () =>
      dispatcher.start((question) => {
        const ended = runs.begin(question);
        if (supervisor.getSnapshot().status !== 'active')
          runs.settle(question.runId, CLOSED, 'unsaved');
        else tell({ type: 'supervisor.ask', question, at: clock.now() });
        return ended;
      }),
    stop() {
      isClosing = true;
      if (stopped !== undefined) closing.force();
      stopped ??= Promise.all([closing.drain(), dispatcher.stop()]).then(async () => {
        stopPressure();
        host.close();
        // What is not written down as refused would be asked again in the next life.
        await Promise.all(writing);
        await inbox?.leave();
      });
      return stopped;
    },
  };
}

/** Ties the supervisor, its host and the teams to each other. */
function openHouse(options: RuntimeOptions & { readonly replying: Replying }, runs: Runs) {
  const { clock, log, limits, graceMs } = options;
  const hostActor = createActor(
    fromCallback<HostMessage>(({ receive }) => receive((message) => host.receive(message))),
  );
  const supervisor = createActor(supervisorMachine, {
    clock,
    input: { limits: limits.supervisor, host: hostActor },
  });
  const tell = (event: SupervisorEvent): void => supervisor.send(event);
  const furnish = furnishing(options);
  const watcher = guarded(options.watcher, log);
  const teams: Teams = new Teams({
    clock,
    log,
    roster: options.roster,
    limits: limits.team,
    leaveMs: graceMs.leave,
    disposeMs: graceMs.dispose,
    reportTo: hostActor,
    watcher,
    machine: bindTeam({
      ...options,
      isCurrent: (team) => teams.isCurrent(team),
      furnish: (team, signal) => furnish(teams.scopeOf(team), signal),
      draft: (run, turn, delta) => runs.drafted(run, turn, delta),
      remembering: createRemembering({ ...options, scopeOf: (team) => teams.scopeOf(team) }),
    }),
    onCrashed: (team) =>
      tell({
        type: 'supervisor.crashed',
        ...team,
        cause: 'bug',
        at: clock.now(),
        chance: options.random(),
      }),
    onReleased: (team) => tell({ type: 'supervisor.released', ...team, at: clock.now() }),
  });
  const host = new Host({ teams, runs, clock, log, random: options.random, tell });
  hostActor.start();
  // Without an observer an error here would be thrown into the void; with one it is named first.
  supervisor.subscribe({
    error: (error) => log.error('supervisor.crashed', { error: String(error) }),
  });
  watcher.supervisorStarts(supervisor);
  supervisor.start();
  return { supervisor, host, teams };
}

/** Furnishes each incarnation once: one whose hydration is tried again holds everything already. */
function furnishing({ furnish: acquire }: RuntimeOptions) {
  const furnished = new WeakSet<TeamScope>();
  return async (scope: TeamScope | undefined, signal: AbortSignal): Promise<void> => {
    if (acquire === undefined || scope === undefined || furnished.has(scope)) return;
    furnished.add(scope);
    await acquire(scope, signal);
  };
}

function startPressure(
  { clock, memory }: RuntimeOptions,
  tell: (event: SupervisorEvent) => void,
  teams: Teams,
): () => void {
  if (memory === undefined) return () => {};
  return watchPressure({
    clock,
    read: memory,
    liveTeams: () => teams.size,
    shed: (count) => tell({ type: 'supervisor.shed', count, at: clock.now() }),
  });
}

/** A question that is under way already, or has been answered, is refused as a duplicate. */
function ask(question: Question, runs: Runs, dispatcher: TeamDispatcher): AsyncIterable<RunEvent> {
  const { runId } = question;
  const events = runs.open(question);
  if (events === undefined) return once({ type: 'run.settled', runId, outcome: DUPLICATE });
  void dispatcher.submit(question).then(({ kind }) => {
    // Left over from an earlier life, it may have been taken up just now: then this is its feed.
    if (kind === 'duplicate' && !runs.isTaken(runId)) runs.settle(runId, DUPLICATE, 'saved');
  });
  return events;
}

const CLOSED: RunOutcome = { kind: 'refused', refusal: { kind: 'draining' } };
const DUPLICATE: RunOutcome = { kind: 'refused', refusal: { kind: 'duplicate' } };

async function* once(event: RunEvent): AsyncGenerator<RunEvent> {
  yield event;
}
