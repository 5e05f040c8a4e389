import { plainText } from './plain.ts';

/** An answer on a terminal while it is being written: what has been shown stays shown. */
export interface Draft {
  add(turn: number, delta: string): void;
  /** Leaves the line of the text, so that something else may be written. */
  stepAside(): void;
  /** All of the text so far will be added again. */
  startOver(): void;
  /** Shows what is missing of the answer: the rest of the draft, or all of it when it reads differently. */
  finish(answer: string): void;
}

export function createDraft(write: (text: string) => void): Draft {
  let turn = -1;
  let text = '';
  let isAside = true;
  const stepAside = () => {
    if (!isAside) write('\n');
    isAside = true;
  };
  return {
    stepAside,
    startOver() {
      turn = -1;
    },
    add(newTurn, delta) {
      if (newTurn !== turn && text !== '') {
        stepAside();
        write('\n');
        text = '';
      }
      turn = newTurn;
      text += delta;
      isAside = false;
      write(plainText(delta));
    },
    finish(answer) {
      const isRest = !isAside && answer.startsWith(text);
      if (!isRest && text !== '') {
        stepAside();
        write('\n');
      }
      write(`${plainText(isRest ? answer.slice(text.length) : answer)}\n\n`);
      isAside = true;
    },
  };
}
