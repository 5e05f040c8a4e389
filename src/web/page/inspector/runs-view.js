/** @import { RunFacts, RunSteps, RunTexts } from '../../../shared/inspection.ts' */
/** @import { Bar } from './timeline.js' */
import { ago, el, svg } from '../dom.js';
import { barsOf } from './timeline.js';

const WIDTH = 860;
const NAMES = 150;
const ROW_PX = 26;

/**
 * The latest runs, and of one of them what took how long and what it cost.
 *
 * @param {{ onPick: (runId: string) => void, onReveal: (runId: string) => void, onStop: (run: RunFacts) => void, onReplay: (run: RunFacts) => void, isAdmin: boolean }} options
 */
export function createRunsView({ onPick, onReveal, onStop, onReplay, isAdmin }) {
  const list = el('ol', { class: 'run-list', attrs: { 'aria-label': 'Latest runs' } });
  const detail = el('div', { class: 'run-detail' });
  const texts = el('div', { class: 'texts' });
  const element = el('div', { class: 'runs-view' }, list, el('div', {}, detail, texts));
  let picked = '';
  list.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('button') : null;
    if (row?.dataset['run'] !== undefined) onPick(row.dataset['run']);
  });
  /** @param {RunSteps} found */
  const actions = ({ run }) => {
    const asked = [button('Step through it', () => onReplay(run))];
    if (isAdmin) asked.push(button('Reveal texts', () => onReveal(run.runId)));
    if (isAdmin && run.outcome === undefined) asked.push(button('Stop run', () => onStop(run)));
    return el('p', { class: 'actions' }, ...asked);
  };
  return {
    element,
    /** @param {readonly RunFacts[]} runs */
    showList(runs) {
      const rows = runs.map((run) => rowOf(run, run.runId === picked));
      list.replaceChildren(
        ...(rows.length > 0 ? rows : [el('li', { class: 'hint' }, 'No runs yet.')]),
      );
    },
    /** @param {RunSteps} found */
    showRun(found) {
      if (found.run.runId !== picked) texts.replaceChildren();
      picked = found.run.runId;
      detail.replaceChildren(factsOf(found.run), actions(found), timelineOf(found));
    },
    /** @param {RunTexts} said */
    showTexts({ question, answer, steps }) {
      texts.replaceChildren(
        el('h3', {}, 'Question'),
        el('pre', {}, question),
        el('h3', {}, 'Answer'),
        el('pre', {}, answer ?? '(none)'),
        ...steps.flatMap(({ stepKey, output }) => [
          el('h3', {}, stepKey),
          el('pre', {}, JSON.stringify(output, undefined, 2)),
        ]),
      );
    },
  };
}

/** @param {string} name @param {() => void} click */
const button = (name, click) =>
  el('button', { class: 'button', attrs: { type: 'button' }, on: { click } }, name);

/** @param {RunFacts} run @param {boolean} isPicked */
function rowOf(run, isPicked) {
  const outcome = run.outcome ?? 'under way';
  return el(
    'li',
    {},
    el(
      'button',
      {
        class: 'run-row',
        attrs: { type: 'button', 'data-run': run.runId, 'aria-pressed': String(isPicked) },
      },
      el('span', { class: 'who' }, run.userId),
      el('span', { class: `pill ${toneOf(run)}` }, outcome),
      el('span', { class: 'when' }, `${ago(run.askedAt)} · ${tookOf(run)} · ${tokensOf(run)}`),
    ),
  );
}

/** @param {RunFacts} run */
function toneOf({ outcome }) {
  if (outcome === undefined) return 'busy';
  if (outcome === 'answered') return 'good';
  return outcome === 'failed' ? 'bad' : '';
}

/** @param {RunFacts} run */
const tookOf = ({ startedAt, endedAt }) =>
  endedAt === undefined ? 'not over' : duration(endedAt - startedAt);

/** @param {{ promptTokens: number, completionTokens: number }} usage */
const tokensOf = ({ promptTokens, completionTokens }) =>
  `${(promptTokens + completionTokens).toLocaleString('en')} tokens`;

/** @param {number} ms */
const duration = (ms) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** @param {number} microUsd */
const money = (microUsd) => `$${(microUsd / 1_000_000).toFixed(4)}`;

/** @param {RunFacts} run */
function factsOf(run) {
  /** @type {readonly (readonly [string, string])[]} */
  const facts = [
    ['Run', run.runId],
    ['User', run.userId],
    ['Channel', run.channelId],
    ['Outcome', run.outcome ?? 'under way'],
    ['Took', tookOf(run)],
    [
      'Model calls',
      `${run.modelCalls}${run.model === undefined ? '' : `, answered by ${run.model}`}`,
    ],
    ['Tokens', `${run.promptTokens} in, ${run.completionTokens} out`],
    ['Cost', money(run.costMicroUsd)],
    ['Machines', `version ${run.machinesVersion}`],
  ];
  return el(
    'dl',
    { class: 'run-facts' },
    ...facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
  );
}

/** @param {RunSteps} found */
function timelineOf(found) {
  const bars = barsOf(found);
  const from = found.run.startedAt;
  const to = Math.max(found.run.endedAt ?? 0, from + 1, ...bars.map(({ endedAt }) => endedAt));
  const rows = bars.toSorted((a, b) => a.startedAt - b.startedAt || b.endedAt - a.endedAt);
  const height = rows.length * ROW_PX + 30;
  /** @param {number} at */
  const x = (at) => NAMES + ((at - from) / (to - from)) * (WIDTH - NAMES - 20);
  return svg(
    'svg',
    {
      class: 'timeline',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-label': `Timeline: ${rows.length} steps in ${duration(to - from)}`,
    },
    svg('text', { x: NAMES, y: 14 }, '0'),
    svg('text', { x: WIDTH - 20, y: 14, 'text-anchor': 'end' }, duration(to - from)),
    ...rows.map((bar, index) => barOf(bar, 24 + index * ROW_PX, x)),
  );
}

/** @param {Bar} bar @param {number} y @param {(at: number) => number} x */
function barOf({ lane, name, kind, startedAt, endedAt, step }, y, x) {
  const left = x(startedAt);
  const width = Math.max(2, x(endedAt) - left);
  const costs =
    step === undefined || step.kind !== 'model'
      ? ''
      : `, ${tokensOf(step)}, ${money(step.costMicroUsd)}`;
  const words = `${name}: ${duration(endedAt - startedAt)}${costs}`;
  // The words stand where there is more room: behind the bar, or before it.
  const isLate = left + width > WIDTH * 0.7;
  const beside = isLate ? left - 6 : left + width + 6;
  return svg(
    'g',
    { class: `bar ${kind}` },
    svg('text', { class: 'lane-name', x: 4, y: y + 15 }, lane),
    svg('rect', { x: left, y: y + 2, width, height: ROW_PX - 6, rx: 4 }),
    svg('text', { x: beside, y: y + 15, 'text-anchor': isLate ? 'end' : 'start' }, words),
    svg('title', {}, `${lane}: ${words}`),
  );
}
