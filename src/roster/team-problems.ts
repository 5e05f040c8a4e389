import { MEMBER_SLOTS } from '../../machines/member/member.protocol.ts';
import { DEFAULT_RUN_LIMITS } from '../../machines/roster.ts';
import type { Sketch, TeamSketch } from './roster-sketch.ts';

/** Members of one leader, and where they stand. */
interface Group {
  readonly where: string;
  readonly mode: Sketch['mode'];
  readonly members: readonly { readonly name: string; readonly standIn?: string }[];
  /** Delegations that there may be. */
  readonly most: number;
}

/** What is wrong with how the agents work together; each of them alone is well described. */
export function teamProblems(sketch: Sketch): readonly string[] {
  const { mode, members, limits } = sketch;
  const most = limits.maxDelegations ?? DEFAULT_RUN_LIMITS.maxDelegations;
  const nested = members.flatMap(({ team }, at) =>
    team === undefined ? [] : [{ team, where: `members.${at}.team` }],
  );
  const groups: readonly Group[] = [
    { where: 'members', mode, members, most },
    // One of the run's delegations is the one to the team.
    ...nested.map(({ team, where }) => ({ ...team, where: `${where}.members`, most: most - 1 })),
  ];
  return [
    ...groups.flatMap((group) => [...modeProblems(group), ...standInProblems(group)]),
    ...nested.flatMap(({ team, where }) => timeProblems(team, where, limits)),
  ];
}

const standInProblems = ({ where, members }: Group): readonly string[] =>
  members.flatMap(({ name, standIn }, at) =>
    standIn === undefined || members.some((other) => other.name === standIn && standIn !== name)
      ? []
      : [`${where}.${at}.standIn: "${standIn}" is not the name of another member`],
  );

function modeProblems({ where, mode, members, most: allowed }: Group): readonly string[] {
  if (mode === 'coordinate') return [];
  if (members.length === 0) return [`${where}: the mode ${mode} needs at least one`];
  const most = Math.min(allowed, MEMBER_SLOTS.length);
  if (mode === 'route' || members.length <= most) return [];
  return [`${where}: broadcast asks all at once, at most ${most}, got ${members.length}`];
}

function timeProblems(
  { limits }: TeamSketch,
  where: string,
  { deadlineMs: run = DEFAULT_RUN_LIMITS.deadlineMs }: Sketch['limits'],
): readonly string[] {
  const { deadlineMs } = limits;
  if (deadlineMs === undefined || deadlineMs <= run) return [];
  return [`${where}.limits.deadlineMs: ${deadlineMs} is longer than the ${run} of the whole run`];
}
