import { failure } from '../failure.ts';
import type { MemberOutcome } from '../member/member.protocol.ts';
import type { Question, RunOutcome } from '../question.ts';
import type { AgentSpec, MemberSpec, NestedTeam, Roster } from '../roster.ts';
import type { Delegation } from './delegation.ts';
import type { NestInput } from './leader.protocol.ts';
import { madeBy } from './outcome.ts';
import { draftsAnswer, grantOf, type LeaderRun } from './run.ts';

type NestedLeader = AgentSpec & { readonly team: NestedTeam };

const leadsTeam = (member: MemberSpec): member is NestedLeader => member.team !== undefined;

const rosters = new WeakMap<NestedLeader, Roster>();

/** A nested team as its leader sees it: the same each time, so that its requests stay byte-stable. */
function rosterOf(leader: NestedLeader): Roster {
  const known = rosters.get(leader);
  if (known !== undefined) return known;
  const { mode, members, limits } = leader.team;
  const roster: Roster = { name: leader.name, mode, leader, members, limits };
  rosters.set(leader, roster);
  return roster;
}

/** What a nested team works from: its task, and no more of the conversation than a member is given. */
export function nestInputOf(
  run: LeaderRun,
  delegation: Delegation,
): Omit<NestInput, 'reportTo'> | undefined {
  const { member, slot, number, task } = delegation;
  if (!leadsTeam(member)) return undefined;
  const { run: ref, question, progressTo } = run.input;
  const { tokens, delegations } = grantOf(run, slot);
  return {
    run: ref,
    slot,
    question: questionOf(question, task),
    roster: rosterOf(member),
    progressTo,
    nest: {
      delegation: number,
      maxTokens: tokens,
      maxDelegations: delegations,
      drafts: draftsAnswer(run),
    },
  };
}

const questionOf = ({ runId, userId, channelId, at, model }: Question, text: string): Question => ({
  runId,
  userId,
  channelId,
  at,
  text,
  ...(model === undefined ? {} : { model }),
});

/** What a nested leader reports: its outcome, as a member would put it. */
export function reportOf(run: LeaderRun): MemberOutcome {
  const { outcome } = run;
  const delegations = madeBy(run);
  const made = delegations.length === 0 ? {} : { delegations };
  if (outcome.kind !== 'answered') return { ...failedOf(outcome), usage: run.usage, ...made };
  const { text, model, usage, sources, files, notes } = outcome;
  const kept = files === undefined ? {} : { files };
  return { kind: 'reported', text, model, usage, sources, ...kept, cut: notes.length > 0, ...made };
}

const failedOf = (outcome: Exclude<RunOutcome, { kind: 'answered' }>) => ({
  kind: 'failed' as const,
  failure:
    outcome.kind === 'failed' ? outcome.failure : failure('aborted', 'The team was stopped.'),
});
