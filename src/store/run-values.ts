import { NO_USAGE, tokensOf } from '../../machines/conversation.ts';
import type { Epoch } from '../../machines/ids.ts';
import type { RunRecord } from '../../machines/ports.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import { MACHINES_VERSION } from '../../machines/version.ts';
import { cleanJson } from './clean-text.ts';
import type { Values } from './compiled.ts';
import { partsOf } from './parts.ts';
import { dayOf } from './spend.ts';

/** Who holds a run: a process, and its incarnation of the team. */
interface Ownership {
  readonly owner: number;
  readonly fence: number;
}

/** Epochs count from 1 in each process, so its number stands above them; both fit in 2^53. */
export const fenceOf = (owner: number, epoch: Epoch): number =>
  owner * EPOCHS_PER_GENERATION + epoch;

const EPOCHS_PER_GENERATION = 2 ** 32;
const TITLE_CHARS = 80;

interface EndOfQuestion {
  readonly outcome: RunOutcome;
  readonly parts?: readonly string[];
  readonly at: number;
  readonly owner: number;
}

/** The end of a question that no run worked on to its end, whichever incarnation of this process had it. */
export const endOfQuestion = (
  question: Question,
  { outcome, parts = [], at, owner }: EndOfQuestion,
): Values =>
  fromRecord(
    {
      question,
      outcome,
      parts,
      machinesVersion: MACHINES_VERSION,
      startedAt: Math.min(question.at, at),
      endedAt: at,
    },
    { owner, fence: fenceOf(owner, EPOCHS_PER_GENERATION - 1), toRemember: false },
  );

/** A question as statements about its run take it. */
export const fromQuestion = (question: Question) => ({
  runId: question.runId,
  userId: question.userId,
  channelId: question.channelId,
  question: question.text,
  asker: question.from ?? null,
  audience: question.audience ?? 'asker',
  askedAt: question.at,
  title: titleOf(question.text),
});

/** The first words of the first question: how the session is called in lists. */
function titleOf(text: string): string {
  const words = text
    .slice(0, TITLE_CHARS * 4)
    .replace(/\s+/g, ' ')
    .trim();
  if (words.length <= TITLE_CHARS) return words;
  const points = [...words];
  return points.length > TITLE_CHARS ? `${points.slice(0, TITLE_CHARS - 1).join('')}…` : words;
}

/** The end of a run as `endRun` takes it. */
export function fromRecord(
  {
    question,
    outcome,
    machinesVersion,
    startedAt,
    endedAt,
    promptVersion,
    parts = [],
  }: Omit<RunRecord, 'run'>,
  { toRemember, ...ownership }: Ownership & { readonly toRemember: boolean },
): Values {
  const usage = outcome.kind === 'refused' ? NO_USAGE : outcome.usage;
  return {
    ...fromQuestion(question),
    ...fromOutcome(outcome),
    // What was refused was never taken up.
    toRemember: toRemember && outcome.kind !== 'refused',
    ...ownership,
    machinesVersion,
    promptVersion: promptVersion ?? null,
    startedAt,
    endedAt,
    postedAt: endedAt,
    parts: partsOf(question, parts),
    day: dayOf(endedAt),
    outcome: outcome.kind,
    tokens: tokensOf(usage),
    calls: usage.calls,
    prompt: usage.promptTokens,
    completion: usage.completionTokens,
    cached: usage.cachedTokens,
    cost: usage.costMicroUsd,
  };
}

function fromOutcome(outcome: RunOutcome) {
  const nothing = {
    answer: null,
    model: null,
    notes: null,
    sources: null,
    files: null,
    reason: null,
    delegations: '[]',
  };
  switch (outcome.kind) {
    case 'answered':
      return {
        answer: outcome.text,
        model: outcome.model,
        notes: cleanJson(outcome.notes),
        sources: cleanJson(outcome.sources),
        files: outcome.files === undefined ? null : cleanJson(outcome.files),
        reason: null,
        delegations: cleanJson(outcome.delegations.map(toMemberRun)),
      };
    case 'failed':
      return { ...nothing, reason: cleanJson(outcome.failure) };
    case 'refused':
      return { ...nothing, reason: cleanJson(outcome.refusal) };
    case 'cancelled':
      return nothing;
  }
}

type Delegation = (RunOutcome & { kind: 'answered' })['delegations'][number];

const toMemberRun = ({ member, task, ok, usage }: Delegation, n: number) => ({
  n,
  member,
  task,
  ok,
  calls: usage.calls,
  prompt: usage.promptTokens,
  completion: usage.completionTokens,
  cached: usage.cachedTokens,
  cost: usage.costMicroUsd,
});
