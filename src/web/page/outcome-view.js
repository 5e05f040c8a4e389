/** @import { RunOutcome } from '../../../machines/question.ts' */
/** @import { Settlement } from './run-view.js' */
import { el } from './dom.js';
import { fileNodes } from './file-view.js';
import { safeHref } from './inline.js';
import { linkNode } from './markdown-view.js';

/** @typedef {Extract<RunOutcome, { kind: 'answered' }>} Answered */

/**
 * What stands below an answer, or in its place.
 *
 * @param {Settlement} settlement
 * @param {{ again: () => void, loadFile: (id: string) => Promise<Blob> }} listener
 * @returns {Node[]}
 */
export function endingOf({ outcome, said, notes }, { again, loadFile }) {
  if (outcome.kind === 'answered') {
    return [...fileNodes(outcome.files ?? [], loadFile), ...answeredNodes(outcome, notes ?? [])];
  }
  const sentence = el('p', { class: 'sentence' }, said ?? 'This ended without an answer.');
  const button = el(
    'button',
    { class: 'button quiet', attrs: { type: 'button' }, on: { click: again } },
    'Ask again',
  );
  if (outcome.kind !== 'failed') return [sentence, button];
  const { failure } = outcome;
  const details = el(
    'details',
    {},
    el('summary', {}, 'Details'),
    el('p', {}, `${failure.kind}: ${failure.message}`),
  );
  return [sentence, button, details];
}

/** @param {Answered} outcome @param {readonly string[]} notes @returns {Node[]} */
function answeredNodes(outcome, notes) {
  return [
    ...notes.map((note) => el('p', { class: 'note' }, note)),
    ...sourceNodes(outcome),
    ...delegationNodes(outcome),
    el('p', { class: 'meta' }, metaOf(outcome)),
  ];
}

/** @param {Answered} outcome */
function sourceNodes({ sources }) {
  if (sources.length === 0) return [];
  const items = sources.map(({ title, url }) => {
    const href = safeHref(url);
    return el('li', {}, href === undefined ? title : linkNode(href, [new Text(title)]));
  });
  return [el('div', { class: 'sources' }, el('h3', {}, 'Sources'), el('ol', {}, ...items))];
}

/** @param {Answered} outcome */
function delegationNodes({ delegations }) {
  if (delegations.length === 0) return [];
  const names = [...new Set(delegations.map(({ member }) => member.replaceAll('_', ' ')))];
  const rows = delegations.map(({ member, task, ok }) =>
    el(
      'li',
      { class: ok ? 'step done' : 'step undone' },
      el('span', { class: 'said' }, member.replaceAll('_', ' ')),
      el('span', { class: 'task' }, task),
    ),
  );
  const summary = el('summary', {}, `With ${names.join(', ')}`);
  return [el('details', { class: 'delegations' }, summary, el('ul', { class: 'work' }, ...rows))];
}

/** @param {Answered} outcome */
function metaOf({ model, usage }) {
  const tokens = usage.promptTokens + usage.completionTokens;
  const parts = [model];
  if (tokens > 0) parts.push(`${tokens.toLocaleString()} tokens`);
  if (usage.costMicroUsd > 0) parts.push(`$${(usage.costMicroUsd / 1e6).toFixed(4)}`);
  return parts.join(' · ');
}
