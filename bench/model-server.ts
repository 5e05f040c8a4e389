/**
 * A chat completion server for benchmarks: answers what the rosters of this folder ask, streamed or whole, and
 * does as little else as it can, since it shares the machine with what is measured. Started by `startModelServer`
 * as a process of its own; prints its port.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { DELEGATE_TO_ONE } from '../machines/leader/delegation.ts';
import { isRecord, parseJson } from '../src/shared/parse.ts';
import { ANSWER, REPORT, TASKS } from './roster.ts';

const USAGE = { prompt_tokens: 200, completion_tokens: 40, total_tokens: 240 };

const CALLS = TASKS.map(({ member, task }, index) => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name: DELEGATE_TO_ONE, arguments: JSON.stringify({ member_id: member, task }) },
}));

interface Said {
  readonly deltas: readonly object[];
  readonly message: object;
  readonly finish: string;
}

const DELEGATES: Said = {
  deltas: CALLS.map((call) => ({ tool_calls: [call] })),
  message: { content: null, tool_calls: CALLS },
  finish: 'tool_calls',
};

const speaks = (text: string): Said => ({
  deltas: text.split(/(?<= )/).map((content) => ({ content })),
  message: { content: text },
  finish: 'stop',
});

const HEAD = { id: 'chatcmpl-bench', created: 0, model: 'bench' };

/** A reply in both forms, put into bytes once. */
function prepared({ deltas, message, finish }: Said) {
  const chunk = (delta: object, end: string | null, more: object = {}): string =>
    `data: ${JSON.stringify({
      ...HEAD,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: end }],
      ...more,
    })}\n\n`;
  const whole = {
    ...HEAD,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: USAGE,
  };
  return {
    whole: Buffer.from(JSON.stringify(whole)),
    stream: [
      chunk({ role: 'assistant', content: '' }, null),
      ...deltas.map((delta) => chunk(delta, null)),
      chunk({}, finish, { x_groq: { usage: USAGE } }),
      'data: [DONE]\n\n',
    ].map((text) => Buffer.from(text)),
  };
}

const REPLIES = {
  delegates: prepared(DELEGATES),
  answers: prepared(speaks(ANSWER)),
  reports: prepared(speaks(REPORT)),
};

/** With tools and no reports yet it delegates; with reports it answers; without tools it is a member. */
function replyTo(body: Readonly<Record<string, unknown>>): keyof typeof REPLIES {
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  const last: unknown = messages.at(-1);
  if (isRecord(last) && last['role'] === 'tool') return 'answers';
  return Array.isArray(body['tools']) ? 'delegates' : 'reports';
}

function answer(text: string, response: http.ServerResponse): void {
  const parsed = parseJson(text);
  const body = parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
  if (body === undefined) {
    response.writeHead(400).end();
    return;
  }
  const { whole, stream } = REPLIES[replyTo(body)];
  if (body['stream'] !== true) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
    response.end(whole);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  // In as many pieces as a provider sends, but in one system call: only the client is measured.
  response.socket?.cork();
  for (const piece of stream) response.write(piece);
  response.end();
  response.socket?.uncork();
}

const latencyMs = Number(process.argv[2] ?? '0');
const server = http.createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const text = Buffer.concat(pieces).toString('utf8');
    if (latencyMs > 0) setTimeout(answer, latencyMs, text, response);
    else answer(text, response);
  });
});
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${port}\n`);
});
// The end of the parent closes the pipe: no server outlives its benchmark.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
