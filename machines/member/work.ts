import {
  type ChatMessage,
  type FileRef,
  NO_USAGE,
  type Source,
  tokensOf,
} from '../conversation.ts';
import { failure } from '../failure.ts';
import type { ModelRequest } from '../ports.ts';
import type { Progress } from '../question.ts';
import { isLastStep, isOutOfTokens } from '../turn/budget.ts';
import { type Attempts, afterCalls, afterErrors, NO_ATTEMPTS } from '../turn/loop-guard.ts';
import {
  afterCall,
  askedBy,
  type CalledModel,
  stepAfterCall,
  type Tally,
} from '../turn/model-call.ts';
import { madeToFit } from '../turn/overflow.ts';
import { namesOf, type Step, TOKENS_SPENT } from '../turn/step.ts';
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
  withUsage,
} from '../turn/tool-batch.ts';
import { afterActing, openingOf } from '../turn/transcript.ts';
import type { MemberInput, MemberOutcome } from './member.protocol.ts';
import { draftsOf, keyOf, placeOf } from './place.ts';

/** What a member knows while it works. */
export interface MemberWork extends Tally {
  readonly input: MemberInput;
  readonly transcript: readonly ChatMessage[];
  readonly attempts: Attempts;
  readonly sources: readonly Source[];
  readonly files: readonly FileRef[];
  /** Read from the model's last result; decides where `thinking` leads. */
  readonly step: Step;
}

const UNDECIDED: Step = { kind: 'fail', failure: failure('empty', 'The member has not started.') };

export const beginWork = (input: MemberInput): MemberWork => ({
  input,
  transcript: openingOf(input.member.instructions, [], input.task),
  steps: 0,
  calls: 0,
  failures: 0,
  usage: NO_USAGE,
  attempts: NO_ATTEMPTS,
  sources: [],
  files: [],
  step: UNDECIDED,
});

const allowanceOf = ({ input }: MemberWork) => ({
  maxSteps: input.limits.maxMemberSteps,
  maxTokens: input.maxTokens,
});

/** Whether its tokens are spent, once these tools have spent theirs. */
export const isBroke = (work: MemberWork, results: ToolBatchResults): boolean =>
  isOutOfTokens(withUsage(work.usage, results), allowanceOf(work));

/** True when it may make one more call: nobody could use the results of tools. */
export const isLastCall = (work: MemberWork): boolean => isLastStep(work.steps, allowanceOf(work));

/** Names the model call that is due next, or the one just made while its tools run. */
const stepKeyOf = ({ input, steps }: MemberWork): string =>
  `${keyOf(input, input.member.name)}/${steps}`;

export function requestOf(work: MemberWork, concluding: boolean): ModelRequest {
  const { input } = work;
  const { member: spec } = input;
  return {
    run: input.run,
    stepKey: stepKeyOf({ ...work, steps: work.steps + 1 }),
    ...askedBy(spec, input.model),
    messages: work.transcript,
    tools: concluding ? [] : spec.tools,
    ...(input.drafts ? { draftTurn: draftsOf(input) + work.calls + 1 } : {}),
  };
}

/** What it does after that call. */
export const stepAfter = (work: MemberWork, called: CalledModel): Step =>
  madeToFit(work.transcript, called.result)?.step ??
  stepAfterCall(work, called, {
    allowance: allowanceOf(work),
    attempts: work.attempts,
    limits: work.input.limits,
  });

export const afterResult = (work: MemberWork, called: CalledModel): Partial<MemberWork> => ({
  ...afterCall(work, called),
  step: stepAfter(work, called),
  ...madeToFit(work.transcript, called.result),
});

const callsOf = ({ step }: MemberWork) =>
  step.kind === 'act' || step.kind === 'conclude' ? step.reply.toolCalls : [];

export const toolBatchOf = (work: MemberWork): ToolBatch =>
  batchOf(callsOf(work), {
    run: work.input.run,
    agent: work.input.member.name,
    stepKey: stepKeyOf(work),
    purse: { tokens: allowanceOf(work).maxTokens - tokensOf(work.usage) },
  });

export function afterTools(work: MemberWork, results: ToolBatchResults): Partial<MemberWork> {
  const { step, input } = work;
  if (step.kind !== 'act' && step.kind !== 'conclude') return {};
  const calls = step.reply.toolCalls;
  return {
    transcript: afterActing(
      work.transcript,
      step.reply,
      answersOf(calls, results, input.limits.maxReportChars),
    ),
    attempts: afterErrors(afterCalls(work.attempts, calls), errorsOf(results)),
    sources: withSources(work.sources, sourcesOf(results)),
    files: withFiles(work.files, filesOf(results)),
    usage: withUsage(work.usage, results),
  };
}

export function outcomeOf({ step, usage, sources, files }: MemberWork): MemberOutcome {
  if (step.kind === 'answer') {
    const { text, model } = step.reply;
    const made = files.length === 0 ? {} : { files };
    return { kind: 'reported', text, model, usage, sources, ...made, cut: step.cut };
  }
  // Whoever ends between two steps may afford no further one.
  const failed = step.kind === 'fail' ? step.failure : TOKENS_SPENT;
  return { kind: 'failed', failure: failed, usage };
}

export const progressOf = ({ input }: MemberWork, kind: 'member_thinking'): Progress => ({
  kind,
  member: input.member.name,
  slot: placeOf(input),
});

export const usingOf = (work: MemberWork): Progress => ({
  kind: 'member_using',
  member: work.input.member.name,
  slot: placeOf(work.input),
  tools: namesOf(callsOf(work)),
});

export const retryingOf = ({ input, step }: MemberWork): Progress => ({
  kind: 'member_retrying',
  member: input.member.name,
  slot: placeOf(input),
  delayMs: step.kind === 'retry' ? step.afterMs : 0,
});
