import { NO_USAGE } from '../conversation.ts';
import type { ModelReply } from '../ports.ts';
import { afterCall, type CalledModel, stepAfterCall } from '../turn/model-call.ts';
import { madeToFit } from '../turn/overflow.ts';
import type { Step } from '../turn/step.ts';
import { DELEGATE_TO_ALL, isDelegation, readWishes, signatureOf } from './delegation.ts';
import { granted, purseBeside } from './grants.ts';
import { outcomeOfStep } from './outcome.ts';
import { allowanceOf, delegationsOf, type LeaderRun, leftOf } from './run.ts';

/** What it does after that call. */
export function stepAfter(run: LeaderRun, called: CalledModel): Step {
  const limits = allowanceOf(run);
  return (
    madeToFit(run.transcript, called.result)?.step ??
    stepAfterCall(run, called, { allowance: limits, attempts: run.attempts, limits })
  );
}

/** True when it uses tools of its own, beside what it delegates or not. */
export const wantsTools = (step: Step): boolean =>
  step.kind === 'act' && step.reply.toolCalls.some((call) => !isDelegation(call));

export function afterResult(run: LeaderRun, called: CalledModel): Partial<LeaderRun> {
  const after = afterCall(run, called);
  return {
    ...after,
    ...withStep({ ...run, ...after }, stepAfter(run, called)),
    ...madeToFit(run.transcript, called.result),
  };
}

/** After a result that asks for nothing more. */
export function afterLastResult(run: LeaderRun, called: CalledModel): Partial<LeaderRun> {
  const after = afterResult(run, called);
  return { ...after, outcome: outcomeOfStep({ ...run, ...after }) };
}

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

function withStep(run: LeaderRun, step: Step): Partial<LeaderRun> {
  if (step.kind !== 'act') return { step };
  const wishes = readWishes(step.reply.toolCalls, delegationsOf(run));
  const signatures = wishes.delegations.map(({ member, task }) => signatureOf(member.name, task));
  const next = { step, wishes, results: [], asked: [...run.asked, ...signatures] };
  const left = leftOf({ ...run, ...next });
  const purse = wishes.calls.length === 0 ? 0 : purseBeside(left, wishes.delegations);
  const acting = { ...run, ...next, purse };
  return { ...next, purse, grants: granted(leftOf(acting), wishes.delegations, acting) };
}
