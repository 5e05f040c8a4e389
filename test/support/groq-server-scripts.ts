import type http from 'node:http';

/** One chat completion request as the server got it. */
export interface Received {
  /** From 0, in the order of arrival. */
  readonly nth: number;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: ReceivedBody;
  /** Set when the client closed the connection before the answer was over. */
  readonly abandoned: Promise<void>;
}

export interface ReceivedBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_calls?: readonly unknown[];
    readonly [field: string]: unknown;
  }[];
  readonly tools?: readonly {
    readonly type?: string;
    readonly function: { readonly name: string };
  }[];
  readonly [field: string]: unknown;
}

/** How a stream stops. */
export type StreamStop =
  /** `[DONE]`, then the proper end. */
  | 'done'
  /** The proper end of the body, without `[DONE]`. */
  | 'fin'
  /** The connection is reset. */
  | 'rst'
  /** Nothing more ever comes. */
  | 'stall'
  /** Comments for ever. */
  | 'drip';

export interface CallWish {
  readonly name: string;
  /** An object, or the text that stands where its JSON should. */
  readonly args: unknown;
  readonly id?: string | null;
}

/** What the server does with one request. */
export type Act =
  /** A good reply, streamed or whole as the request asks. */
  | {
      readonly kind: 'reply';
      readonly text?: string;
      readonly reasoning?: string;
      readonly calls?: readonly CallWish[];
      /** What the server's own tools did for it, as whole replies tell. */
      readonly executed?: readonly unknown[];
      readonly finish?: string | null;
      readonly usage?: Readonly<Record<string, unknown>> | null;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A status with a body of JSON, or of HTML when it is a string. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A stream of these events: objects become JSON, strings stand as they are, promises are awaited in their turn. */
  | { readonly kind: 'sse'; readonly events: readonly unknown[]; readonly stop: StreamStop }
  /** Bytes, one write each, as they are. */
  | {
      readonly kind: 'bytes';
      readonly type: string;
      readonly pieces: readonly Uint8Array[];
      readonly headers?: Readonly<Record<string, string | number>>;
    }
  /** Takes the request and answers nothing. */
  | { readonly kind: 'silence' }
  /** Headers of a whole reply, then nothing. */
  | { readonly kind: 'headers_only'; readonly type?: string }
  /** A whole reply, one byte after the other, for ever slower than anyone waits. */
  | { readonly kind: 'slow_bytes'; readonly everyMs: number }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' };

export const text = (words: string): Act => ({ kind: 'reply', text: words });

export const calls = (...wishes: readonly CallWish[]): Act => ({ kind: 'reply', calls: wishes });

export const status = (
  code: number,
  error: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Act => ({
  kind: 'status',
  status: code,
  body: { error: { message: 'as scripted', type: 'scripted', ...error } },
  headers,
});

/** 400 `tool_use_failed`, as Groq words it. */
export const toolUseFailed = (failedGeneration: string, message?: string): Act =>
  status(400, {
    message:
      message ??
      "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
    type: 'invalid_request_error',
    code: 'tool_use_failed',
    failed_generation: failedGeneration,
  });

/** A chunk of a stream with this delta. */
export const chunk = (
  delta: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'openai/gpt-oss-120b',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...rest,
});

/** The chunk that gives the reason for the end. */
export const lastChunk = (finish = 'stop'): Readonly<Record<string, unknown>> =>
  chunk(
    {},
    {
      choices: [{ index: 0, delta: {}, finish_reason: finish }],
      x_groq: {
        id: 'req_1',
        usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
      },
    },
  );

/**
 * What a team's ordinary turn needs: whoever may delegate and has not, delegates to two members at once;
 * whoever has results, or no tools to delegate with, answers in words.
 */
export function ordinaryTurns(request: Received): Act {
  const { messages = [], tools = [] } = request.body;
  const delegate = tools.find(({ function: { name } }) => name === 'delegate_task_to_member');
  const hasResults = messages.at(-1)?.role === 'tool';
  if (delegate === undefined || hasResults) {
    return text(`Answer number ${messages.length}, with some words to stream and to read.`);
  }
  const members = memberIdsIn(delegate);
  return calls(
    ...members.slice(0, 2).map((member_id) => ({
      name: 'delegate_task_to_member',
      args: { member_id, task: 'Do your part of it.' },
    })),
  );
}

function memberIdsIn(tool: unknown): readonly string[] {
  const found = /"enum":\[([^\]]*)\]/.exec(JSON.stringify(tool))?.[1] ?? '"a","b"';
  return found.split(',').map((id) => id.replaceAll('"', ''));
}
