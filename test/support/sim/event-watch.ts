import type { UserId } from '../../../machines/ids.ts';
import type { Effect, Owner } from './effects.ts';
import type { Accuse, Incarnation, Incarnations } from './incarnations.ts';
import type { Questions } from './questions.ts';

/** Watches a single event: whom a bug touches (P7), and who gives back what it holds (P3). */
export class EventWatch {
  readonly #accuse: Accuse;
  readonly #incarnations: Incarnations;
  readonly #questions: Questions;
  #bugs: Owner[] = [];
  #underWay: readonly Effect[] = [];
  #asking: ReadonlySet<UserId> = new Set();
  #harmed: UserId[] = [];
  #closings: Incarnation[] = [];

  constructor(accuse: Accuse, incarnations: Incarnations, questions: Questions) {
    this.#accuse = accuse;
    this.#incarnations = incarnations;
    this.#questions = questions;
  }

  before(underWay: readonly Effect[]): void {
    this.#underWay = underWay.filter(({ isAborted }) => !isAborted);
    this.#asking = new Set(this.#questions.open.map(({ question }) => question.userId));
    this.#bugs = [];
    this.#harmed = [];
    this.#closings = [];
  }

  /** A bug was thrown, and somebody waited for what it came out of. */
  bug({ userId, epoch }: Owner): void {
    this.#bugs.push({ userId, epoch });
  }

  crashed({ userId, epoch }: Owner): void {
    const isCaused = this.#bugs.some((bug) => bug.epoch === epoch);
    if (!isCaused) this.#accuse('P7', `${userId}#${epoch} crashes without a bug`);
  }

  /** A run of this user failed or was cancelled. */
  harmed(userId: UserId): void {
    this.#harmed.push(userId);
  }

  /** An incarnation begins to give back what it holds. */
  closing(incarnation: Incarnation): void {
    this.#closings.push(incarnation);
  }

  after(): void {
    for (const bug of this.#bugs) this.#judgeBug(bug);
    for (const incarnation of this.#closings) this.#judgeClosing(incarnation);
  }

  /** A bug ends its own team, and touches nobody else. */
  #judgeBug(bug: Owner): void {
    const name = `${bug.userId}#${bug.epoch}`;
    const incarnation = this.#incarnations.of(bug);
    if (incarnation?.isCrashed === false) this.#accuse('P7', `a bug of ${name} is swallowed`);
    for (const { owner, isAborted, name: effect } of this.#underWay) {
      // A team without a question may leave at any time: an hour set forward is noticed with the next event.
      if (isAborted && owner.userId !== bug.userId && this.#asking.has(owner.userId)) {
        this.#accuse('P7', `a bug of ${name} aborts ${effect} of ${owner.userId}`);
      }
    }
    for (const userId of this.#harmed) {
      if (userId !== bug.userId) this.#accuse('P7', `a bug of ${name} ends a run of ${userId}`);
    }
  }

  /** Whoever gives back what it holds has nothing left to do, unless it crashed or was made to go. */
  #judgeClosing({ userId, epoch, isCrashed, isStoppedHard }: Incarnation): void {
    if (isCrashed || isStoppedHard) return;
    for (const { question, workedBy } of this.#questions.open) {
      if (question.userId === userId && workedBy === epoch) {
        this.#accuse('P3', `${userId}#${epoch} leaves while it works on ${question.runId}`);
      }
    }
  }
}
