import type { UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Inbox, Lapse, Unfinished } from './dispatcher.ts';
import { companyOf, needsNoRoom } from './suspicion.ts';
import { endStopped, endUnbegun } from './unbegun.ts';

export interface RecoveryOptions {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: no question becomes too old. */
  readonly lapse: Lapse | undefined;
  /** Begins a question, and stops it at once if it was taken back while it waited. */
  readonly begin: (one: Waiting) => Begun;
  /** Resolves when nothing is under way; from now on nothing new is begun until `letIn`. */
  readonly clear: () => Promise<void>;
  readonly letIn: () => void;
}

/** A question that is not under way yet. */
export interface Waiting {
  readonly question: Question;
  /** It was taken back meanwhile: whoever executes it is told at once. */
  isCancelled: boolean;
}

/** A run that was begun, which is not the same moment as its end. */
export interface Begun {
  readonly ended: Promise<void>;
}

/** Questions of an earlier life that are under way at once: a restart must not drown in them. */
const RECOVERED_AT_ONCE = 3;
/** Questions made our own at once. The others wait where they are, for us or another process. */
const PAGE = 100;
/** How often we say that we live, and look for those who do not: several times within a lease. */
const LOOK_EVERY_MS = 5_000;
/** A house that has been open for so long is not in a storm of deaths: what kills it now is what it does. */
const STANDS_AFTER_MS = 5_000;

/** A question of an earlier life whose turn has not come. */
interface Left extends Unfinished, Waiting {
  isTaken: boolean;
  readonly begun: PromiseWithResolvers<void>;
}

/**
 * Takes up what processes that are gone have left, oldest first, for as long as this one lives. A question of which the
 * run was cut off once is begun beside a few others. Cut off again, it is a suspect (suspicion.ts), and what may be under
 * way beside it is less and less, so that no question is given up for what another one did, or somebody outside.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  /** Oldest first; each until it has begun. */
  #left: Left[] = [];
  readonly #resumed = new Set<Promise<void>>();
  #hasMore = false;
  #looking: Promise<void> | undefined;
  #working: Promise<void> | undefined;
  #timer: unknown;
  #standing: unknown;
  /** Set while a suspect is under way, or about to be: nothing else of an earlier life is begun. */
  #alone: PromiseWithResolvers<void> | undefined;
  #hasStood = false;
  #isStopping = false;
  #isClosed = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Claims the first of them; to be awaited before anything new is taken. */
  async start(): Promise<void> {
    this.#standing = this.#options.clock.setTimeout(() => {
      this.#hasStood = true;
      this.run();
    }, STANDS_AFTER_MS);
    await this.#look();
    if (this.#left.length > 0) {
      this.#options.log.info('inbox.recovering', { questions: this.#left.length });
    }
  }

  /** Begins what was claimed, and what will be. */
  run(): void {
    if (this.#isStopping) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when all that this user asked in an earlier life has begun: it goes before what comes now. */
  async goBefore(userId: UserId): Promise<void> {
    let isPageFull = this.#hasMore;
    while (isPageFull && !this.#isStopping) isPageFull = (await this.#claim(userId)) === PAGE;
    for (const one of this.#left.filter(({ question }) => question.userId === userId)) {
      // Taken in the same step in which nobody is found alone: `#othersEnded` misses none.
      while (this.#alone !== undefined && mayGoBefore(one)) await this.#alone.promise;
      if (!one.isTaken && needsNoRoom(one.tries)) await this.#resume(one);
      else this.run();
      await one.begun.promise;
    }
  }

  /** Takes back those that wait for their turn. */
  cancel(isMeant: (question: Question) => boolean): void {
    for (const one of this.#left) one.isCancelled ||= isMeant(one.question);
  }

  /** Begins nothing more: what has not begun is left to the next life. What is under way is ours until `close`. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.clock.clearTimeout(this.#standing);
    for (const { begun } of this.#left) begun.resolve();
    await this.#looking;
    await this.#working;
  }

  /** Ends what was taken back and has not begun, which the next life would answer; then says no more that this process lives. */
  async close(): Promise<void> {
    const { inbox, log } = this.#options;
    const stopped = this.#left.filter(({ isCancelled }) => isCancelled);
    await Promise.all(stopped.map((one) => endStopped(one, { inbox, log })));
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  /** Renews the lease, too: so it is done whether or not there is room for more. */
  #look(): Promise<void> {
    this.#looking ??= this.#claim()
      .then((claimed) => {
        this.#hasMore = claimed === PAGE;
      })
      .finally(() => {
        this.#looking = undefined;
        if (this.#isClosed) return;
        const { clock } = this.#options;
        clock.clearTimeout(this.#timer);
        this.#timer = clock.setTimeout(
          () => void this.#look().then(() => this.run()),
          LOOK_EVERY_MS,
        );
      });
    return this.#looking;
  }

  /** Gives back how many were claimed. */
  async #claim(userId?: UserId): Promise<number> {
    const isFull = userId === undefined && this.#left.length >= PAGE;
    const limit = isFull || this.#isStopping ? 0 : PAGE;
    const claim = await this.#options.inbox.claim({ limit, userId });
    if (claim.kind === 'failed') {
      this.#options.log.warn('inbox.not_claimed', { why: claim.failure.message });
      return 0;
    }
    for (const one of claim.questions) {
      this.#left.push({
        ...one,
        isCancelled: false,
        isTaken: false,
        begun: Promise.withResolvers(),
      });
    }
    return isFull ? PAGE : claim.questions.length;
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = this.#next();
      if (this.#isStopping) return;
      if (next !== undefined) await this.#workOn(next);
      else if (this.#hasMore && this.#left.length < PAGE) await this.#look();
      else return;
    }
  }

  /** Never one of a user of whom an earlier one has not begun; and a last try not before the house has stood. */
  #next(): Left | undefined {
    const busy = new Set<UserId>();
    return this.#left.find((one) => {
      const { userId } = one.question;
      const isTooEarly = companyOf(one.tries) === 'nobody' && !this.#hasStood;
      const mayBegin = !one.isTaken && !isTooEarly && !busy.has(userId);
      busy.add(userId);
      return mayBegin;
    });
  }

  async #workOn(one: Left): Promise<void> {
    one.isTaken = true;
    if (needsNoRoom(one.tries)) {
      while (this.#resumed.size >= RECOVERED_AT_ONCE) await Promise.race(this.#resumed);
      await this.#resume(one);
      return;
    }
    const alone = Promise.withResolvers<void>();
    this.#alone = alone;
    const isLastTry = companyOf(one.tries) === 'nobody';
    const cleared = isLastTry ? this.#options.clear() : undefined;
    await this.#othersEnded(one);
    await cleared;
    await this.#resume(one);
    await Promise.all(this.#resumed);
    if (isLastTry) this.#options.letIn();
    this.#alone = undefined;
    alone.resolve();
  }

  /** What `goBefore` has taken and not begun yet is let through, and waited for. */
  async #othersEnded(suspect: Left): Promise<void> {
    const beginning = this.#left.filter((one) => one.isTaken && one !== suspect);
    await Promise.all(beginning.map(({ begun }) => begun.promise));
    await Promise.all(this.#resumed);
  }

  /** What the closing house lets be stays among what is left: it may be taken back until `close`. */
  async #resume(one: Left): Promise<void> {
    one.isTaken = true;
    if (await this.#takeUp(one)) this.#left = this.#left.filter((other) => other !== one);
    one.begun.resolve();
    this.run();
  }

  /** Begins it, or ends it without; false when the house closes: then it is for the next life. */
  async #takeUp(one: Left): Promise<boolean> {
    const { inbox, begin, clock } = this.#options;
    if (this.#isStopping) return false;
    if (await endUnbegun(one, this.#options)) return true;
    // The count is written first: a question that kills the process is noticed. Leaving the inbox takes it back.
    await inbox.countTry(one);
    if (this.#isStopping) return false;
    const question = { ...one.question, resumedAt: clock.now() };
    const { ended } = begin({ question, isCancelled: one.isCancelled });
    const resumed = ended.finally(() => this.#resumed.delete(resumed));
    this.#resumed.add(resumed);
    return true;
  }
}

/** Nobody has taken it, and it may begin beside others, though not beside a suspect. */
const mayGoBefore = ({ isTaken, tries }: Left): boolean =>
  !isTaken && companyOf(tries) === 'anybody';
