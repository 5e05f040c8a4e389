import type { ToolSpec } from '../../machines/conversation.ts';
import type { ContextRecord } from '../../machines/question.ts';
import type { AgentSpec } from '../../machines/roster.ts';

/** An agent as the machines read it, without what its models are told. */
export const bareAgent = ({ name, tools, standIn, maxOutputTokens }: AgentSpec): AgentSpec => ({
  ...(standIn === undefined ? {} : { standIn }),
  name,
  description: '',
  instructions: '',
  tools: tools.map(({ name: tool }): ToolSpec => ({ name: tool, description: '', parameters: {} })),
  maxOutputTokens,
});

/** Of what stood around a question, only what was spent on it: that counts towards the limits of its run. */
export const bareContext = (context: readonly ContextRecord[]): readonly ContextRecord[] =>
  context.flatMap(({ kind, usage }) =>
    usage === undefined ? [] : [{ kind, id: '', authorId: '', time: '', content: '', usage }],
  );
