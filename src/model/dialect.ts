/** Where servers that speak chat completions differ. */
export interface Dialect {
  /** A stream is whole only with both a finish reason and `[DONE]`; otherwise one of the two will do. */
  readonly strictEnd: boolean;
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  /** How reasoning is given back; learnt from the server's own replies when left out. */
  readonly reasoningField?: ReasoningField;
  /** Usage of a stream must be asked for. */
  readonly asksForUsage: boolean;
  /** The server checks tool calls by itself unless told not to; we check them anyway, and recover better. */
  readonly checksTools: boolean;
  /** 422 means that the model stumbled, not that the request is wrong. */
  readonly stumblesWith422: boolean;
}

export type ReasoningField = 'reasoning' | 'reasoning_content';

export const GROQ_DIALECT: Dialect = {
  strictEnd: true,
  maxTokensField: 'max_completion_tokens',
  reasoningField: 'reasoning',
  asksForUsage: false,
  checksTools: true,
  stumblesWith422: true,
};

export const COMPATIBLE_DIALECT: Dialect = {
  strictEnd: false,
  maxTokensField: 'max_tokens',
  asksForUsage: true,
  checksTools: false,
  stumblesWith422: false,
};
