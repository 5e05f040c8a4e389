import type { ModelChoice } from './settings.ts';

/**
 * A model of Groq that computes on Groq's side, as the compute member asks for it. The tools it is given there compute and
 * do nothing else: a member that reads no text of strangers shall not begin to by way of its model. When the model is not
 * there (any more), the next of the list does the work with the tools of the house.
 */
export const computingChoice = (model: string): ModelChoice => ({
  provider: 'groq',
  model,
  ownTools: true,
  isFixed: true,
  extra: isCompound(model)
    ? { compound_custom: { tools: { enabled_tools: ['code_interpreter'] } } }
    : { tools: [{ type: 'code_interpreter' }] },
});

/** Compound is told which of its own tools to use; other models are told by the list of tools. */
const isCompound = (model: string): boolean => /(^|\/)compound/.test(model);
