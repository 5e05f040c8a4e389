import { ChannelId, UserId } from '../../../machines/ids.ts';
import {
  type AgentSpec,
  DEFAULT_RUN_LIMITS,
  type DelegationMode,
  type MemberSpec,
  type Roster,
  type RunLimits,
} from '../../../machines/roster.ts';
import type { RuntimeOptions } from '../../../src/runtime/runtime-options.ts';
import type { Dice } from './dice.ts';
import { UNREPEATABLE } from './mind.ts';

/** How often the world misbehaves, as probabilities per call. */
export interface Rates {
  /** A failure as a value. */
  readonly fail: number;
  /** A throw: a bug. */
  readonly bug: number;
  /** Nothing comes before an abort. */
  readonly hang: number;
}

/** One small world, drawn from a seed. */
export interface Plan {
  readonly users: readonly UserId[];
  readonly channels: readonly ChannelId[];
  readonly roster: Roster;
  readonly limits: RuntimeOptions['limits'];
  readonly graceMs: RuntimeOptions['graceMs'];
  readonly rates: Rates;
  /** Whether accepted questions are kept in an inbox, and how many an earlier life left there. */
  readonly inbox: { readonly unfinished: number } | undefined;
  readonly isFurnished: boolean;
  readonly hasMemoryWatch: boolean;
  /** Share of questions that bring their team down whenever they are worked on. */
  readonly poison: number;
  /** How the story ends: everybody is answered first, the house drains, or it is forced to close. */
  readonly ending: 'quiet' | 'drained' | 'forced';
}

const RATES: readonly Rates[] = [
  { fail: 0.02, bug: 0, hang: 0.01 },
  { fail: 0.08, bug: 0.01, hang: 0.03 },
  { fail: 0.2, bug: 0.04, hang: 0.08 },
];

export function drawPlan(dice: Dice): Plan {
  const userCount = dice.between(2, 7);
  return {
    users: named(userCount, (nth) => UserId(`u${nth}`)),
    channels: named(dice.between(1, 3), (nth) => ChannelId(`c${nth}`)),
    roster: drawRoster(dice),
    limits: { supervisor: drawHouse(dice), team: drawTeam(dice) },
    graceMs: { drain: dice.pick([5_000, 60_000]), leave: 5_000, dispose: 2_000 },
    rates: dice.pick(RATES),
    inbox: dice.hits(0.6) ? { unfinished: dice.pick([0, 0, 2, 14]) } : undefined,
    isFurnished: dice.hits(0.85),
    hasMemoryWatch: dice.hits(0.3),
    poison: dice.pick([0, 0.03, 0.15]),
    ending: dice.pick(['quiet', 'quiet', 'drained', 'forced']),
  };
}

const drawHouse = (dice: Dice): Plan['limits']['supervisor'] => ({
  maxTeams: dice.between(1, 3),
  maxWaiting: dice.between(1, 4),
  maxPerUser: dice.between(2, 8),
  maxWaitMs: dice.pick([10_000, 60_000]),
  minResidencyMs: dice.pick([0, 0, 4_000]),
  idleAfterMs: dice.pick([20_000, 300_000]),
  backoffFirstMs: 500,
  backoffLongestMs: 8_000,
  maxCrashes: dice.between(1, 5),
  crashWindowMs: 60_000,
  quarantineMs: 30_000,
  maxDeliveries: dice.between(1, 3),
  maxPerChannel: 12,
  maxPerServer: 12,
  maxUnanswered: 20,
  maxTurn: 2,
  quantumTokens: dice.pick([20, 200]),
});

const drawTeam = (dice: Dice): Plan['limits']['team'] => ({
  concurrency: dice.between(1, 3),
  maxQueuedPerChannel: dice.between(1, 4),
  maxQueued: dice.between(2, 6),
});

function drawRoster(dice: Dice): Roster {
  const mode = drawMode(dice);
  const members = named(dice.between(0, 4), (nth) => agent(`member${nth}`));
  const limits = {
    ...DEFAULT_RUN_LIMITS,
    maxSteps: dice.between(1, 5),
    maxMemberSteps: dice.between(1, 4),
    maxDelegations: dice.between(1, 5),
    maxTokens: dice.pick([400, 100_000]),
    deadlineMs: dice.pick([20_000, 120_000]),
    memberDeadlineMs: dice.pick([8_000, 60_000]),
    retries: dice.between(0, 2),
  };
  const [first, ...others] = members;
  const nested = first !== undefined && dice.hits(0.4) ? [aNestedTeam(first, limits, dice)] : [];
  const flat = nested.length > 0 ? others : members;
  return {
    name: 'simulated',
    mode,
    leader: agent('leader'),
    members: [...nested, ...flat],
    limits,
  };
}

const drawMode = (dice: Dice): DelegationMode =>
  dice.pick(['coordinate', 'coordinate', 'route', 'broadcast']);

/** The names of its members are those that no member of the whole has. */
const aNestedTeam = (leader: AgentSpec, limits: RunLimits, dice: Dice): MemberSpec => ({
  ...leader,
  team: {
    mode: drawMode(dice),
    members: [agent('member5'), agent('member6')],
    limits: {
      ...limits,
      maxSteps: limits.maxMemberSteps,
      deadlineMs: limits.memberDeadlineMs,
      memberDeadlineMs: limits.memberDeadlineMs / 2,
    },
  },
});

const agent = (name: string): AgentSpec => ({
  name,
  description: `The ${name} of a simulated team.`,
  instructions: `You are ${name}.`,
  tools: [
    { name: 'look', description: 'Looks something up.', parameters: { type: 'object' } },
    { name: UNREPEATABLE, description: 'Sends something away.', parameters: { type: 'object' } },
  ],
  maxOutputTokens: 500,
});

const named = <Item>(count: number, name: (nth: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => name(index + 1));
