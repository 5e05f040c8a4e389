import { type Failure, failure } from '../failure.ts';
import type { MemberReport, MemberSlot } from '../member/member.protocol.ts';
import { placeOf } from '../member/place.ts';
import type { DelegationRecord, Note, Progress, RunOutcome } from '../question.ts';
import { namesOf } from '../turn/step.ts';
import type { Delegation } from './delegation.ts';
import { type LeaderRun, withinOf } from './run.ts';

/** The outcome that the leader's last step leads to. */
export function outcomeOfStep(run: LeaderRun): RunOutcome {
  const { step } = run;
  if (step.kind === 'answer')
    return answered(run, {
      text: step.reply.text,
      model: step.reply.model,
      notes: step.cut ? CUT : [],
    });
  return givenUp(
    run,
    step.kind === 'fail' ? step.failure : failure('limit', 'The run ended early.'),
  );
}

/** Route: the first report is the answer. */
export function outcomeOfRoute(run: LeaderRun): RunOutcome {
  const outcome = run.findings.at(-1)?.outcome;
  if (outcome?.kind !== 'reported') return outcomeOfStep(run);
  return answered(run, { text: outcome.text, model: outcome.model, notes: outcome.cut ? CUT : [] });
}

export const isRouted = (run: LeaderRun): boolean =>
  run.input.roster.mode === 'route' && run.findings.at(-1)?.outcome.kind === 'reported';

export const outOfTime = (run: LeaderRun): RunOutcome =>
  givenUp(run, failure('timeout', 'The run did not finish within its deadline.'));

export const outOfTokens = (run: LeaderRun): RunOutcome =>
  givenUp(run, failure('limit', 'The token limit of this run is spent.'));

export const cancelled = ({ usage }: LeaderRun): RunOutcome => ({ kind: 'cancelled', usage });

/** The outcome, with a word to the asker when it could not be kept. */
export const unsaved = (outcome: RunOutcome): RunOutcome =>
  outcome.kind === 'answered' ? { ...outcome, notes: [...outcome.notes, 'not_saved'] } : outcome;

const CUT: readonly Note[] = ['limit_reached'];

interface Wording {
  readonly text: string;
  readonly model: string;
  readonly notes: readonly Note[];
}

const answered = (run: LeaderRun, { text, model, notes }: Wording): RunOutcome => ({
  kind: 'answered',
  text,
  model,
  usage: run.usage,
  delegations: madeBy(run),
  sources: run.sources,
  ...(run.files.length === 0 ? {} : { files: run.files }),
  notes: [...run.notes, ...notes],
});

/** Every delegation that has come to its end; those that a nested team has made stand after its own. */
export const madeBy = ({ findings }: LeaderRun): readonly DelegationRecord[] =>
  findings.flatMap(({ delegation: { member, task }, outcome }) => [
    { member: member.name, task, ok: outcome.kind === 'reported', usage: outcome.usage },
    ...(outcome.delegations ?? []).map((one) => ({
      ...one,
      member: `${member.name}/${one.member}`,
    })),
  ]);

/** A leader that cannot go on hands over what its members found, rather than nothing. */
function givenUp(run: LeaderRun, failed: Failure): RunOutcome {
  const reports = run.findings.flatMap(({ delegation, outcome }) =>
    outcome.kind === 'reported' ? [{ member: delegation.member.name, ...outcome }] : [],
  );
  if (reports.length === 0) return { kind: 'failed', failure: failed, usage: run.usage };
  return answered(run, {
    text: reports.map(({ member, text }) => `**${member}**\n${text}`).join('\n\n'),
    model: reports.at(-1)?.model ?? '',
    notes: ['unfinished'],
  });
}

export const recallingOf = ({ input }: LeaderRun): Progress =>
  input.question.resumedAt === undefined ? { kind: 'recalling' } : { kind: 'resuming' };

/** What a leader tells of itself; that of a nested team appears as the member that it stands for. */
export function thinkingOf({ input, steps }: LeaderRun): Progress {
  if (input.nest === undefined) return { kind: 'thinking', turn: steps + 1 };
  return { kind: 'member_thinking', member: input.roster.name, slot: input.slot };
}

export function usingOf({ input, wishes }: LeaderRun): Progress {
  const tools = namesOf(wishes.calls);
  if (input.nest === undefined) return { kind: 'using', tools };
  return { kind: 'member_using', member: input.roster.name, slot: input.slot, tools };
}

export const delegatingOf = (run: LeaderRun, { member, slot, task }: Delegation): Progress => ({
  kind: 'delegating',
  member: member.name,
  slot: slotOf(run, slot),
  task,
});

export const reportedOf = (run: LeaderRun, { slot, outcome }: MemberReport): Progress => ({
  kind: 'member_reported',
  member: memberNameOf(run, slot),
  slot: slotOf(run, slot),
  ok: outcome.kind === 'reported',
});

function slotOf(run: LeaderRun, slot: MemberSlot): string {
  const within = withinOf(run);
  return within === undefined ? slot : placeOf({ slot, within });
}

/** Who works in that slot at present. */
const memberNameOf = ({ wishes }: LeaderRun, slot: MemberSlot): string =>
  wishes.delegations.find((delegation) => delegation.slot === slot)?.member.name ?? slot;
