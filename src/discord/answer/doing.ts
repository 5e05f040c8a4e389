import type { Phrases } from '../../../machines/phrases.ts';
import type { Confirmation, Progress } from '../../../machines/question.ts';
import { sayProgress } from '../../../machines/wording.ts';

/** What a run does, in words: the step of its leader, or those of all members who work side by side. */
export class Doing {
  readonly #phrases: Phrases;
  /** By slot, in the order in which they were asked. */
  readonly #members = new Map<string, string>();

  constructor(phrases: Phrases) {
    this.#phrases = phrases;
  }

  hear(progress: Progress): string {
    const words = sayProgress(progress, this.#phrases);
    if (!('slot' in progress)) {
      this.#members.clear();
      return words;
    }
    this.#members.set(progress.slot, words);
    return [...this.#members.values()].join(' · ');
  }
}

/** What is done, and since when, in steps of five seconds. A question is asked, and takes no time. */
export function sayLasting(doing: string, ms: number): string {
  const seconds = Math.floor(ms / 5_000) * 5;
  if (seconds > 0) return `${doing}, ${seconds} s`;
  return doing.endsWith('?') ? doing : `${doing}…`;
}

interface Shown {
  /** Safe to show; empty as long as there is none. */
  readonly text: string;
  readonly doing: string;
  /** What waits for the asker's word. */
  readonly asked: Confirmation | undefined;
}

const MAX_SHOWN_CHARS = 1_000;

/** A draft: the newest of the text, and what is done below it. */
export function draftText({ text, doing, asked }: Shown): string {
  const below = `-# ${doing}${asked === undefined ? '' : `\n${givenTo(asked)}`}`;
  if (text === '') return below;
  const cut = text.length > MAX_SHOWN_CHARS ? `…${text.slice(-MAX_SHOWN_CHARS)}` : text;
  return `${cut.toWellFormed()}\n${below}`;
}

const MAX_GIVEN_CHARS = 800;

/** All that a tool would be given, as it is, for whoever says yes to it. */
function givenTo({ shown }: Confirmation): string {
  const given = shown.replaceAll('```', "'''");
  const cut = given.length > MAX_GIVEN_CHARS ? `${given.slice(0, MAX_GIVEN_CHARS)}…` : given;
  return `\`\`\`json\n${cut.toWellFormed()}\n\`\`\``;
}
