/** One entry of what a model is shown. Text of people and tools is data: it is never templated. */
export type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly toolCalls?: readonly ToolCall[];
      /** Given back to reasoning models inside a tool loop; never shown to people. */
      readonly reasoning?: string;
    }
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly name: string;
      readonly content: string;
    };

/** A model's wish to use a tool. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments, parsed at the model's door; `{}` when `invalid` is set. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Why the arguments could not be read as a JSON object. */
  readonly invalid?: string;
}

/** A tool as a model is told of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Offered to a leader only for questions that came by this platform; left out: always. */
  readonly platform?: string;
}

/** What calls have cost so far. Tokens are counted by the provider, money in millionths of a US dollar. */
export interface Usage {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly costMicroUsd: number;
}

export const NO_USAGE: Usage = {
  calls: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  costMicroUsd: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
  };
}

/** Prompt and completion together: what budgets count. */
export const tokensOf = (usage: Usage): number => usage.promptTokens + usage.completionTokens;

/** A file that a tool has made and the house has kept; what is in it is read by its id. */
export interface FileRef {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  /** Its length. */
  readonly bytes: number;
}

/** A link to what a tool really fetched or read. */
export interface Source {
  readonly title: string;
  readonly url: string;
}

/** A page that a model's provider read while the model answered. */
export interface FetchedPage extends Source {
  /** What it says, as far as the provider tells. */
  readonly text: string;
}
