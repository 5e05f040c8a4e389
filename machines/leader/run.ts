import {
  addUsage,
  type ChatMessage,
  type FileRef,
  NO_USAGE,
  type Source,
} from '../conversation.ts';
import { failure } from '../failure.ts';
import type { MemberInput, MemberReport } from '../member/member.protocol.ts';
import type { ModelReply, ModelRequest } from '../ports.ts';
import type { Note, Question, RunOutcome } from '../question.ts';
import { isOutOfTokens, shareOf } from '../turn/budget.ts';
import { type Attempts, afterCalls, afterErrors, NO_ATTEMPTS } from '../turn/loop-guard.ts';
import { afterCall, askedBy, type CalledModel, type Tally } from '../turn/model-call.ts';
import type { Step } from '../turn/step.ts';
import {
  answersOf,
  batchOf,
  errorsOf,
  filesOf,
  sourcesOf,
  type ToolBatch,
  type ToolBatchResults,
  withFiles,
  withSources,
} from '../turn/tool-batch.ts';
import {
  afterActing,
  knownBefore,
  openingOf,
  shortened,
  surroundingsOf,
  type ToolAnswer,
} from '../turn/transcript.ts';
import {
  DELEGATE_TO_ALL,
  type Delegation,
  leaderTools,
  NO_WISHES,
  readWishes,
  signatureOf,
  type Wishes,
} from './delegation.ts';
import type { LeaderInput, RunBegun } from './leader.protocol.ts';

/** A delegation that has come to its end. */
interface Finding {
  readonly delegation: Delegation;
  readonly outcome: MemberReport['outcome'];
}

/** What a leader knows of its run. */
export interface LeaderRun extends Tally {
  readonly input: LeaderInput;
  readonly startedAt: number;
  readonly transcript: readonly ChatMessage[];
  readonly attempts: Attempts;
  readonly sources: readonly Source[];
  readonly files: readonly FileRef[];
  readonly notes: readonly Note[];
  /** Read from the model's last result; decides where `deciding` leads. */
  readonly step: Step;
  /** What is being acted on. */
  readonly wishes: Wishes;
  readonly results: ToolBatchResults;
  readonly asked: readonly string[];
  readonly findings: readonly Finding[];
  readonly outcome: RunOutcome;
}

const NOT_STARTED = failure('empty', 'The run has not started.');

export const beginRun = (input: LeaderInput): LeaderRun => ({
  input,
  startedAt: 0,
  transcript: [],
  steps: 0,
  calls: 0,
  failures: 0,
  usage: NO_USAGE,
  attempts: NO_ATTEMPTS,
  sources: [],
  files: [],
  notes: [],
  step: { kind: 'fail', failure: NOT_STARTED },
  wishes: NO_WISHES,
  results: [],
  asked: [],
  findings: [],
  outcome: { kind: 'failed', failure: NOT_STARTED, usage: NO_USAGE },
});

export const allowanceOf = ({ input }: LeaderRun) => input.roster.limits;

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

/** Broadcast: the question itself goes to every member before the leader's first call. */
export function summonAll(run: LeaderRun): Partial<LeaderRun> {
  const call = { id: 'broadcast', name: DELEGATE_TO_ALL, input: { task: run.input.question.text } };
  const reply: ModelReply = {
    text: '',
    toolCalls: [call],
    model: '',
    usage: NO_USAGE,
    finish: 'tool_calls',
  };
  return withStep(run, { kind: 'act', reply });
}

export function requestOf(run: LeaderRun, concluding: boolean): ModelRequest {
  const { roster } = run.input;
  const { leader } = roster;
  return {
    run: run.input.run,
    stepKey: `leader/${run.steps + 1}`,
    ...askedBy(leader),
    messages: run.transcript,
    tools: concluding ? [] : leaderTools(roster, run.input.question.origin?.platform),
    draftTurn: run.calls + 1,
  };
}

export function afterResult(run: LeaderRun, called: CalledModel): Partial<LeaderRun> {
  const limits = allowanceOf(run);
  const after = afterCall(run, called, { allowance: limits, attempts: run.attempts, limits });
  return { ...after, ...withStep(run, after.step) };
}

function withStep(run: LeaderRun, step: Step): Partial<LeaderRun> {
  if (step.kind !== 'act') return { step };
  const wishes = readWishes(step.reply.toolCalls, { roster: run.input.roster, asked: run.asked });
  const signatures = wishes.delegations.map(({ member, task }) => signatureOf(member.name, task));
  return { step, wishes, results: [], asked: [...run.asked, ...signatures] };
}

export const memberInputOf = (
  run: LeaderRun,
  delegation: Delegation,
): Omit<MemberInput, 'reportTo'> => ({
  run: run.input.run,
  slot: delegation.slot,
  delegation: delegation.number,
  member: delegation.member,
  task: delegation.task,
  limits: allowanceOf(run),
  maxTokens: shareOf(run.usage, allowanceOf(run).maxTokens, run.wishes.delegations.length),
  drafts: run.input.roster.mode === 'route',
  progressTo: run.input.progressTo,
});

export const toolBatchOf = (run: LeaderRun): ToolBatch =>
  batchOf(run.wishes.calls, {
    run: run.input.run,
    agent: run.input.roster.leader.name,
    stepKey: `leader/${run.steps}`,
  });

export function afterReport(run: LeaderRun, report: MemberReport): Partial<LeaderRun> {
  const delegation = run.wishes.delegations.find(({ slot }) => slot === report.slot);
  if (delegation === undefined) return {};
  const { outcome } = report;
  return {
    findings: [...run.findings, { delegation, outcome }],
    usage: addUsage(run.usage, outcome.usage),
    ...(outcome.kind === 'reported'
      ? {
          sources: withSources(run.sources, outcome.sources),
          files: withFiles(run.files, outcome.files ?? []),
        }
      : {}),
  };
}

/** Delegations of the present batch that have reported, in the order in which they were given: a resumed run shows its model the same. */
const reportedOf = ({ wishes, findings }: LeaderRun): readonly Finding[] =>
  wishes.delegations.flatMap((one) => findings.filter(({ delegation }) => delegation === one));

export const haveAllReported = (run: LeaderRun): boolean =>
  reportedOf(run).length === run.wishes.delegations.length;

/** Members still at work. */
export const openSlotsOf = (run: LeaderRun) => {
  const reported = reportedOf(run).map(({ delegation }) => delegation);
  return run.wishes.delegations.filter((one) => !reported.includes(one)).map(({ slot }) => slot);
};

/** Folds what the acting brought into the transcript, every call answered. */
export function afterActed(run: LeaderRun): Partial<LeaderRun> {
  const { step, wishes, results } = run;
  if (step.kind !== 'act' && step.kind !== 'conclude') return {};
  const maxChars = allowanceOf(run).maxReportChars;
  const answers = [
    ...answersOf(wishes.calls, results, maxChars),
    ...joined([
      ...wishes.refused,
      ...reportedOf(run).map((finding) => answerOf(finding, maxChars)),
    ]),
  ];
  return {
    transcript: afterActing(run.transcript, step.reply, answers),
    attempts: afterErrors(afterCalls(run.attempts, wishes.calls), errorsOf(results)),
    sources: withSources(run.sources, sourcesOf(results)),
    files: withFiles(run.files, filesOf(results)),
    wishes: NO_WISHES,
    results: [],
  };
}

function answerOf({ delegation, outcome }: Finding, maxChars: number): ToolAnswer {
  const { call, member } = delegation;
  const content =
    outcome.kind === 'reported'
      ? `Report of ${member.name}:\n${shortened(outcome.text, maxChars)}`
      : `${member.name} failed (${outcome.failure.kind}): ${outcome.failure.message}`;
  return { call, content };
}

/** One answer per call: a call to all members is answered by all of them. */
function joined(answers: readonly ToolAnswer[]): readonly ToolAnswer[] {
  const calls = [...new Set(answers.map(({ call }) => call))];
  return calls.map((call) => ({
    call,
    content: answers
      .filter((answer) => answer.call === call)
      .map(({ content }) => content)
      .join('\n\n'),
  }));
}
