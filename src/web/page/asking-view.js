/** @import { Confirmation } from '../../../machines/question.ts' */
import { el } from './dom.js';

/**
 * What a run waits for the asker's word on, with the buttons that give it.
 *
 * @typedef {object} AskingView
 * @property {HTMLElement} element
 * @property {(confirmation: Confirmation, said: string) => void} ask
 * @property {(stepKey: string) => void} end
 * @property {() => void} clear
 */

/**
 * @param {(stepKey: string, allow: boolean) => Promise<void>} onAnswer Rejects with a sentence for people.
 * @returns {AskingView}
 */
export function createAskingView(onAnswer) {
  const element = el('div', { class: 'askings', attrs: { role: 'group', 'aria-live': 'polite' } });
  /** @type {Map<string, HTMLElement>} */
  const open = new Map();
  return {
    element,
    ask(confirmation, said) {
      const { stepKey } = confirmation;
      open.get(stepKey)?.remove();
      const card = createCard(confirmation, said, (allow) => onAnswer(stepKey, allow));
      open.set(stepKey, card);
      element.append(card);
    },
    end(stepKey) {
      open.get(stepKey)?.remove();
      open.delete(stepKey);
    },
    clear() {
      open.clear();
      element.replaceChildren();
    },
  };
}

/**
 * @param {Confirmation} confirmation
 * @param {string} said
 * @param {(allow: boolean) => Promise<void>} answer
 */
function createCard({ shown, expiresAt }, said, answer) {
  const problem = el('p', { class: 'problem', attrs: { hidden: true } });
  const buttons = [true, false].map((allow) =>
    el(
      'button',
      {
        class: allow ? 'button' : 'button quiet',
        attrs: { type: 'button' },
        on: { click: () => void give(allow) },
      },
      allow ? 'Allow' : 'Refuse',
    ),
  );
  /** @param {boolean} allow */
  const give = async (allow) => {
    for (const button of buttons) button.disabled = true;
    try {
      await answer(allow);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
      for (const button of buttons) button.disabled = false;
    }
  };
  const until = new Date(expiresAt).toLocaleTimeString();
  return el(
    'div',
    { class: 'asking' },
    el('p', { class: 'sentence' }, said),
    // Written by a model: shown as text, whole, and nothing else.
    el('pre', {}, shown),
    el('div', { class: 'choices' }, ...buttons),
    el('p', { class: 'hint' }, `Without a word until ${until}, it is not done.`),
    problem,
  );
}
