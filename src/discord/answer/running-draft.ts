import { createHash } from 'node:crypto';
import type { Phrases } from '../../../machines/phrases.ts';
import type { Confirmation, Origin, Question, RunEvent } from '../../../machines/question.ts';
import { sayAsking, sayConfirmed, sayQueued } from '../../../machines/wording.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { theirId } from '../archive/archived-message.ts';
import { spokenTo } from '../languages.ts';
import { type ChannelRest, isGone, NotYet, problemOf } from '../rest.ts';
import type { Language } from '../settings/settings.ts';
import { isHeadOf } from '../snowflake.ts';
import { PHRASES } from '../words/phrases.ts';
import { addressed } from './addressed.ts';
import type { Draft, DraftBook } from './book.ts';
import { stopButton, wordButtons } from './buttons.ts';
import { Doing, draftText, sayLasting } from './doing.ts';

export interface DraftsOptions {
  readonly rest: ChannelRest;
  readonly book: DraftBook;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a model's text safe to show. */
  readonly present: (text: string) => string;
}

interface RunningDraftOptions extends DraftsOptions {
  readonly question: Question;
  readonly origin: Origin;
  readonly draft: Draft | undefined;
}

/** Answers that come sooner need no draft. */
const FIRST_SHOWN_AFTER_MS = 1_500;
const BETWEEN_EDITS_MS = 1_200;
/** Discord shows that somebody types for ten seconds. */
const TYPING_EVERY_MS = 7_500;
/** So that people see that something still happens. */
const REFRESHED_EVERY_MS = 5_000;
/** What one request may take: the answer waits for it. */
const REQUEST_MS = 10_000;

/** One run's draft: typing, then one message that shows the newest, never with two requests on their way. */
export class RunningDraft {
  readonly #options: RunningDraftOptions;
  readonly #language: Language;
  readonly #phrases: Phrases;
  readonly #beganAt: number;
  readonly #cut = new AbortController();
  /** By step: what waits for the asker's word, first to last. */
  readonly #waiting = new Map<string, Confirmation>();
  #draft: Draft | undefined;
  #text = '';
  #turn = 0;
  readonly #progress: Doing;
  #doing: string;
  #doingSince: number;
  #shown = '';
  #notBefore: number;
  #timer: unknown;
  #typingTimer: unknown;
  #inFlight: Promise<void> | undefined;
  #typing: Promise<void> | undefined;
  #hasEnded = false;
  #isUnwanted = false;

  constructor(options: RunningDraftOptions) {
    this.#options = options;
    this.#language = spokenTo(options.question);
    this.#phrases = PHRASES[this.#language];
    this.#progress = new Doing(this.#phrases);
    this.#doing = this.#phrases.doing.thinking;
    this.#draft = options.draft;
    this.#beganAt = options.clock.now();
    this.#doingSince = this.#beganAt;
    this.#notBefore = this.#beganAt + FIRST_SHOWN_AFTER_MS;
    this.#type();
    if (options.question.resumedAt === undefined) this.#showIn(0);
    else {
      // Whoever has waited through a restart is told at once that it goes on.
      this.#doing = this.#phrases.doing.resuming;
      this.#show();
    }
  }

  /** Never rejects: the events of a run do not. */
  async follow(events: AsyncIterable<RunEvent>): Promise<void> {
    for await (const event of events) {
      if (this.#hasEnded || event.type === 'run.settled') break;
      this.#hear(event);
    }
    await this.end();
  }

  /** Shows nothing more; resolves with the message that stands there when the last request is over. */
  async end(): Promise<Draft | undefined> {
    const { clock } = this.#options;
    this.#hasEnded = true;
    clock.clearTimeout(this.#timer);
    clock.clearTimeout(this.#typingTimer);
    if (this.#inFlight !== undefined || this.#typing !== undefined) {
      const deadline = clock.setTimeout(() => this.#cut.abort(), REQUEST_MS);
      await Promise.all([this.#inFlight, this.#typing]);
      clock.clearTimeout(deadline);
    }
    return this.#draft;
  }

  #hear(event: RunEvent): void {
    switch (event.type) {
      case 'run.queued':
        this.#does(sayQueued(event, this.#phrases));
        break;
      case 'run.started':
        this.#does(this.#phrases.doing.thinking);
        break;
      case 'run.progressed':
        this.#does(this.#progress.hear(event.progress));
        break;
      case 'run.asking':
        this.#waiting.set(event.confirmation.stepKey, event.confirmation);
        this.#does(sayAsking(event.confirmation, this.#phrases));
        break;
      case 'run.confirmed':
        this.#waiting.delete(event.stepKey);
        this.#does(sayConfirmed(event.end, this.#phrases));
        break;
      case 'run.drafted':
        this.#text = event.turn === this.#turn ? this.#text + event.delta : event.delta;
        this.#turn = event.turn;
        this.#showIn(0);
        break;
      case 'run.settled':
    }
  }

  #does(doing: string): void {
    this.#doing = doing;
    this.#doingSince = this.#options.clock.now();
    this.#showIn(0);
  }

  #showIn(ms: number): void {
    if (this.#hasEnded || this.#isUnwanted || this.#inFlight !== undefined) return;
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    const wait = Math.max(ms, this.#notBefore - clock.now());
    this.#timer = clock.setTimeout(() => this.#show(), wait);
  }

  #show(): void {
    const content = this.#content();
    if (content === this.#shown) {
      this.#showIn(REFRESHED_EVERY_MS);
      return;
    }
    const { clock } = this.#options;
    this.#notBefore = clock.now() + BETWEEN_EDITS_MS;
    this.#inFlight = this.#send(content).finally(() => {
      this.#inFlight = undefined;
      // What was said meanwhile is shown next; if nothing was, the seconds go on.
      this.#showIn(this.#content() === this.#shown ? REFRESHED_EVERY_MS : 0);
    });
  }

  async #send(content: string): Promise<void> {
    const { clock, log, question, rest, origin } = this.#options;
    const message = { content, buttons: this.#buttons() };
    const { signal } = this.#cut;
    const { channelId } = origin;
    try {
      this.#draft ??= await this.#left();
      // What an earlier life has posted, and not kept, is given back by its nonce as it was.
      const isShown = this.#draft === undefined && question.resumedAt === undefined;
      const { messageId } = this.#draft ?? (await this.#post(message));
      if (!isShown) await rest.edit({ channelId, messageId }, message, signal);
      this.#shown = content;
    } catch (error) {
      // Somebody has deleted it: no other one is put in its place, and the answer comes as a message of its own.
      this.#isUnwanted = isGone(error);
      const problem = problemOf(error);
      // A draft gives way: the next one shows more anyway.
      const pauseMs = problem.kind === 'unsent' ? (problem.retryAfterMs ?? 0) : REQUEST_MS;
      this.#notBefore = clock.now() + Math.max(BETWEEN_EDITS_MS, pauseMs);
      log.debug('draft.not_shown', { runId: question.runId, why: problem.why });
    }
  }

  /** The draft that an earlier life has left of a resumed run. Rejects when it cannot be told. */
  async #left(): Promise<Draft | undefined> {
    const { book, question } = this.#options;
    if (question.resumedAt === undefined) return undefined;
    const found = await book.find(question.runId);
    if (found.kind === 'failed') throw new NotYet(found.failure.message);
    return found.draft;
  }

  /** The one that was asked for last: one question at a time is enough to read. */
  get #asked(): Confirmation | undefined {
    return [...this.#waiting.values()].at(-1);
  }

  #buttons(): ReturnType<typeof stopButton> {
    const { runId } = this.#options.question;
    const { stepKey } = this.#asked ?? {};
    const words = stepKey === undefined ? [] : wordButtons({ runId, stepKey }, this.#language);
    return [...words, ...stopButton(runId, this.#language)];
  }

  async #post(message: {
    readonly content: string;
    readonly buttons: ReturnType<typeof stopButton>;
  }): Promise<Draft> {
    const { book, log, question, rest, origin } = this.#options;
    const { runId, userId } = question;
    const nonce = createHash('sha256').update(`draft:${runId}`).digest('base64url').slice(0, 25);
    const replyTo = { messageId: origin.replyTo, pings: false };
    // Nobody is told of a thread that was opened for them, unless they are named in it.
    const isFirst = isHeadOf(origin.channelId, origin.replyTo);
    const told = isFirst ? addressed(message, theirId(userId)) : message;
    const reply = { ...told, nonce, replyTo };
    const messageId = await rest.post(origin.channelId, reply, this.#cut.signal);
    const draft = { messageId, isAnswer: false };
    this.#draft = draft;
    const failed = await book.keep({ runId, userId }, draft);
    if (failed !== undefined) log.warn('draft.not_kept', { runId, why: failed.message });
    return draft;
  }

  #type(): void {
    if (this.#hasEnded) return;
    const { clock, log, question, rest, origin } = this.#options;
    this.#typing = rest
      .typing(origin.channelId, this.#cut.signal)
      .catch((error: unknown) => {
        log.debug('typing.not_shown', { runId: question.runId, why: problemOf(error).why });
      })
      .finally(() => {
        this.#typing = undefined;
      });
    this.#typingTimer = clock.setTimeout(() => this.#type(), TYPING_EVERY_MS);
  }

  #content(): string {
    const { clock, present } = this.#options;
    const doing = sayLasting(this.#doing, clock.now() - this.#doingSince);
    return draftText({ text: present(this.#text.trim()), doing, asked: this.#asked });
  }
}
