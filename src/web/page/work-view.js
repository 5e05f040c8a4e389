/** @import { Progress } from '../../../machines/question.ts' */
import { el } from './dom.js';

/**
 * What a run is doing, one line each for the leader and for every member at work, taken from its statecharts.
 *
 * @typedef {object} WorkView
 * @property {HTMLElement} element
 * @property {(said: string) => void} say the leader's line
 * @property {() => void} sayWriting unless members are at work
 * @property {(progress: Progress, said: string) => void} show
 * @property {() => void} clear
 * @property {() => void} stop ends the counting of seconds
 */

/** @returns {WorkView} */
export function createWorkView() {
  const element = el('ul', { class: 'work', attrs: { 'aria-label': 'At work' } });
  /** @type {Map<string, Line>} */
  const lines = new Map();
  const ticking = setInterval(() => {
    for (const line of lines.values()) tick(line);
  }, 1000);

  /** @param {string} key @param {string} said */
  const put = (key, said) => {
    let line = lines.get(key);
    if (line === undefined) {
      line = newLine();
      lines.set(key, line);
      element.append(line.element);
    }
    rewrite(line, said);
    return line;
  };
  const setAside = () => {
    lines.get('leader')?.element.remove();
    lines.delete('leader');
  };

  return {
    element,
    say: (said) => void put('leader', said),
    sayWriting() {
      if (![...lines].some(([key, line]) => key !== 'leader' && !line.done))
        put('leader', 'writing');
    },
    show(progress, said) {
      if (!('slot' in progress)) {
        put('leader', said);
        return;
      }
      const key = `slot ${progress.slot}`;
      if (progress.kind === 'delegating') {
        // A slot is used again for a later delegation: what stood there stays as a finished line.
        lines.delete(key);
        setAside();
      }
      const line = put(key, said);
      if (progress.kind === 'delegating') line.task.textContent = progress.task;
      if (progress.kind === 'member_reported') finish(line, progress.ok);
    },
    clear() {
      lines.clear();
      element.replaceChildren();
    },
    stop: () => clearInterval(ticking),
  };
}

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {HTMLElement} said
 * @property {HTMLElement} seconds
 * @property {HTMLElement} task
 * @property {number} since
 * @property {boolean} done
 */

/** @returns {Line} */
function newLine() {
  const said = el('span', { class: 'said' });
  const seconds = el('span', { class: 'seconds', attrs: { 'aria-hidden': 'true' } });
  const task = el('span', { class: 'task' });
  const element = el('li', { class: 'step' }, said, seconds, task);
  return { element, said, seconds, task, since: Date.now(), done: false };
}

/** @param {Line} line @param {string} said */
function rewrite(line, said) {
  if (line.said.textContent === `${said}…`) return;
  line.said.textContent = `${said}…`;
  line.since = Date.now();
  line.seconds.textContent = '';
}

/** @param {Line} line */
function tick(line) {
  const seconds = Math.round((Date.now() - line.since) / 1000);
  if (!line.done && seconds > 0) line.seconds.textContent = `${seconds} s`;
}

/** @param {Line} line @param {boolean} ok */
function finish(line, ok) {
  line.done = true;
  line.seconds.textContent = '';
  line.said.textContent = line.said.textContent.replace(/…$/, '');
  line.element.classList.add(ok ? 'done' : 'undone');
}
