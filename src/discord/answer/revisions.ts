import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { Pauses } from '../../shared/pauses.ts';
import { theirId } from '../archive/archived-message.ts';
import type { DiscordHouse, DiscordQuestion } from '../house.ts';
import { familyOf, messageIdOf, movedTo } from '../intake/questions.ts';
import { type ChannelRest, isGone, problemOf } from '../rest.ts';
import type { AnswerBook, Draft, DraftBook, StandingAnswer } from './book.ts';
import type { Drafts } from './drafts.ts';
import type { Withdrawn } from './withdrawn.ts';

export interface RevisionsOptions {
  readonly house: DiscordHouse;
  readonly answers: AnswerBook;
  readonly book: DraftBook;
  readonly drafts: Drafts;
  readonly withdrawn: Withdrawn;
  readonly rest: ChannelRest;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often, and after what pause, it is looked whether an answer has arrived. */
const MAX_LOOKS = 20;
const LOOK_MS = 250;

export type Revised = 'asked' | 'unknown' | 'too_often' | 'not_yours' | 'not_kept';

/** Answers that are made anew, and questions that are taken back. Nothing here rejects. */
export class Revisions {
  readonly #options: RevisionsOptions;

  constructor(options: RevisionsOptions) {
    this.#options = options;
  }

  /** The runs that answer a message; empty when it was never asked, or when that cannot be read. */
  async of(messageId: string): Promise<readonly StandingAnswer[]> {
    const read = await this.#options.answers.of(familyOf(messageId));
    if (read.kind === 'read') return read.answers;
    this.#options.log.warn('discord.answers_unread', { why: read.failure.message });
    return [];
  }

  /** Asks a question anew: its answer takes the place of the one that stands there. What is under way is given up. */
  async again(
    known: readonly StandingAnswer[],
    asked: DiscordQuestion,
    signal: AbortSignal,
  ): Promise<Revised> {
    const last = await this.#said(known.at(-1), signal);
    if (last === undefined) return 'unknown';
    const question = movedTo(theirId(last.channelId), asked);
    if (last.userId !== question.userId) return 'not_yours';
    const runId = familyOf(messageIdOf(question.runId))[known.length];
    if (runId === undefined) return 'too_often';
    if (!last.isOver) await this.#giveUp(last);
    const draft = await this.#placeOf(last);
    if (draft !== undefined) await this.#options.book.keep({ ...question, runId }, draft);
    await this.#eraseAll(question.origin.channelId, last.messageIds.slice(1), signal);
    return await this.#ask({ ...question, runId }, draft);
  }

  /** Stops what works on a message, and takes its draft away. */
  async takeBack(messageId: string, signal: AbortSignal): Promise<void> {
    const last = (await this.of(messageId)).at(-1);
    if (last === undefined || last.isOver) return;
    await this.#giveUp(last);
    const found = await this.#options.drafts.settle(last.runId);
    this.#options.drafts.forget(last.runId);
    if (found.kind === 'read' && found.draft !== undefined)
      await this.#eraseAll(theirId(last.channelId), [found.draft.messageId], signal);
  }

  async #ask(question: DiscordQuestion, draft: Draft | undefined): Promise<Revised> {
    const { house, drafts } = this.#options;
    const failed = await house.take(question);
    if (failed !== undefined) return 'not_kept';
    const events = house.watch(question);
    if (events !== undefined) drafts.begin(question, events, draft);
    return 'asked';
  }

  /** Nothing is said of it; resolves when it has ended. */
  async #giveUp({ userId, runId }: StandingAnswer): Promise<void> {
    const { house, withdrawn } = this.#options;
    withdrawn.add(runId);
    const events = house.watch({ userId, runId });
    house.cancel({ userId, runId });
    if (events === undefined) return;
    for await (const event of events) if (event.type === 'run.settled') break;
  }

  /** What is on its way is waited for, so that it is known where it stands. */
  async #said(
    last: StandingAnswer | undefined,
    signal: AbortSignal,
  ): Promise<StandingAnswer | undefined> {
    const { clock } = this.#options;
    const pauses = new Pauses(clock);
    let known = last;
    for (let looks = 0; looks < MAX_LOOKS && !signal.aborted; looks++) {
      if (known === undefined || !known.isOver || known.isSaid) break;
      await pauses.wait(LOOK_MS);
      known = (await this.of(messageIdOf(known.runId))).at(-1);
    }
    return known;
  }

  /** Where the answer stands; of one that was given up, its draft. */
  async #placeOf({ messageIds, runId }: StandingAnswer): Promise<Draft | undefined> {
    const [first] = messageIds;
    if (first !== undefined) return { messageId: first, isAnswer: true };
    const { drafts } = this.#options;
    const found = await drafts.settle(runId);
    drafts.forget(runId);
    if (found.kind === 'failed' || found.draft === undefined) return undefined;
    return { ...found.draft, isAnswer: true };
  }

  async #eraseAll(
    channelId: string,
    messageIds: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { log, rest } = this.#options;
    for (const messageId of messageIds) {
      try {
        await rest.erase(channelId, messageId, signal);
      } catch (error) {
        if (isGone(error)) continue;
        log.warn('discord.not_erased', { messageId, why: problemOf(error).why });
      }
    }
  }
}
