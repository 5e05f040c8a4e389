import type { FailureKind } from '../../../machines/failure.ts';
import type { Epoch, RunId, UserId } from '../../../machines/ids.ts';
import type { RunRecord } from '../../../machines/ports.ts';
import type { Question, RunEvent, RunOutcome, RunRef } from '../../../machines/question.ts';
import type { Accuse } from './incarnations.ts';

/** All that is known from outside of one question. */
export interface Asked {
  readonly question: Question;
  readonly nth: number;
  /** Left over from an earlier life: asked in an order of its own. */
  readonly isRecovered: boolean;
  /** False for one of an earlier life that has not been taken up yet: nobody can watch or cancel it. */
  isHeard: boolean;
  /** The inbox was asked to keep it; refused at the door, it never is. */
  isOffered: boolean;
  readonly askedAt: Moment;
  /** Since when its user has always had a question that was not answered. */
  readonly userSince: Moment;
  startedAt: Moment;
  /** Since when it has waited for a place in the house, as far as its asker was told. */
  waitsSince: Moment | undefined;
  /** The incarnation that works on it. */
  workedBy: Epoch | undefined;
  begins: number;
  /** The outcome was handed to the store, by the incarnation that works on it. */
  isEnding: boolean;
  hasEnded: boolean;
  saved: RunOutcome | undefined;
  outcome: RunOutcome | undefined;
  settlements: number;
  finishes: number;
  /** Its user asked for it to stop: at some time, and while that could still be done. */
  isTakenBack: boolean;
  isTakenBackInTime: boolean;
  isDismissed: boolean;
  /** How often its user's team has crashed since it was asked. */
  crashes: number;
  readonly failures: Set<FailureKind | 'save' | 'start'>;
  /** The most that waited or worked beside it: other users, and questions of the same user. */
  crowd: { all: number; users: number; own: number; inChannel: number };
}

/** Milliseconds since the start: on a stopwatch, and with the hours that a jumping clock has claimed. */
export interface Moment {
  readonly elapsedMs: number;
  readonly claimedMs: number;
}

/** How long anybody may wait for a place, and who has one. */
interface Patience {
  readonly patienceMs: number;
  readonly hasTeam: (userId: UserId) => boolean;
}

/** Watches what becomes of questions: P4 and P5, seen from the outside. */
export class Questions {
  readonly #accuse: Accuse;
  readonly #now: () => Moment;
  readonly #all: Asked[] = [];
  readonly #byRun = new Map<RunId, Asked>();
  #overtakings: { readonly early: Asked; readonly late: Asked }[] = [];

  constructor(accuse: Accuse, now: () => Moment) {
    this.#accuse = accuse;
    this.#now = now;
  }

  get all(): readonly Asked[] {
    return this.#all;
  }

  get open(): readonly Asked[] {
    return this.#all.filter(({ outcome }) => outcome === undefined);
  }

  of(runId: RunId): Asked {
    const asked = this.#byRun.get(runId);
    if (asked === undefined) throw new Error(`Nobody has asked ${runId}.`);
    return asked;
  }

  ask(question: Question, isRecovered: boolean): Asked {
    const now = this.#now();
    const asked: Asked = {
      question,
      isRecovered,
      isHeard: !isRecovered,
      isOffered: isRecovered,
      nth: this.#all.length,
      askedAt: now,
      userSince:
        this.open.find((other) => other.question.userId === question.userId)?.userSince ?? now,
      startedAt: now,
      waitsSince: undefined,
      workedBy: undefined,
      begins: 0,
      isEnding: false,
      hasEnded: false,
      saved: undefined,
      outcome: undefined,
      settlements: 0,
      finishes: 0,
      isTakenBack: false,
      isTakenBackInTime: false,
      isDismissed: false,
      crashes: 0,
      failures: new Set(),
      crowd: { all: 0, users: 0, own: 0, inChannel: 0 },
    };
    this.#all.push(asked);
    this.#byRun.set(question.runId, asked);
    this.#measureCrowd();
    return asked;
  }

  /** The user takes a question back; one whose outcome is being saved is past that. */
  takeBack(isMeant: (question: Question) => boolean): void {
    for (const asked of this.open) {
      if (!isMeant(asked.question)) continue;
      asked.isTakenBack = true;
      asked.isTakenBackInTime ||= !asked.isEnding;
    }
  }

  dismiss(userId: UserId): void {
    for (const asked of this.open) if (asked.question.userId === userId) asked.isDismissed = true;
  }

  /** What the asker is told of a question: whether it waits for a place in the house. */
  told(event: RunEvent): void {
    const asked = this.of(event.runId);
    const waits = event.type === 'run.queued' && event.behind === 'house';
    asked.waitsSince = waits ? (asked.waitsSince ?? this.#now()) : undefined;
  }

  /** A leader begins to work on a question. */
  begins(run: RunRef, limits: { readonly concurrency: number }): void {
    const asked = this.of(run.runId);
    const { runId, userId, channelId } = asked.question;
    if (run.userId !== userId || run.channelId !== channelId) {
      this.#accuse('P9', `${runId} is worked on for somebody else`);
    }
    if (asked.outcome !== undefined) this.#accuse('P4', `${runId} begins after its end`);
    if (asked.workedBy !== undefined) this.#accuse('P4', `${runId} begins while it is worked on`);
    const beside = this.open.filter((other) => isAtWork(other) && other !== asked);
    const own = beside.filter(({ question }) => question.userId === userId);
    if (own.length >= limits.concurrency) {
      this.#accuse('P5', `${runId} is one too many at once of ${userId}`);
    }
    const inChannel = this.#inChannelOf(asked);
    for (const other of inChannel.filter(isAtWork)) {
      this.#accuse('P5', `${runId} begins beside ${other.question.runId}`);
    }
    for (const early of inChannel.filter((other) => other.nth < asked.nth && !other.hasEnded)) {
      this.#overtakings.push({ early, late: asked });
    }
    asked.workedBy = run.epoch;
    asked.begins += 1;
    asked.isEnding = false;
    asked.hasEnded = false;
    asked.startedAt = this.#now();
  }

  ends({ run, outcome }: RunRecord): void {
    const asked = this.of(run.runId);
    if (asked.workedBy !== run.epoch) this.#accuse('P8', `${run.runId} is ended by a stranger`);
    asked.isEnding = true;
    asked.saved = outcome;
  }

  /** The store has answered, while somebody still waited for that. */
  ended({ runId, epoch }: RunRef): void {
    const asked = this.of(runId);
    if (asked.workedBy === epoch && asked.outcome === undefined) asked.hasEnded = true;
  }

  crashed(userId: UserId): void {
    for (const asked of this.open) if (asked.question.userId === userId) asked.crashes += 1;
  }

  /** A team is no more: nobody works on what it had. */
  left({ userId, epoch }: { readonly userId: UserId; readonly epoch: Epoch }): void {
    for (const asked of this.open) {
      if (asked.question.userId !== userId || asked.workedBy !== epoch) continue;
      asked.workedBy = undefined;
      asked.isEnding = false;
      asked.hasEnded = false;
    }
  }

  /** Looks at what could not be judged in the middle of an event. */
  afterEvent(patience: Patience): void {
    for (const asked of this.open) this.#judgeWaiting(asked, patience);
    for (const { early, late } of this.#overtakings) {
      if (early.outcome === undefined) {
        const { runId } = early.question;
        this.#accuse(
          'P5',
          `${late.question.runId} begins before ${runId}, which was asked earlier`,
        );
      }
    }
    this.#overtakings = [];
    this.#measureCrowd();
  }

  /** Nobody waits for a place for ever. After a crash a user rests first, and then waits anew. */
  #judgeWaiting(asked: Asked, { patienceMs, hasTeam }: Patience): void {
    const { question, waitsSince, crashes } = asked;
    if (hasTeam(question.userId)) asked.waitsSince = undefined;
    if (waitsSince === undefined || asked.waitsSince === undefined || crashes > 0) return;
    const waitedMs = this.#now().elapsedMs - waitsSince.elapsedMs;
    if (waitedMs > patienceMs) this.#accuse('P3', `${question.runId} has waited ${waitedMs} ms`);
  }

  #inChannelOf({ question, isRecovered }: Asked): readonly Asked[] {
    return this.open.filter(
      (other) =>
        other.question !== question &&
        other.isRecovered === isRecovered &&
        other.question.userId === question.userId &&
        other.question.channelId === question.channelId,
    );
  }

  #measureCrowd(): void {
    const { open } = this;
    const users = new Set(open.map(({ question }) => question.userId)).size;
    for (const { question, crowd } of open) {
      const own = open.filter((other) => other.question.userId === question.userId).length;
      crowd.users = Math.max(crowd.users, users - 1);
      crowd.own = Math.max(crowd.own, own - 1);
      crowd.all = Math.max(crowd.all, open.length - 1);
      const near = open.filter((other) => other.question.channelId === question.channelId).length;
      crowd.inChannel = Math.max(crowd.inChannel, near - 1);
    }
  }
}

const isAtWork = ({ workedBy, hasEnded }: Asked): boolean => workedBy !== undefined && !hasEnded;
