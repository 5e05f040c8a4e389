import type { RunId, UserId } from '../../machines/ids.ts';
import type { ConfirmationAnswer, KeptAnswer } from '../../machines/ports.ts';
import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';
import type { SupervisorEvent } from '../../machines/supervisor/supervisor.protocol.ts';
import { type AskOptions, createAsking } from './asking.ts';
import { closeHouse } from './closing.ts';
import {
  closeQuestion,
  type Execute,
  isMeant,
  type Signal,
  type Submission,
} from './dispatcher.ts';
import { type HouseView, houseView } from './house-view.ts';
import { createLocalDispatcher } from './local-dispatcher.ts';
import { openHouse } from './open-house.ts';
import { watchPressure } from './pressure.ts';
import { createReplying, type Replying, saying } from './replying.ts';
import { Runs, type RunsOptions, type RunView } from './runs.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import type { Teams } from './teams.ts';

/** The running actor system. */
export interface Runtime {
  /** Takes a question up. The events end with `run.settled`; nobody needs to read them. */
  ask(question: Question, options?: AskOptions): AsyncIterable<RunEvent>;
  /** Takes a question up whose answer leaves by the outbox; resolves when it is kept, long before its answer. Never rejects. */
  take(question: Question): Promise<Submission>;
  watch(runId: RunId, userId: UserId): AsyncIterable<RunEvent> | undefined;
  signal(signal: Signal): void;
  /** The asker's word on something that waits for it. Never rejects. */
  confirm(answer: Omit<ConfirmationAnswer, 'at'>): Promise<KeptAnswer>;
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
  const replying = createReplying(given, () => runs);
  const options = { ...given, replying, inbox: saying(given.inbox, replying) };
  const { clock, inbox, lapse, log } = options;
  const { onSettled, written } = closingQuestions(options);
  const runs = new Runs({ log, told: replying.told, onSettled });
  const { supervisor, host, teams, confirmations } = openHouse(options, runs);
  const tell = (event: SupervisorEvent): void => supervisor.send(event);
  const dispatcher = createLocalDispatcher({
    inbox,
    clock,
    log,
    lapse,
    cancel(signal) {
      runs.takeBack((question) => isMeant(question, signal));
      tell({ ...signal, type: 'supervisor.cancel', at: clock.now() });
    },
    onUnkept: ({ runId }) => runs.endHere(runId),
  });
  const stopPressure = startPressure(options, tell, teams);
  const closing = closeHouse(options, supervisor);
  let stopped: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    stopPressure();
    host.close();
    // What is not written down as refused would be asked again in the next life.
    await written();
    await inbox?.leave();
  };
  return {
    view: (limit) => houseView(supervisor.getSnapshot(), runs, limit),
    underway: (userId) => runs.underway().filter(({ question }) => question.userId === userId),
    ask: createAsking(runs, dispatcher, () => supervisor.getSnapshot().context.house),
    take: (question) => dispatcher.submit(question),
    watch: (runId, userId) =>
      runs.questionOf(runId)?.userId === userId ? runs.join(runId) : undefined,
    signal: (signal) => dispatcher.signal(signal),
    confirm: (answer) => confirmations.answer(answer),
    resize: (maxTeams) => tell({ type: 'supervisor.resize', maxTeams, at: clock.now() }),
    dismiss(userId) {
      runs.takeBack((question) => question.userId === userId);
      tell({ type: 'supervisor.dismiss', userId, at: clock.now() });
    },
    recover: () => dispatcher.start(executing(options, { runs, supervisor })),
    stop() {
      replying.houseCloses();
      if (stopped !== undefined) closing.force();
      stopped ??= Promise.all([closing.drain(), dispatcher.stop()]).then(leave);
      return stopped;
    },
  };
}

/** Writes down how questions ended that no leader has saved; `written` resolves when that is done. */
function closingQuestions({
  inbox,
  replying,
  log,
}: Pick<RuntimeOptions, 'inbox' | 'log'> & { readonly replying: Replying }) {
  const writing = new Set<Promise<void>>();
  const onSettled: RunsOptions['onSettled'] = (question, outcome, ending) => {
    if (ending === 'saved' || inbox === undefined) return;
    if (replying.isForNextLife(question, outcome)) return;
    const told = replying.told(question, outcome);
    const write = closeQuestion(inbox, { question, outcome: told, log });
    writing.add(write);
    void write.finally(() => writing.delete(write));
  };
  return { onSettled, written: () => Promise.all(writing) };
}

/** A question's run, from here to its end. */
const executing =
  (
    { clock, onResumed }: RuntimeOptions,
    {
      runs,
      supervisor,
    }: { readonly runs: Runs; readonly supervisor: ReturnType<typeof openHouse>['supervisor'] },
  ): Execute =>
  (question) => {
    const { runId, resumedAt } = question;
    const ended = runs.begin(question);
    if (resumedAt !== undefined) onResumed?.(question, () => runs.join(runId));
    if (supervisor.getSnapshot().status !== 'active') runs.settle(runId, CLOSED, 'unsaved');
    else supervisor.send({ type: 'supervisor.ask', question, at: clock.now() });
    return ended;
  };

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

const CLOSED: RunOutcome = { kind: 'refused', refusal: { kind: 'draining' } };
