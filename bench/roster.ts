import { type AgentSpec, DEFAULT_RUN_LIMITS, type Roster } from '../machines/roster.ts';

const member = (name: string, description: string): AgentSpec => ({
  name,
  description,
  instructions: `You are ${name}: ${description} Answer the task you are given, briefly and with what you know.`,
  tools: [],
  maxOutputTokens: 1024,
});

/** A leader and two members: every question is delegated to both, then answered. */
export const ROSTER: Roster = {
  name: 'bench',
  mode: 'coordinate',
  leader: {
    name: 'leader',
    description: 'Answers the user.',
    instructions:
      'You lead a small team. Delegate what your members know better, then write one answer for the user from their reports.',
    tools: [],
    maxOutputTokens: 1024,
  },
  members: [
    member('researcher', 'Finds out what is known.'),
    member('writer', 'Puts things into plain words.'),
  ],
  limits: DEFAULT_RUN_LIMITS,
};

export const QUESTION = 'What does a lighthouse keeper do when the fog comes in?';

/** What the leader's first reply asks for: one task for each member. */
export const TASKS = [
  { member: 'researcher', task: 'Collect what lighthouse keepers did in fog.' },
  { member: 'writer', task: 'Draft two plain sentences about a fog watch.' },
] as const;

export const REPORT =
  'Keepers wound the clockwork of the fog signal, kept a log of the visibility and stayed awake until the weather cleared.';

export const ANSWER =
  'When the fog comes in, the keeper starts the fog signal, keeps the light burning by day as well, writes down the visibility, and stays on watch until the air is clear again.';
