import type { Progress } from '../../../machines/question.ts';
import { sayProgress } from '../../../machines/wording.ts';

/** What a run does, in words: the step of its leader, or those of all members who work side by side. */
export class Doing {
  /** By slot, in the order in which they were asked. */
  readonly #members = new Map<string, string>();

  hear(progress: Progress): string {
    const words = sayProgress(progress);
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
