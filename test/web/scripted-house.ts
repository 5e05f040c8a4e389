import { NO_USAGE } from '../../machines/conversation.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import type {
  CancelScope,
  ConfirmEnd,
  ConfirmWish,
  ConversationEntry,
  HouseOverview,
  SessionSummary,
  WebHouse,
} from '../../src/web/house.ts';
import { type Asked, entryOf, listen, outcomeOf, type Run, type Told } from './scripted-run.ts';

/** A house whose runs do exactly what the test says, and that remembers what it was asked to do. */
export class ScriptedHouse implements WebHouse {
  readonly asked: Asked[] = [];
  readonly cancelled: CancelScope[] = [];
  readonly confirmed: ConfirmWish[] = [];
  /** What happens when a question arrives; the test may also drive `tell` by hand. */
  onAsk: (question: Asked) => void = () => {};
  onCancel: (what: CancelScope) => void = () => {};
  storeBroken = false;
  /** What runs have made, by id. */
  readonly files = new Map<string, { name: string; mime: string; data: Uint8Array }>();
  overviews = 0;
  readonly #runs = new Map<RunId, Run>();
  readonly #waiters = new Set<() => void>();
  #overview: HouseOverview = QUIET;
  #time = Date.now() - 60_000;

  async *ask(question: Asked, { signal }: { signal: AbortSignal }): AsyncIterable<RunEvent> {
    const run = {
      question,
      at: this.#time++,
      events: [],
      listeners: new Set<Told>(),
      onLeave: () => this.#wake(),
    };
    this.#runs.set(question.runId, run);
    this.asked.push(question);
    const events = listen(run, signal);
    this.onAsk(question);
    this.#wake();
    yield* events;
  }

  metrics(): string {
    return 'troupe_teams 1\n';
  }

  async file(_userId: UserId, fileId: string) {
    return this.files.get(fileId);
  }

  watch(
    { runId, userId }: { runId: RunId; userId: UserId },
    { signal }: { signal: AbortSignal },
  ): AsyncIterable<RunEvent> | undefined {
    const run = this.#runs.get(runId);
    if (run === undefined || run.question.userId !== userId) return undefined;
    if (outcomeOf(run) !== undefined) return undefined;
    const events = listen(run, signal);
    this.#wake();
    return events;
  }

  async confirm(what: ConfirmWish): Promise<ConfirmEnd> {
    this.confirmed.push(what);
    return { kind: what.stepKey === 'gone' ? 'unknown' : 'kept' };
  }

  /** What `/memory` says. */
  remembers = '';
  command = async (_: unknown): Promise<string> => this.remembers;

  cancel(what: CancelScope): void {
    this.cancelled.push(what);
    this.onCancel(what);
    for (const run of this.#runs.values()) {
      const meant = what.runId ?? run.question.runId;
      const there = what.channelId ?? run.question.channelId;
      if (meant !== run.question.runId || there !== run.question.channelId) continue;
      if (outcomeOf(run) !== undefined) continue;
      this.settle(run.question.runId, { kind: 'cancelled', usage: NO_USAGE });
    }
    this.#wake();
  }

  overview(): HouseOverview {
    this.overviews++;
    this.#wake();
    return this.#overview;
  }

  async sessions(userId: UserId): Promise<readonly SessionSummary[]> {
    if (this.storeBroken) throw new Error('the database is away');
    const channels = new Map<ChannelId, SessionSummary>();
    for (const { question, at } of this.#runs.values()) {
      if (question.userId !== userId) continue;
      const runs = (channels.get(question.channelId)?.runs ?? 0) + 1;
      const title = `About ${question.channelId}`;
      channels.set(question.channelId, {
        channelId: question.channelId,
        title,
        lastAt: at,
        runs,
      });
    }
    return [...channels.values()];
  }

  async conversation(page: {
    userId: UserId;
    channelId: ChannelId;
    limit: number;
    before?: RunId;
  }): Promise<readonly ConversationEntry[]> {
    if (this.storeBroken) throw new Error('the database is away');
    const mine = [...this.#runs.values()]
      .filter(({ question }) => question.channelId === page.channelId)
      .filter(({ question }) => question.userId === page.userId);
    const end = mine.findIndex(({ question }) => question.runId === page.before);
    return mine
      .slice(0, end === -1 ? undefined : end)
      .slice(-page.limit)
      .map(entryOf);
  }

  /** Whoever follows the run hears this now; whoever joins later hears it first. */
  tell(event: RunEvent): void {
    const run = this.#runs.get(event.runId);
    if (run === undefined) throw new Error(`no run ${event.runId}`);
    run.events.push(event);
    for (const listener of run.listeners) listener(event);
    this.#wake();
  }

  settle(runId: RunId, outcome: RunOutcome): void {
    this.tell({ type: 'run.settled', runId, outcome });
  }

  /** As a house that closes: whoever follows is told so, and the run goes on when it is back. */
  postpone(runId: RunId): void {
    const outcome: RunOutcome = { kind: 'refused', refusal: { kind: 'postponed' } };
    const listeners = this.#runs.get(runId)?.listeners ?? [];
    for (const listener of listeners) listener({ type: 'run.settled', runId, outcome });
  }

  answer(runId: RunId, text: string): void {
    this.settle(runId, answered(text));
  }

  /** Who follows this run at the moment. */
  followersOf(runId: RunId): number {
    return this.#runs.get(runId)?.listeners.size ?? 0;
  }

  /** Resolves when nobody follows the run any more. */
  async untilLeft(runId: RunId): Promise<void> {
    await this.until(() => this.followersOf(runId) === 0);
  }

  show(overview: Partial<HouseOverview>): void {
    this.#overview = { ...this.#overview, ...overview };
  }

  /** Resolves when the house has come to be as described. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined && seen !== false) return seen;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}

export function answered(text: string): Extract<RunOutcome, { kind: 'answered' }> {
  return {
    kind: 'answered',
    text,
    model: 'scripted',
    usage: NO_USAGE,
    delegations: [],
    sources: [],
    notes: [],
  };
}

const QUIET: HouseOverview = {
  teams: [],
  teamCount: 0,
  waiting: [],
  waitingCount: 0,
  maxTeams: 3,
  health: 'ok',
  model: 'scripted',
  demo: false,
};
