import type { ModelChoice } from './settings.ts';

/** Whom `web_search` asks: no agent can be called so. */
export const SEARCHER = 'web-search';

/**
 * A model that searches the web at its provider: by a browser of Groq's, or by itself, as the search models of other
 * providers do. Where it does not exist, or its provider has no such tool, the search goes to whom it went before.
 */
export const searchingChoice = (provider: string, model: string): ModelChoice => ({
  provider,
  model,
  ownTools: true,
  isFixed: true,
  ...(provider === 'groq' ? { extra: toolsOf(model) } : {}),
});

/** Compound is told which of its own tools to use; other models are told by the list of tools, and that they must. */
const toolsOf = (model: string): NonNullable<ModelChoice['extra']> =>
  /(^|\/)compound/.test(model)
    ? { compound_custom: { tools: { enabled_tools: ['web_search', 'visit_website'] } } }
    : { tools: [{ type: 'browser_search' }], tool_choice: 'required' };
