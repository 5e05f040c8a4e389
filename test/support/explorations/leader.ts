import { NO_USAGE } from '../../../machines/conversation.ts';
import { delegationsIn, tokensIn } from '../../../machines/leader/grants.ts';
import { leaderMachine } from '../../../machines/leader/leader.machine.ts';
import type { LeaderInput } from '../../../machines/leader/leader.protocol.ts';
import { openSlotsOf } from '../../../machines/leader/reports.ts';
import { allowanceOf, grantOf, isKept, type LeaderRun } from '../../../machines/leader/run.ts';
import { MEMBER_SLOTS, type MemberSlot } from '../../../machines/member/member.protocol.ts';
import type { ModelResult } from '../../../machines/ports.ts';
import type { DelegationMode } from '../../../machines/roster.ts';
import {
  aCall,
  anAgent,
  aQuestion,
  aRoster,
  aRun,
  aTeamOf,
  broke,
  said,
  wished,
} from '../../../src/testing/builders.ts';
import type { Exploration, Node } from '../../../src/testing/explorer.ts';
import {
  assert,
  elapses,
  sentIn,
  settles,
  startedIn,
  unansweredIn,
} from '../../../src/testing/exploring.ts';
import { nobody } from '../../../src/testing/stepped-machine.ts';
import { begun, failsToReport, reports, toAll, toOne } from '../a-leader.ts';

const LIMITS = {
  maxSteps: 3,
  maxDelegations: 3,
  maxTokens: 45,
  retries: 1,
  sameCallLimit: 2,
  sameErrorLimit: 2,
};

/** Room for a reply: two find it at first, and none when little is left. */
const REPLY = 10;

/** Where the leader stands: whom it has, and whom it works for. */
export type LeaderPlace =
  /** Its members are agents. */
  | 'flat'
  /** One of its members is a team. */
  | 'with_team'
  /** It leads a nested team. */
  | 'nested'
  /** Its run is not kept. */
  | 'unkept';

const roster = (mode: DelegationMode, place: LeaderPlace) =>
  aRoster({
    mode,
    limits: LIMITS,
    // One of them has somebody who takes over.
    members: [
      place === 'with_team'
        ? aTeamOf('math', { standIn: 'words', maxOutputTokens: REPLY })
        : anAgent('math', { standIn: 'words', maxOutputTokens: REPLY }),
      anAgent('words', { maxOutputTokens: REPLY }),
    ],
  });

const inputOf = (mode: DelegationMode, place: LeaderPlace): LeaderInput => ({
  run: aRun(),
  question: aQuestion(),
  roster: roster(mode, place),
  reportTo: nobody,
  progressTo: nobody,
  ...(place === 'nested'
    ? { slot: 'member0', nest: { delegation: 1, maxTokens: 45, maxDelegations: 2, drafts: true } }
    : { slot: 'leader0', unkept: place === 'unkept' }),
});

const RESULTS: readonly ModelResult[] = [
  said('42'),
  said(''),
  wished(aCall('look')),
  wished(toOne('math')),
  wished(toAll('Think.')),
  wished(aCall('look'), toOne('words'), toOne('nobody')),
  broke('server'),
  broke('auth'),
];
const TOOLS = [[{ kind: 'returned', content: 'A cat.' }], [broke('timeout')]];

interface World {
  readonly reports: number;
  readonly cancelled: boolean;
}

type At = Node<typeof leaderMachine, World>;

/** Reports of those who work, and now and then of somebody who does not. */
const membersSay = ({ snapshot }: At) => [
  ...openSlotsOf(snapshot.context).flatMap((slot) => [
    reports(slot, 'Found.'),
    failsToReport(slot),
    ...teamsSay(snapshot.context, slot),
  ]),
  ...MEMBER_SLOTS.slice(0, 4).map((slot) => reports(slot, 'Again.')),
];

/** A team has used all that it was given to delegate. */
function teamsSay(run: LeaderRun, slot: MemberSlot) {
  const made = grantOf(run, slot).delegations;
  if (made === 0) return [];
  const report = reports(slot, 'Found together.');
  const one = { member: 'clerk', task: 'File.', ok: true, usage: NO_USAGE };
  return [{ ...report, outcome: { ...report.outcome, delegations: Array(made).fill(one) } }];
}

/** Delegations that its teams have made, and those set aside for them. */
const nestedIn = ({ findings, grants }: LeaderRun): number =>
  findings.reduce((sum, { outcome }) => sum + (outcome.delegations?.length ?? 0), 0) +
  delegationsIn(grants);

function summaryOf(run: LeaderRun): unknown {
  const { transcript, steps, failures, usage, attempts, notes, step, asked, outcome } = run;
  const findings = run.findings.map(({ delegation, outcome: found }) => [
    delegation.number,
    found.kind,
  ]);
  const wishes = run.wishes.delegations.map(({ number, slot }) => [number, slot]);
  const rest = [run.wishes.calls.length, run.results.length, run.wishes.refused.length];
  return [
    ...[transcript.length, steps, failures, usage, attempts, notes, step.kind, asked, outcome.kind],
    ...[findings, wishes, rest, run.standIns, run.grants, nestedIn(run)],
  ];
}

function checkPlace({ snapshot, world }: At): void {
  const { context, status, children } = snapshot;
  const working = Object.keys(children).filter((id) => MEMBER_SLOTS.some((slot) => slot === id));
  const awaited = snapshot.matches({ working: 'acting' });

  assert(world.reports === (status === 'done' ? 1 : 0), 'one report, at the end');
  assert(context.steps <= LIMITS.maxSteps, 'no more steps than allowed');
  const asked = [...context.asked, ...context.standIns];
  const most = allowanceOf(context).maxDelegations;
  assert(asked.length + nestedIn(context) <= most, 'no more delegations than allowed');
  const isSetAside = tokensIn(context.grants) <= LIMITS.maxTokens + openSlotsOf(context).length;
  assert(isSetAside, 'no more tokens set aside than there are');
  assert(new Set(asked).size === asked.length, 'the same is never asked twice');
  assert(context.findings.length <= asked.length, 'one finding per delegation at most');
  assert(
    working.sort().join() === (awaited ? [...openSlotsOf(context)].sort().join() : ''),
    'members work exactly where they are awaited',
  );
  assert(unansweredIn(context.transcript) === 0, 'every call is answered');
  if (status === 'done') assert(Object.keys(children).length === 0, 'done: nothing in flight');
  if (!isKept(context.input))
    assert(!snapshot.matches({ working: 'recalling' }), 'it has nothing to recall');
  if (context.input.nest !== undefined) assert(!snapshot.matches('ending'), 'it has no store');
  if (snapshot.matches('ending')) {
    assert(Object.keys(children).length === 1, 'nothing but the saving goes on at the end');
    assert(context.outcome.kind !== 'cancelled' || world.cancelled, 'nobody is cancelled unasked');
  }
}

/** All that can happen to it in a small world, and what must hold there. */
export const leaderExploration = (
  mode: DelegationMode,
  place: LeaderPlace = 'flat',
): Exploration<typeof leaderMachine, World> => ({
  machine: leaderMachine,
  input: inputOf(mode, place),
  world: { reports: 0, cancelled: false },
  table: {
    ...settles('leader.working.recalling', [begun()]),
    ...settles('leader.working.thinking', RESULTS),
    ...settles('leader.working.concluding', RESULTS),
    ...settles('leader.working.acting.using', TOOLS),
    ...settles('leader.ending', [{ kind: 'saved' }]),
    ...elapses('deadline.leader.working'),
    ...elapses('backoff.leader.working.retrying'),
    ...elapses('0.leader.parting'),
    'leader.cancel': () => [{ type: 'leader.cancel' }],
    'member.reported': membersSay,
  },
  key: ({ snapshot: { value, context }, world }) =>
    JSON.stringify([value, summaryOf(context), world]),
  observe: ({ from, event, actions }) => {
    const { world } = from;
    for (const { src } of startedIn(actions)) assert(src !== undefined, 'every child is known');
    const end = from.snapshot.context.input.nest ? 'member.reported' : 'leader.finished';
    const told = sentIn(actions).filter(({ type }) => type === end).length;
    return {
      reports: world.reports + told,
      cancelled: world.cancelled || event.type === 'leader.cancel',
    };
  },
  check: checkPlace,
  goal: ({ snapshot }) => snapshot.status === 'done',
  maxStates: 60_000,
});
