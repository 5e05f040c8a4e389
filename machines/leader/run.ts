import {
  addUsage,
  type ChatMessage,
  type FileRef,
  NO_USAGE,
  type Source,
  tokensOf,
  type Usage,
} from '../conversation.ts';
import { failure } from '../failure.ts';
import type { MemberInput, MemberReport, MemberSlot, Within } from '../member/member.protocol.ts';
import { draftsOf, keyOf } from '../member/place.ts';
import type { ModelRequest } from '../ports.ts';
import type { Note, Question, RunOutcome } from '../question.ts';
import type { RunLimits } from '../roster.ts';
import { isOutOfTokens } from '../turn/budget.ts';
import { type Attempts, NO_ATTEMPTS } from '../turn/loop-guard.ts';
import { askedBy, type Tally } from '../turn/model-call.ts';
import type { Step } from '../turn/step.ts';
import { batchOf, type ToolBatch, type ToolBatchResults } from '../turn/tool-batch.ts';
import { knownBefore, openingOf, surroundingsOf } from '../turn/transcript.ts';
import {
  type Delegation,
  type DelegationState,
  leaderTools,
  NO_WISHES,
  type Wishes,
} from './delegation.ts';
import { type AtWork, delegationsIn, type Grant, isNobody, type Rest, tokensIn } from './grants.ts';
import type { LeaderInput, RunBegun } from './leader.protocol.ts';

/** A delegation that has come to its end. */
export interface Finding {
  readonly delegation: Delegation;
  readonly outcome: MemberReport['outcome'];
}

/** What a leader knows of its run. */
export interface LeaderRun extends Tally, AtWork {
  readonly input: LeaderInput;
  readonly startedAt: number;
  readonly transcript: readonly ChatMessage[];
  readonly attempts: Attempts;
  readonly sources: readonly Source[];
  readonly files: readonly FileRef[];
  readonly notes: readonly Note[];
  /** Read from the model's last result; decides what it does next. */
  readonly step: Step;
  /** What is being acted on. */
  readonly wishes: Wishes;
  readonly results: ToolBatchResults;
  readonly asked: readonly string[];
  readonly standIns: readonly string[];
  readonly findings: readonly Finding[];
  readonly outcome: RunOutcome;
}

const NOT_STARTED = failure('empty', 'The run has not started.');

/** A leader's run before anything is known but its question. */
export function beginRun(input: LeaderInput): LeaderRun {
  const run = emptyRun(input);
  return isKept(input) ? run : { ...run, ...afterBegun(run, FROM_NOTHING) };
}

/** True of a run whose start and end are kept by themselves: not of a nested team's, which is part of another's. */
export const isKept = (input: LeaderInput): boolean =>
  input.nest === undefined && input.unkept !== true;

const FROM_NOTHING: RunBegun = { start: { kind: 'begun', history: [], steps: [] }, at: 0 };

const emptyRun = (input: LeaderInput): LeaderRun => ({
  input,
  startedAt: 0,
  transcript: [],
  steps: 0,
  calls: 0,
  failures: 0,
  usage: spentBefore(input.question),
  attempts: NO_ATTEMPTS,
  sources: [],
  files: [],
  notes: [],
  step: { kind: 'fail', failure: NOT_STARTED },
  wishes: NO_WISHES,
  results: [],
  asked: [],
  standIns: [],
  grants: {},
  purse: 0,
  findings: [],
  outcome: { kind: 'failed', failure: NOT_STARTED, usage: NO_USAGE },
});

/** What was spent on the question before its run. */
const spentBefore = ({ context = [] }: Question): Usage =>
  context.reduce((sum, { usage }) => (usage === undefined ? sum : addUsage(sum, usage)), NO_USAGE);

/** The roster's limits; a nested team has what it was given of the run's tokens and delegations. */
export function allowanceOf({ input: { roster, nest } }: LeaderRun): RunLimits {
  if (nest === undefined) return roster.limits;
  const { maxTokens, maxDelegations } = nest;
  return { ...roster.limits, maxTokens, maxDelegations };
}

/** The delegation that a nested leader works on; `undefined` for one that leads a run. */
export const withinOf = ({ input }: LeaderRun): Within | undefined =>
  input.nest && { delegation: input.nest.delegation, team: input.roster.name, slot: input.slot };

/** Names its model call of that number. */
function stepKeyOf({ input: { roster, nest } }: LeaderRun, step: number): string {
  return nest === undefined ? `leader/${step}` : `${keyOf(nest, roster.leader.name)}/${step}`;
}

export const isBroke = (run: LeaderRun): boolean => isOutOfTokens(run.usage, allowanceOf(run));

export function afterBegun(run: LeaderRun, { start, at }: RunBegun): Partial<LeaderRun> {
  const { roster, question } = run.input;
  const begun = start.kind === 'begun' ? start : undefined;
  const told = begun?.prompt?.text ?? roster.leader.instructions;
  const before = begun === undefined ? [] : knownBefore(begun);
  return {
    startedAt: at,
    transcript: openingOf(told, [...before, ...surroundingsOf(question.context)], question.text),
    notes: [...noteOfResuming(question), ...(begun === undefined ? WITHOUT_HISTORY : [])],
  };
}

const WITHOUT_HISTORY: readonly Note[] = ['without_history'];
const RESUMED: readonly Note[] = ['resumed'];
/** Whoever waited longer for an answer may wonder where it comes from. */
const WONDERS_AFTER_MS = 60_000;

const noteOfResuming = ({ at, resumedAt }: Question): readonly Note[] =>
  resumedAt !== undefined && resumedAt - at > WONDERS_AFTER_MS ? RESUMED : [];

export function requestOf(run: LeaderRun, concluding: boolean): ModelRequest {
  const { roster } = run.input;
  const { leader } = roster;
  return {
    run: run.input.run,
    stepKey: stepKeyOf(run, run.steps + 1),
    ...askedBy(leader, run.input.question.model),
    messages: run.transcript,
    tools: concluding ? [] : leaderTools(roster, run.input.question.origin?.platform),
    ...draftTurnOf(run),
  };
}

function draftTurnOf({ input: { nest }, calls }: LeaderRun): Pick<ModelRequest, 'draftTurn'> {
  if (nest === undefined) return { draftTurn: calls + 1 };
  return nest.drafts ? { draftTurn: draftsOf(nest) + calls + 1 } : {};
}

/** What is neither used nor set aside. */
export function leftOf(run: LeaderRun): Rest {
  const { maxTokens, maxDelegations } = allowanceOf(run);
  const made = run.asked.length + run.standIns.length + nestedIn(run);
  return {
    tokens: maxTokens - tokensOf(run.usage) - tokensIn(run.grants) - run.purse,
    delegations: maxDelegations - made,
  };
}

/** Delegations that nested teams have made, and those set aside for them. */
const nestedIn = ({ findings, grants }: LeaderRun): number =>
  findings.reduce((sum, { outcome }) => sum + (outcome.delegations?.length ?? 0), 0) +
  delegationsIn(grants);

const NOTHING: Grant = { tokens: 1, lastReply: 0, delegations: 0 };

/** What is set aside for whoever is about to begin there. */
export const grantOf = ({ grants }: LeaderRun, slot: MemberSlot): Grant => grants[slot] ?? NOTHING;

/** What decides on further delegations. */
export const delegationsOf = (run: LeaderRun): DelegationState => ({
  roster: run.input.roster,
  asked: run.asked,
  standIns: run.standIns,
  maxDelegations: allowanceOf(run).maxDelegations,
  nested: nestedIn(run),
  tokens: leftOf(run).tokens,
  isAlone: isNobody(run),
  isNested: run.input.nest !== undefined,
});

/** True when what a member says may become the answer. */
export const draftsAnswer = ({ input: { roster, nest } }: LeaderRun): boolean =>
  roster.mode === 'route' && (nest?.drafts ?? true);

export const memberInputOf = (
  run: LeaderRun,
  delegation: Delegation,
): Omit<MemberInput, 'reportTo'> => ({
  run: run.input.run,
  ...chosenFor(run.input.question),
  slot: delegation.slot,
  delegation: delegation.number,
  ...withinIn(run),
  member: delegation.member,
  task: delegation.task,
  limits: allowanceOf(run),
  maxTokens: grantOf(run, delegation.slot).tokens,
  drafts: draftsAnswer(run),
  progressTo: run.input.progressTo,
});

function withinIn(run: LeaderRun): Pick<MemberInput, 'within'> {
  const within = withinOf(run);
  return within === undefined ? {} : { within };
}

const chosenFor = ({ model }: Question): Pick<MemberInput, 'model'> =>
  model === undefined ? {} : { model };

export const toolBatchOf = (run: LeaderRun): ToolBatch =>
  batchOf(run.wishes.calls, {
    run: run.input.run,
    agent: run.input.roster.leader.name,
    stepKey: stepKeyOf(run, run.steps),
    purse: { tokens: run.purse },
  });
