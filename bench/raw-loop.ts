import { DELEGATE_TO_ONE, leaderTools } from '../machines/leader/delegation.ts';
import { isRecord, parseJson } from '../src/shared/parse.ts';
import { ANSWER, QUESTION, ROSTER } from './roster.ts';

const DEADLINE_MS = 60_000;

/**
 * The measure of all things here: the same turn by hand, with the global `fetch` and little around it. One deadline for all
 * of it, since nobody waits for ever; no retries, no accounts: what a script would do that only has to work once.
 */
export async function rawTurn(url: string): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), DEADLINE_MS);
  try {
    await answer({ url, signal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Where the model is, and how long it is waited for. */
interface Line {
  readonly url: string;
  readonly signal: AbortSignal;
}

async function answer(line: Line): Promise<void> {
  const messages: object[] = [
    { role: 'system', content: ROSTER.leader.instructions },
    { role: 'user', content: QUESTION },
  ];
  const wish = await streamed(line, { messages, tools: TOOLS });
  const reports = await Promise.all(wish.calls.map((call) => delegated(line, call)));
  messages.push({ role: 'assistant', content: null, tool_calls: wish.calls });
  for (const [index, content] of reports.entries()) {
    messages.push({ role: 'tool', tool_call_id: wish.calls[index]?.id, content });
  }
  const { text } = await streamed(line, { messages, tools: TOOLS });
  if (text !== ANSWER || reports.length !== 2) throw new Error(`A raw turn went wrong: ${text}`);
}

const TOOLS = leaderTools(ROSTER).map((tool) => ({ type: 'function', function: tool }));

interface RawCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

function post({ url, signal }: Line, body: object): Promise<Response> {
  return fetch(`${url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ model: 'bench', max_completion_tokens: 1024, ...body }),
    signal,
  });
}

async function streamed(line: Line, body: object) {
  const response = await post(line, { ...body, stream: true });
  if (!response.ok || response.body === null)
    throw new Error(`The server said ${response.status}.`);
  const decoder = new TextDecoder();
  const calls: RawCall[] = [];
  let text = '';
  let rest = '';
  for await (const bytes of response.body) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const delta = deltaIn(event);
      if (typeof delta?.['content'] === 'string') text += delta['content'];
      // The server sends whole calls; their shape is ours.
      if (Array.isArray(delta?.['tool_calls'])) calls.push(...(delta['tool_calls'] as RawCall[]));
    }
  }
  return { text, calls };
}

function deltaIn(event: string): Readonly<Record<string, unknown>> | undefined {
  const data = event.slice('data: '.length);
  if (data === '[DONE]') return undefined;
  const parsed = parseJson(data);
  const choices = parsed.ok && isRecord(parsed.value) ? parsed.value['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isRecord(choice) && isRecord(choice['delta']) ? choice['delta'] : undefined;
}

async function delegated(line: Line, call: RawCall): Promise<string> {
  if (call.function.name !== DELEGATE_TO_ONE) throw new Error('The leader was to delegate.');
  const parsed = parseJson(call.function.arguments);
  const input = parsed.ok && isRecord(parsed.value) ? parsed.value : {};
  const member = ROSTER.members.find(({ name }) => name === input['member_id']);
  const response = await post(line, {
    messages: [
      { role: 'system', content: member?.instructions },
      { role: 'user', content: input['task'] },
    ],
  });
  const body: unknown = await response.json();
  const choices = isRecord(body) && Array.isArray(body['choices']) ? body['choices'] : [];
  const choice: unknown = choices[0];
  const message = isRecord(choice) && isRecord(choice['message']) ? choice['message'] : {};
  return String(message['content']);
}
