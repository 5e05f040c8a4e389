/** @import { RunSteps, StepFacts } from '../../../shared/inspection.ts' */

/**
 * @typedef {object} Bar
 * @property {string} lane Who worked: `leader`, `member0/research`.
 * @property {string} name
 * @property {StepFacts['kind'] | 'delegation'} kind
 * @property {number} startedAt
 * @property {number} endedAt
 * @property {StepFacts | undefined} step
 */

/**
 * The steps of a run as bars. The journal says when a step was over; it began when what it waited for was over: the step
 * before it of the same agent, a tool's own model call, or for a member the call of the leader that sent it.
 *
 * @param {RunSteps} run
 * @returns {readonly Bar[]}
 */
export function barsOf({ run, steps }) {
  /** @type {Bar[]} */
  const bars = [];
  for (const step of steps) {
    const lane = laneOf(step.stepKey);
    const startedAt = beginningOf(step, lane, bars) ?? Math.min(run.startedAt, step.endedAt);
    const { kind, endedAt } = step;
    bars.push({ lane, kind, startedAt, endedAt, step, name: nameOf(step) });
  }
  return [...bars, ...delegationsOf(bars)];
}

/** @param {StepFacts} step @param {string} lane @param {readonly Bar[]} bars */
function beginningOf({ stepKey, kind, endedAt }, lane, bars) {
  const earlier = bars.filter((bar) => bar.endedAt <= endedAt);
  const caller = stepKey.slice(0, stepKey.lastIndexOf('/'));
  const call = kind === 'model' ? undefined : earlier.find(({ step }) => step?.stepKey === caller);
  if (call !== undefined) return call.endedAt;
  const own = earlier.filter((bar) => lane === 'leader' || bar.lane === lane);
  const orders = earlier.filter((bar) => bar.lane === 'leader' && bar.kind === 'model');
  return (own.length > 0 ? own : orders).reduce(latestEnd, undefined);
}

/** @param {number | undefined} latest @param {Bar} bar @returns {number} */
const latestEnd = (latest, { endedAt }) => Math.max(latest ?? 0, endedAt);

/** One long bar over everything that a member did without a pause for the leader. @param {readonly Bar[]} bars */
function delegationsOf(bars) {
  const lanes = Map.groupBy(
    bars.filter(({ lane }) => lane !== 'leader'),
    ({ lane }) => lane,
  );
  return [...lanes].map(([lane, own]) => ({
    lane,
    name: lane.split('/').pop() ?? lane,
    kind: /** @type {const} */ ('delegation'),
    startedAt: Math.min(...own.map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...own.map(({ endedAt }) => endedAt)),
    step: undefined,
  }));
}

/** `member0/research/2/0` → `member0/research`. @param {string} stepKey */
function laneOf(stepKey) {
  const parts = stepKey.split('/');
  while (parts.length > 1 && /^\d+$/.test(parts.at(-1) ?? '')) parts.pop();
  return parts.join('/');
}

/** @param {StepFacts} step */
const nameOf = ({ stepKey, kind, model }) =>
  kind === 'model'
    ? `call ${stepKey.split('/').pop()}${model === undefined ? '' : `: ${model}`}`
    : `tool ${stepKey.split('/').pop()}`;
