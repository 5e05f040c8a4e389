/** @import { RunOutcome } from '../../../machines/question.ts' */
/** @import { WireRunEvent } from '../wire.ts' */
/** @import { AskingView } from './asking-view.js' */
import { createAskingView } from './asking-view.js';
import { el } from './dom.js';
import { proseOf } from './markdown-view.js';
import { endingOf } from './outcome-view.js';
import { createWorkView } from './work-view.js';

/**
 * @typedef {object} Settlement
 * @property {RunOutcome} outcome
 * @property {string} [said]
 * @property {readonly string[]} [notes]
 *
 * @typedef {object} RunView One question and what came of it.
 * @property {HTMLElement} element
 * @property {(line: WireRunEvent) => void} apply
 * @property {(settlement: Settlement) => void} settle
 * @property {(sentence: string) => void} postpone It goes on, but not in this life of the house.
 * @property {(sentence: string) => void} giveUp It ended without an outcome: refused at the door, or lost.
 * @property {() => void} dispose
 */

/**
 * @param {{ text: string, at: number }} question
 * @param {{ onAgain: (text: string) => void, loadFile: (id: string) => Promise<Blob>, onConfirm: (stepKey: string, allow: boolean) => Promise<void> }} listener
 * @returns {RunView}
 */
export function createRunView(question, listener) {
  const answer = el('div', { class: 'answer prose' });
  const ending = el('div', { class: 'ending' });
  const work = createWorkView();
  const asking = createAskingView(listener.onConfirm);
  const draft = createDraft(answer);
  const asked = new Date(question.at);
  const element = el(
    'article',
    { class: 'run', attrs: { 'aria-busy': 'true', 'data-state': 'working' } },
    el(
      'div',
      { class: 'question', attrs: { title: asked.toLocaleString() } },
      el('p', {}, question.text),
    ),
    answer,
    work.element,
    asking.element,
    ending,
  );
  work.say('sending');

  /** @param {string} state @param {Node[]} nodes */
  const finish = (state, nodes) => {
    draft.stop();
    work.stop();
    work.clear();
    asking.clear();
    element.setAttribute('aria-busy', 'false');
    element.dataset['state'] = state;
    ending.replaceChildren(...nodes);
  };
  const again = () => listener.onAgain(question.text);
  const { loadFile } = listener;
  /** @param {Settlement} settlement */
  const settle = (settlement) => {
    const { outcome } = settlement;
    finish(outcome.kind, endingOf(settlement, { again, loadFile }));
    if (outcome.kind === 'answered') answer.replaceChildren(...proseOf(outcome.text));
    else if (outcome.kind !== 'cancelled') answer.replaceChildren();
  };

  return {
    element,
    settle,
    apply(line) {
      if (line.type === 'run.settled') settle(line);
      else applyWork({ work, asking, draft }, line);
    },
    postpone(sentence) {
      work.clear();
      asking.clear();
      work.say(sentence);
    },
    giveUp(sentence) {
      finish('lost', [el('p', { class: 'sentence' }, sentence), againButton(again)]);
    },
    dispose() {
      draft.stop();
      work.stop();
    },
  };
}

/** @param {() => void} again */
const againButton = (again) =>
  el(
    'button',
    { class: 'button quiet', attrs: { type: 'button' }, on: { click: again } },
    'Ask again',
  );

/**
 * @param {{ work: ReturnType<typeof createWorkView>, asking: AskingView, draft: Draft }} view
 * @param {Exclude<WireRunEvent, { type: 'run.settled' }>} line
 */
function applyWork({ work, asking, draft }, line) {
  switch (line.type) {
    case 'run.joined':
      work.clear();
      asking.clear();
      draft.clear();
      work.say('joining');
      break;
    case 'run.queued':
      work.say(line.said ?? 'queued');
      break;
    case 'run.started':
      work.say('starting');
      break;
    case 'run.progressed':
      work.show(line.progress, line.said ?? line.progress.kind);
      break;
    case 'run.asking':
      asking.ask(line.confirmation, line.said ?? 'May this be done?');
      break;
    case 'run.confirmed':
      asking.end(line.stepKey);
      break;
    case 'run.drafted':
      draft.add(line.turn, line.delta);
      work.sayWriting();
      break;
  }
}

/**
 * @typedef {object} Draft
 * @property {(turn: number, delta: string) => void} add
 * @property {() => void} clear
 * @property {() => void} stop
 */

/** A long text is parsed anew for each picture: so many a second are enough. */
const REDRAW_MS = 60;

/**
 * The answer while it is being written.
 *
 * @param {HTMLElement} answer
 * @returns {Draft}
 */
function createDraft(answer) {
  let text = '';
  let turn = -1;
  /** @type {number | undefined} */
  let timer;
  const draw = () => {
    timer = undefined;
    answer.classList.toggle('drafting', text !== '');
    answer.replaceChildren(...proseOf(text));
  };
  return {
    add(newTurn, delta) {
      if (newTurn !== turn) text = '';
      turn = newTurn;
      text += delta;
      timer ??= window.setTimeout(draw, REDRAW_MS);
    },
    clear() {
      text = '';
      turn = -1;
      draw();
    },
    stop() {
      clearTimeout(timer);
      if (timer !== undefined) draw();
      answer.classList.remove('drafting');
    },
  };
}
