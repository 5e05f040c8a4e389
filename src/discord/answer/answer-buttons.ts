import { type ButtonInteraction, type Interaction, MessageFlags } from 'discord.js';
import type { Log } from '../../shared/log.ts';
import { languageOf, say, type TextName } from '../commands/texts.ts';
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
    if (note !== undefined) {
      const content = say(languageOf(interaction.locale), note);
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    }
    return true;
  }

  async #do(
    interaction: ButtonInteraction,
    click: Click,
    known: readonly StandingAnswer[],
  ): Promise<TextName | undefined> {
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
        if (rated === 'rated') return 'thanks';
        return rated === 'missing' ? GONE : NOT_NOW;
      }
    }
  }

  async #again(
    interaction: ButtonInteraction,
    known: readonly StandingAnswer[],
  ): Promise<TextName | undefined> {
    const { log, questionOf, revisions, signal } = this.#options;
    const last = known.at(-1);
    if (last === undefined) return GONE;
    if (!last.isOver) return 'being_answered';
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
  unknown: 'no_word_wanted',
  failed: 'word_not_kept',
} as const;

const NOT_YOURS = 'only_asker';
const GONE = 'answer_gone';
const NOT_NOW = 'not_now';

const REVISED: Readonly<Record<Revised, TextName | undefined>> = {
  asked: undefined,
  unknown: GONE,
  too_often: 'answered_often',
  not_yours: NOT_YOURS,
  not_kept: NOT_NOW,
};
