import { type ButtonInteraction, type Interaction, MessageFlags } from 'discord.js';
import type { Log } from '../../shared/log.ts';
import type { DiscordHouse, DiscordQuestion, InteractionHandler } from '../house.ts';
import { messageIdOf, userIdOf } from '../intake/questions.ts';
import { problemOf } from '../rest.ts';
import type { AnswerBook, StandingAnswer } from './book.ts';
import { type Click, readButton } from './buttons.ts';
import type { Revised, Revisions } from './revisions.ts';

export interface AnswerButtonsOptions {
  readonly house: DiscordHouse;
  readonly answers: AnswerBook;
  readonly revisions: Revisions;
  /** The question of a message as it stands there now; of one that is gone, as it was asked. */
  readonly questionOf: (
    interaction: ButtonInteraction,
    known: StandingAnswer,
  ) => Promise<DiscordQuestion | undefined>;
  readonly log: Log;
  /** Ends what is under way when the house closes. */
  readonly signal: AbortSignal;
}

/** Allow, Refuse, Stop, Regenerate, 👍 and 👎: for whoever asked, also after a restart. */
export class AnswerButtons implements InteractionHandler {
  readonly #options: AnswerButtonsOptions;

  constructor(options: AnswerButtonsOptions) {
    this.#options = options;
  }

  async handle(interaction: Interaction): Promise<boolean> {
    if (!interaction.isButton()) return false;
    const button = readButton(interaction.customId);
    if (button === undefined) return false;
    await interaction.deferUpdate();
    const { runId } = button;
    const known = await this.#options.revisions.of(messageIdOf(runId));
    const answer = known.find((one) => one.runId === runId);
    const note =
      answer !== undefined && answer.userId !== userIdOf(interaction.user.id)
        ? NOT_YOURS
        : await this.#do(interaction, button, known);
    if (note !== undefined)
      await interaction.followUp({ content: note, flags: MessageFlags.Ephemeral });
    return true;
  }

  async #do(
    interaction: ButtonInteraction,
    click: Click,
    known: readonly StandingAnswer[],
  ): Promise<string | undefined> {
    const { house, answers } = this.#options;
    const userId = userIdOf(interaction.user.id);
    const { deed, runId } = click;
    switch (deed) {
      case 'allow':
      case 'refuse': {
        const { stepKey } = click;
        return SAID[await house.confirm({ userId, runId, stepKey, allow: deed === 'allow' })];
      }
      case 'stop':
        house.cancel({ userId, runId });
        return undefined;
      case 'again':
        return await this.#again(interaction, known);
      case 'up':
      case 'down': {
        const rated = await answers.rate({ userId }, { runId, verdict: deed });
        if (rated === 'rated') return 'Thank you.';
        return rated === 'missing' ? GONE : NOT_NOW;
      }
    }
  }

  async #again(
    interaction: ButtonInteraction,
    known: readonly StandingAnswer[],
  ): Promise<string | undefined> {
    const { log, questionOf, revisions, signal } = this.#options;
    const last = known.at(-1);
    if (last === undefined) return GONE;
    if (!last.isOver) return 'This is being answered already.';
    try {
      const question = await questionOf(interaction, last);
      if (question === undefined) return GONE;
      return REVISED[await revisions.again(known, question, signal)];
    } catch (error) {
      log.warn('discord.not_asked_again', { runId: last.runId, why: problemOf(error).why });
      return NOT_NOW;
    }
  }
}

const SAID = {
  kept: undefined,
  unknown: 'That does not wait for your word (any more).',
  failed: 'Your word could not be kept just now. Please try again in a moment.',
} as const;

const NOT_YOURS = 'Only whoever asked can do that.';
const GONE = 'I do not have that answer any more.';
const NOT_NOW = 'That could not be done just now. Please try again in a moment.';

const REVISED: Readonly<Record<Revised, string | undefined>> = {
  asked: undefined,
  unknown: GONE,
  too_often: 'I have answered this often enough. Please ask in other words.',
  not_yours: NOT_YOURS,
  not_kept: NOT_NOW,
};
