import { z } from 'zod';

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

const memberFields = {
  ...agentFields,
  standIn: z.string('expected the name of a member').exactOptional(),
};

const AgentSchema = z.strictObject(memberFields, 'expected an agent');

const mode = z
  .enum(['coordinate', 'route', 'broadcast'], 'expected coordinate, route or broadcast')
  .default('coordinate');

const LeaderSchema = z.strictObject(
  {
    ...agentFields,
    name: agentFields.name.default('leader'),
    description: agentFields.description.default('Leads the team and writes the answer.'),
  },
  'expected an agent',
);

const count = z.int('expected a whole number').min(1, 'expected 1 or more').exactOptional();

/** Those that a nested team may have of its own: what it may use up of tokens and delegations is the run's. */
const nestedLimits = {
  maxSteps: count,
  maxMemberSteps: count,
  deadlineMs: count,
  memberDeadlineMs: count,
  retries: z.int('expected a whole number').min(0, 'expected 0 or more').exactOptional(),
  sameCallLimit: count,
  sameErrorLimit: count,
  maxReportChars: count,
};

const LimitsSchema = z.strictObject({ ...nestedLimits, maxDelegations: count, maxTokens: count });

const TeamSchema = z.strictObject(
  {
    mode,
    members: z.array(AgentSchema, 'expected a list of agents').min(1, 'expected at least one'),
    limits: z.strictObject(nestedLimits).default({}),
  },
  'expected a team: its mode and its members',
);

const MemberSchema = z.strictObject(
  { ...memberFields, team: TeamSchema.exactOptional() },
  'expected an agent',
);

/** A roster as a user writes it. */
export const RosterSchema = z.strictObject({
  name: z.string('expected a text').trim().min(1, 'expected a text'),
  mode,
  leader: LeaderSchema,
  members: z.array(MemberSchema, 'expected a list of agents').default([]),
  limits: LimitsSchema.default({}),
});

export type Sketch = z.output<typeof RosterSchema>;
export type AgentSketch = Sketch['leader'];
export type TeamSketch = z.output<typeof TeamSchema>;

/** What does not fit the schema, in words: where, what was expected, what came. */
export function schemaProblem(issue: z.core.$ZodIssue, sketch: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    if (issue.keys.includes('team') && issue.path.includes('team'))
      return `${placeOf(issue.path)}.team: a team within a team has no teams of its own, one level is all there is`;
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
