import type { Failure } from '../../../machines/failure.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { Pauses } from '../../shared/pauses.ts';
import type { Drafts } from '../answer/drafts.ts';
import { writtenPart } from '../answer/part.ts';
import { say } from '../commands/texts.ts';
import type { DiscordHouse, DiscordQuestion } from '../house.ts';
import type { Languages } from '../languages.ts';
import { MAX_READ_BACK } from '../long-read/last-messages.ts';
import type { Language } from '../settings/settings.ts';
import type { BotLoops } from './bot-loops.ts';
import type { HeardMessage } from './heard.ts';
import { absenceOf, questionOf } from './questions.ts';
import type { Threads } from './threads.ts';
import { type Addressed, addressedTo, type TriggerRules } from './triggers.ts';

export interface IntakeOptions {
  readonly house: DiscordHouse;
  readonly drafts: Drafts;
  readonly loops: BotLoops;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: (message: HeardMessage) => Promise<TriggerRules>;
  /** Whether whoever asks may ask, here and today; else what they are told. */
  readonly admit: (message: HeardMessage, language: Language) => Promise<string | undefined>;
  readonly languages: Languages;
  /** The question with what stands around it. Never rejects. */
  readonly toQuestion: (
    message: HeardMessage,
    addressed: Addressed,
    signal: AbortSignal,
  ) => Promise<DiscordQuestion>;
  readonly threads: Pick<Threads, 'open' | 'keep'>;
  /** Characters of a question. */
  readonly maxChars: number;
  readonly maxAgeMs: number;
}

/** What became of a message. */
export type Taken =
  /** Nothing for us. */
  | 'ignored'
  /** Kept, as a question or as one that was declined. */
  | 'kept'
  /** Not kept, since we close: the next life reads it again. */
  | 'left';

interface Declined {
  readonly note: string;
  readonly language: Language;
  /** When we went away, where that is why. */
  readonly since?: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Takes messages in: decides whether they ask something, keeps the question, and shows that it is worked on. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #closing = new AbortController();
  readonly #pauses: Pauses;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#pauses = new Pauses(options.clock);
  }

  /** `since`: when we went away, for a message that was written meanwhile. Never rejects. */
  async take(message: HeardMessage, since?: number): Promise<Taken> {
    const { clock, log, loops, maxAgeMs, rules } = this.#options;
    const addressed = addressedTo(message, await rules(message));
    if (!message.isMachine && message.isWritten) loops.humanSpoke(message.channelId);
    if (addressed === undefined) return 'ignored';
    if (message.isMachine && !loops.mayAnswer(message.channelId, clock.now())) {
      log.warn('discord.loop_ended', { channelId: message.channelId, authorId: message.authorId });
      return 'ignored';
    }
    const language = await this.#options.languages.ofMessage(message);
    if (since !== undefined && clock.now() - message.at > maxAgeMs) {
      const note = say(language, 'away');
      return await this.#keep(() => this.#decline(message, { since, note, language }));
    }
    const note = await this.#refusal(message, addressed, language);
    if (note === undefined) return await this.#ask(message, addressed);
    return await this.#keep(() => this.#decline(message, { note, language }));
  }

  /** Why it cannot be answered as it is asked, or here and today. */
  async #refusal(
    message: HeardMessage,
    { text, messages: count = 0, isOutOfRange }: Addressed,
    language: Language,
  ): Promise<string | undefined> {
    const { admit, maxChars: max } = this.#options;
    if (isOutOfRange === true) return say(language, 'tldr_range', { max: MAX_READ_BACK, count });
    if (text.length > max) return say(language, 'message_too_long', { max });
    return await admit(message, language);
  }

  async #ask(message: HeardMessage, addressed: Addressed): Promise<Taken> {
    const { house, threads, toQuestion } = this.#options;
    const asked = await toQuestion(message, addressed, this.#closing.signal);
    if (this.#closing.signal.aborted) return 'left';
    // Tried again in the next life, it is the same thread.
    const isConversation = addressed.messages === undefined;
    const question = isConversation ? await threads.open(asked) : asked;
    if (this.#closing.signal.aborted) return 'left';
    const taken = await this.#keep(
      async () => (await threads.keep(question, message.channelId)) ?? (await house.take(question)),
    );
    if (taken === 'kept') this.show(question);
    return taken;
  }

  /** Shows a run that is under way; one that is not, or was answered before, shows nothing. */
  show(question: DiscordQuestion): void {
    const events = this.#options.house.watch(question);
    if (events !== undefined) this.#options.drafts.begin(question, events);
  }

  async #decline(
    message: HeardMessage,
    { note, since, language }: Declined,
  ): Promise<Failure | undefined> {
    const question = questionOf(message, { text: '', context: [], language });
    const isLate = since !== undefined;
    const runId = isLate ? absenceOf(message.channelId, since) : question.runId;
    const parts = [writtenPart({ text: note, hasButtons: false })];
    return await this.#options.house.decline({ ...question, runId }, { parts, isLate });
  }

  /** Until it is kept: the channel waits, since a later question must not overtake it. */
  async #keep(work: () => Promise<Failure | undefined>): Promise<Taken> {
    for (let failures = 0; ; failures++) {
      const failed = await work();
      if (failed === undefined) return 'kept';
      this.#options.log.warn('discord.not_kept', { why: failed.message });
      if (this.#closing.signal.aborted) return 'left';
      await this.#pauses.wait(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      if (this.#closing.signal.aborted) return 'left';
    }
  }

  /** What is not kept yet is left to the next life. */
  close(): void {
    this.#closing.abort();
    this.#pauses.end();
  }
}
