import { addUsage } from '../conversation.ts';
import type { Failure, FailureKind } from '../failure.ts';
import type { MemberReport, MemberSlot } from '../member/member.protocol.ts';
import { afterCalls, afterErrors } from '../turn/loop-guard.ts';
import {
  answersOf,
  errorsOf,
  filesOf,
  sourcesOf,
  withFiles,
  withSources,
} from '../turn/tool-batch.ts';
import { afterActing, shortened, type ToolAnswer } from '../turn/transcript.ts';
import { type Delegation, NO_WISHES, signatureOf, standInFor } from './delegation.ts';
import { granted, settled } from './grants.ts';
import { allowanceOf, delegationsOf, type Finding, type LeaderRun, leftOf } from './run.ts';

export function afterReport(run: LeaderRun, report: MemberReport): Partial<LeaderRun> {
  const delegation = run.wishes.delegations.find(({ slot }) => slot === report.slot);
  if (delegation === undefined) return {};
  const { outcome } = report;
  const settling = {
    findings: [...run.findings, { delegation, outcome }],
    usage: addUsage(run.usage, outcome.usage),
    grants: settled(run.grants, report.slot),
  };
  if (outcome.kind === 'failed')
    return { ...settling, ...withStandIn({ ...run, ...settling }, delegation, outcome.failure) };
  return {
    ...settling,
    sources: withSources(run.sources, outcome.sources),
    files: withFiles(run.files, outcome.files ?? []),
  };
}

/** What nobody else could do any better. */
const HOPELESS: ReadonlySet<FailureKind> = new Set(['aborted', 'budget']);

function withStandIn(run: LeaderRun, failed: Delegation, { kind }: Failure): Partial<LeaderRun> {
  const { wishes, grants } = run;
  const next = HOPELESS.has(kind) ? undefined : standInFor(failed, wishes, delegationsOf(run));
  if (next === undefined) return {};
  const standIns = [...run.standIns, signatureOf(next.member.name, next.task)];
  return {
    wishes: { ...wishes, delegations: [...wishes.delegations, next] },
    standIns,
    grants: { ...grants, ...granted(leftOf({ ...run, standIns }), [next], run) },
  };
}

/** Whoever has just been given the task of the member in this slot: one, or nobody. */
export const standInsOf = ({ wishes }: LeaderRun, slot: MemberSlot): readonly Delegation[] =>
  wishes.delegations.filter(({ standsInFor }) => standsInFor === slot);

/** Delegations of the present batch that have reported, in the order in which they were given: a resumed run shows its model the same. */
const reportedOf = ({ wishes, findings }: LeaderRun): readonly Finding[] =>
  wishes.delegations.flatMap((one) => findings.filter(({ delegation }) => delegation === one));

const hasReported = ({ findings }: LeaderRun, one: Delegation): boolean =>
  findings.some(({ delegation }) => delegation === one);

/** Members still at work. */
export const openSlotsOf = (run: LeaderRun) =>
  run.wishes.delegations.filter((one) => !hasReported(run, one)).map(({ slot }) => slot);

/** True when no member is at work any more. */
export const hasActed = (run: LeaderRun): boolean =>
  run.wishes.delegations.every((one) => hasReported(run, one));

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
