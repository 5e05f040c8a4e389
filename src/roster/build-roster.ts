import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { ToolSpec } from '../../machines/conversation.ts';
import { MEMBER_SLOTS } from '../../machines/member/member.protocol.ts';
import { type AgentSpec, DEFAULT_RUN_LIMITS, type Roster } from '../../machines/roster.ts';
import { isRecord } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';

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

const agentFields = {
  name: z
    .string('expected a name')
    .regex(
      /^[a-z][a-z0-9_]{0,63}$/,
      'expected a-z, 0-9 and _, beginning with a letter, at most 64',
    ),
  description: z.string('expected a text').trim().min(1, 'expected a text'),
  instructions: z.string('expected a text').exactOptional(),
  instructionsFile: z.string('expected a path').exactOptional(),
  tools: z.array(z.string('expected the name of a tool'), 'expected a list of names').default([]),
  confirm: z.array(z.string('expected the name of a tool'), 'expected a list of names').default([]),
  temperature: z.number('expected a number from 0 to 2').min(0).max(2).exactOptional(),
  topP: z.number('expected a number above 0, at most 1').gt(0).max(1).exactOptional(),
  maxOutputTokens: z.int('expected a whole number from 1 up').min(1).default(4096),
};

const AgentSchema = z.strictObject(
  { ...agentFields, standIn: z.string('expected the name of a member').exactOptional() },
  'expected an agent',
);

const LeaderSchema = z.strictObject(
  {
    ...agentFields,
    name: agentFields.name.default('leader'),
    description: agentFields.description.default('Leads the team and writes the answer.'),
  },
  'expected an agent',
);

const count = z.int('expected a whole number').min(1, 'expected 1 or more').exactOptional();

const LimitsSchema = z.strictObject({
  maxSteps: count,
  maxMemberSteps: count,
  maxDelegations: count,
  maxTokens: count,
  deadlineMs: count,
  memberDeadlineMs: count,
  retries: z.int('expected a whole number').min(0, 'expected 0 or more').exactOptional(),
  sameCallLimit: count,
  sameErrorLimit: count,
  maxReportChars: count,
});

const RosterSchema = z.strictObject({
  name: z.string('expected a text').trim().min(1, 'expected a text'),
  mode: z
    .enum(['coordinate', 'route', 'broadcast'], 'expected coordinate, route or broadcast')
    .default('coordinate'),
  leader: LeaderSchema,
  members: z.array(AgentSchema, 'expected a list of agents').default([]),
  limits: LimitsSchema.default({}),
});

type Sketch = z.output<typeof RosterSchema>;

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
    ...(parsed.success ? [...modeProblems(parsed.data), ...standInProblems(parsed.data)] : []),
  ];
  if (!parsed.success || problems.length > 0) return { kind: 'refused', problems };
  const roster = rosterOf(parsed.data, { tools, folder });
  const misplaced = placeProblems(roster);
  return misplaced.length === 0
    ? { kind: 'built', roster }
    : { kind: 'refused', problems: misplaced };
}

function rosterOf({ name, mode, leader, members, limits }: Sketch, sources: RosterSources): Roster {
  const { tools: catalogue } = sources;
  const agentOf = ({
    instructions,
    instructionsFile,
    confirm,
    ...agent
  }: Sketch['leader']): AgentSpec => ({
    ...agent,
    ...(confirm.length === 0 ? {} : { confirm: catalogue.expand(confirm) }),
    instructions: instructions?.trim() ?? promptIn(sources.folder, instructionsFile ?? ''),
    tools: catalogue.specs(agent.tools, confirm),
  });
  return {
    name,
    mode,
    leader: agentOf(leader),
    members: members.map(agentOf),
    limits: { ...DEFAULT_RUN_LIMITS, ...limits },
  };
}

/** The same bytes each time, wherever the file's last line ends. */
const promptIn = (folder: string, file: string): string =>
  readFileSync(resolve(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();

function schemaProblem(issue: z.core.$ZodIssue, sketch: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return `${placeOf(issue.path)}: there is no ${issue.keys.map((key) => `"${key}"`).join(', ')} here`;
  }
  const value = issue.path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : null),
    sketch,
  );
  const came = value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 80) ?? 'nothing');
  return `${placeOf(issue.path)}: ${issue.message}, got ${came}`;
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'the roster' : path.join('.');

interface AgentAt {
  readonly where: string;
  readonly agent: Readonly<Record<string, unknown>>;
}

function agentsIn(sketch: unknown): readonly AgentAt[] {
  if (!isRecord(sketch)) return [];
  const members = Array.isArray(sketch['members']) ? sketch['members'] : [];
  return [
    { where: 'leader', agent: sketch['leader'] },
    ...members.map((agent: unknown, index) => ({ where: `members.${index}`, agent })),
  ].flatMap(({ where, agent }) => (isRecord(agent) ? [{ where, agent }] : []));
}

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

/** Only a leader knows where its question came from. */
const placeProblems = ({ members }: Roster): readonly string[] =>
  members.flatMap(({ tools }, at) =>
    tools.flatMap(({ name, platform }) =>
      platform === undefined ? [] : [`members.${at}.tools: "${name}" is for the leader only`],
    ),
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

const standInProblems = ({ members }: Sketch): readonly string[] =>
  members.flatMap(({ name, standIn }, at) =>
    standIn === undefined || members.some((other) => other.name === standIn && standIn !== name)
      ? []
      : [`members.${at}.standIn: "${standIn}" is not the name of another member`],
  );

function modeProblems({ mode, members, limits }: Sketch): readonly string[] {
  if (mode === 'coordinate') return [];
  if (members.length === 0) return [`members: the mode ${mode} needs at least one`];
  const most = Math.min(
    limits.maxDelegations ?? DEFAULT_RUN_LIMITS.maxDelegations,
    MEMBER_SLOTS.length,
  );
  if (mode === 'route' || members.length <= most) return [];
  return [`members: broadcast asks all at once, at most ${most}, got ${members.length}`];
}
