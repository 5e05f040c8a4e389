import type http from 'node:http';
import {
  type Act,
  type CallWish,
  chunk,
  type Received,
  type StreamStop,
} from './groq-server-scripts.ts';

export interface Stage {
  readonly request: Received;
  readonly response: http.ServerResponse;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };

/** Carries one act out on one response. */
export async function perform(act: Act, stage: Stage): Promise<void> {
  const { response, headers } = stage;
  switch (act.kind) {
    case 'reply':
      return reply(act, stage);
    case 'status': {
      const isPage = typeof act.body === 'string';
      const type = isPage ? { 'content-type': 'text/html; charset=utf-8' } : JSON_TYPE;
      response.writeHead(act.status, { ...headers, ...type, ...act.headers });
      response.end(isPage ? act.body : JSON.stringify(act.body));
      return;
    }
    case 'sse':
      response.writeHead(200, { ...headers, ...SSE_TYPE });
      await write(
        response,
        act.events.map(async (event) => eventText(await event)),
      );
      stop(act.stop, response);
      return;
    case 'bytes':
      response.writeHead(200, { ...headers, 'content-type': act.type, ...act.headers });
      await write(response, act.pieces);
      response.end();
      return;
    case 'silence':
      return;
    case 'headers_only':
      response.writeHead(200, { ...headers, 'content-type': act.type ?? 'application/json' });
      response.flushHeaders();
      return;
    case 'slow_bytes':
      response.writeHead(200, { ...headers, ...JSON_TYPE });
      drip(response, '{ ', act.everyMs);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
  }
}

type Reply = Extract<Act, { kind: 'reply' }>;

function reply(act: Reply, stage: Stage): void {
  const { request, response } = stage;
  const toolCalls = (act.calls ?? []).map((wish, index) =>
    wireCall(wish, `call_${request.nth}_${index}`),
  );
  const usual = toolCalls.length > 0 ? 'tool_calls' : 'stop';
  const whole = {
    ...act,
    toolCalls,
    finish: act.finish === undefined ? usual : act.finish,
    usage: act.usage === undefined ? usageFor(request, act) : act.usage,
  };
  const headers = { ...stage.headers, ...act.headers };
  if (request.body.stream === true) {
    response.writeHead(200, { ...headers, ...SSE_TYPE });
    for (const event of streamOf(whole)) response.write(eventText(event));
    response.end('data: [DONE]\n\n');
  } else {
    response.writeHead(200, { ...headers, ...JSON_TYPE });
    response.end(JSON.stringify({ ...completionOf(whole), model: request.body.model }));
  }
}

type WholeReply = Reply & { readonly toolCalls: readonly Record<string, unknown>[] };

function completionOf({ text, reasoning, toolCalls, executed, finish, usage }: WholeReply) {
  const message = {
    role: 'assistant',
    content: text ?? null,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    ...(executed === undefined ? {} : { executed_tools: executed }),
  };
  const choices = [{ index: 0, message, finish_reason: finish }];
  return { id: 'chatcmpl-1', object: 'chat.completion', choices, usage };
}

function streamOf({ text, reasoning, toolCalls, finish, usage }: WholeReply) {
  const words = (text ?? '').split(/(?<=\s)/);
  return [
    ...(reasoning === undefined ? [] : [chunk({ reasoning })]),
    ...words.map((content) => chunk({ content })),
    ...toolCalls.map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
    chunk(
      {},
      {
        choices: [{ index: 0, delta: {}, finish_reason: finish }],
        x_groq: { id: 'req_1', usage },
      },
    ),
  ];
}

function wireCall({ name, args, id }: CallWish, freshId: string): Record<string, unknown> {
  const fn = { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) };
  const call = { type: 'function', function: fn };
  return id === null ? call : { id: id ?? freshId, ...call };
}

/** One token for four characters. */
function usageFor({ body }: Received, act: Extract<Act, { kind: 'reply' }>) {
  const prompt_tokens = Math.ceil(JSON.stringify(body.messages ?? []).length / 4);
  const written = JSON.stringify([act.text ?? '', act.calls ?? []]).length;
  const completion_tokens = Math.ceil(written / 4);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

const eventText = (event: unknown): string =>
  typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`;

/** One write at a time, each out of the process before the next. */
async function write(
  response: http.ServerResponse,
  pieces: readonly (string | Uint8Array | Promise<string>)[],
): Promise<void> {
  for (const piece of pieces) {
    const ready = await piece;
    await new Promise<void>((resolve) => response.write(ready, () => resolve()));
  }
}

function stop(how: StreamStop, response: http.ServerResponse): void {
  if (how === 'done') response.end('data: [DONE]\n\n');
  if (how === 'fin') response.end();
  if (how === 'rst') response.socket?.resetAndDestroy();
  if (how === 'drip') drip(response, ': still there\n\n', 5);
}

function drip(response: http.ServerResponse, piece: string, everyMs: number): void {
  const timer = setInterval(() => response.write(piece), everyMs);
  response.once('close', () => clearInterval(timer));
}
