import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ToolSpec } from '../../machines/conversation.ts';
import {
  type AgentSpec,
  DEFAULT_RUN_LIMITS,
  type MemberSpec,
  type NestedTeam,
  type Roster,
  type RunLimits,
} from '../../machines/roster.ts';
import { isRecord } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import {
  type AgentSketch,
  RosterSchema,
  type Sketch,
  schemaProblem,
  type TeamSketch,
} from './roster-sketch.ts';
import { teamProblems } from './team-problems.ts';

/** What a roster must know of the tools there are. */
export interface ToolCatalogue {
  /** Everything wrong with giving these tools to one agent; empty when nothing is. */
  problems(names: readonly string[], confirm?: readonly string[]): readonly string[];
  /** Throws when there are problems. */
  specs(names: readonly string[], confirm?: readonly string[]): readonly ToolSpec[];
  /** The tools that these names stand for. */
  expand(names: readonly string[]): readonly string[];
}

export type RosterBuilt =
  | { readonly kind: 'built'; readonly roster: Roster }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export interface RosterSources {
  readonly tools: ToolCatalogue;
  /** The folder that `instructionsFile` starts from. */
  readonly folder: string;
}

/** Makes a roster of a description in JSON. Never throws for what it says: all problems are listed. */
export function buildRoster(sketch: unknown, { tools, folder }: RosterSources): RosterBuilt {
  const parsed = RosterSchema.safeParse(sketch);
  // The further checks look at what is there, so that one misspelt field does not hide the rest.
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => schemaProblem(issue, sketch))),
    ...agentsIn(sketch).flatMap((agent) => [
      ...promptProblems(agent, folder),
      ...toolProblems(agent, tools),
    ]),
    ...nameProblems(sketch),
    ...(parsed.success ? teamProblems(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) return { kind: 'refused', problems };
  const roster = rosterOf(parsed.data, { tools, folder });
  const misplaced = placeProblems(roster);
  return misplaced.length === 0
    ? { kind: 'built', roster }
    : { kind: 'refused', problems: misplaced };
}

function rosterOf({ name, mode, leader, members, limits }: Sketch, sources: RosterSources): Roster {
  const whole = { ...DEFAULT_RUN_LIMITS, ...limits };
  return {
    name,
    mode,
    leader: agentOf(leader, sources),
    members: members.map(({ team, ...agent }): MemberSpec => {
      const spec = agentOf(agent, sources);
      return team === undefined ? spec : { ...spec, team: teamOf(team, whole, sources) };
    }),
    limits: whole,
  };
}

const agentOf = (
  { instructions, instructionsFile, confirm, ...agent }: AgentSketch,
  { tools, folder }: RosterSources,
): AgentSpec => ({
  ...agent,
  ...(confirm.length === 0 ? {} : { confirm: tools.expand(confirm) }),
  instructions: instructions?.trim() ?? promptIn(folder, instructionsFile ?? ''),
  tools: tools.specs(agent.tools, confirm),
});

/** It has the time of one delegation, and each of its members half of that: so its leader can still say what the others found. */
function teamOf(
  { mode, members, limits }: TeamSketch,
  whole: RunLimits,
  sources: RosterSources,
): NestedTeam {
  const { deadlineMs = Math.min(whole.memberDeadlineMs, whole.deadlineMs) } = limits;
  const memberDeadlineMs = Math.max(1, Math.floor(deadlineMs / 2));
  return {
    mode,
    members: members.map((member) => agentOf(member, sources)),
    limits: { ...whole, deadlineMs, memberDeadlineMs, ...limits },
  };
}

/** The same bytes each time, wherever the file's last line ends. */
const promptIn = (folder: string, file: string): string =>
  readFileSync(resolve(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();

interface AgentAt {
  readonly where: string;
  readonly agent: Readonly<Record<string, unknown>>;
}

function agentsIn(sketch: unknown): readonly AgentAt[] {
  if (!isRecord(sketch)) return [];
  const leader = sketch['leader'];
  const members = membersIn(sketch, 'members');
  const nested = members.flatMap(({ where, agent: { team } }) =>
    isRecord(team) ? membersIn(team, `${where}.team.members`) : [],
  );
  return [...(isRecord(leader) ? [{ where: 'leader', agent: leader }] : []), ...members, ...nested];
}

const membersIn = (
  { members }: Readonly<Record<string, unknown>>,
  where: string,
): readonly AgentAt[] =>
  (Array.isArray(members) ? members : []).flatMap((agent: unknown, index) =>
    isRecord(agent) ? [{ where: `${where}.${index}`, agent }] : [],
  );

function promptProblems({ where, agent }: AgentAt, folder: string): readonly string[] {
  const { instructions, instructionsFile: file } = agent;
  if ((instructions === undefined) === (file === undefined)) {
    return [`${where}: give its prompt once, as "instructions" or as "instructionsFile"`];
  }
  if (typeof instructions === 'string' && instructions.trim() === '') {
    return [`${where}.instructions: expected a prompt, got an empty text`];
  }
  if (typeof file !== 'string') return [];
  try {
    if (promptIn(folder, file) !== '') return [];
    return [`${where}.instructionsFile: ${resolve(folder, file)} is empty`];
  } catch (error) {
    const why = messageOf(error);
    return [`${where}.instructionsFile: cannot be read: ${why}`];
  }
}

function toolProblems({ where, agent }: AgentAt, tools: ToolCatalogue): readonly string[] {
  if (!Array.isArray(agent['tools'])) return [];
  const names = namesIn(agent['tools']);
  return tools
    .problems(names, namesIn(agent['confirm']))
    .map((problem) => `${where}.tools: ${problem}`);
}

/** Only the leader of the run knows where its question came from. */
const placeProblems = ({ members }: Roster): readonly string[] =>
  members.flatMap((member, at) => [
    ...misplacedIn(member, `members.${at}`),
    ...(member.team?.members ?? []).flatMap((one, place) =>
      misplacedIn(one, `members.${at}.team.members.${place}`),
    ),
  ]);

const misplacedIn = ({ tools }: AgentSpec, where: string): readonly string[] =>
  tools.flatMap(({ name, platform }) =>
    platform === undefined ? [] : [`${where}.tools: "${name}" is for the leader only`],
  );

const namesIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((name: unknown) => typeof name === 'string') : [];

function nameProblems(sketch: unknown): readonly string[] {
  const names = agentsIn(sketch).map(({ where, agent }) => ({
    where,
    name: agent['name'] ?? (where === 'leader' ? 'leader' : undefined),
  }));
  return names.flatMap(({ where, name }, index) => {
    const first = names.findIndex((other) => other.name === name);
    if (name === undefined || first === index) return [];
    return [`${where}.name: "${name}" is the name of ${names[first]?.where}, too`];
  });
}
