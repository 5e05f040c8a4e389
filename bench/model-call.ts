// CPU of four model calls (one of them streamed) through our port, against the same calls by hand-written global `fetch`.
import { type ChildProcess, spawn } from 'node:child_process';
import { ChannelId, RunId, UserId } from '../machines/ids.ts';
import type { ModelPort, ModelRequest } from '../machines/ports.ts';
import { createModels } from '../src/model/models.ts';

const TURNS = 150;
const ROUNDS = 4;
/** A house runs for days with one of the two: what counts is code that has settled. */
const SETTLING = 5;
const ORDER = ['port', 'fetch', 'fetch', 'port', 'fetch', 'port', 'port', 'fetch'] as const;

const server = spawn(process.execPath, ['test/support/groq-server.ts', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await addressOf(server);
const models = createModels({
  providers: [{ kind: 'groq', name: 'groq', apiKey: 'none', baseUrl: url }],
  agents: { default: [{ provider: 'groq', model: 'bench' }] },
});

const requests: readonly ModelRequest[] = [1, 2, 3, 4].map((turn) => ({
  run: { runId: RunId('m1'), userId: UserId('u1'), channelId: ChannelId('c1'), epoch: 1 },
  stepKey: `leader/${turn}`,
  agent: 'leader',
  messages: [
    { role: 'system', content: 'You lead a team. '.repeat(40) },
    { role: 'user', content: 'What is the answer to everything?' },
  ],
  tools: [],
  maxOutputTokens: 500,
  ...(turn === 4 ? { draftTurn: 1 } : {}),
}));

async function turnByPort(port: ModelPort): Promise<void> {
  for (const request of requests) {
    const { signal } = new AbortController();
    const result = await port.call(request, { signal, onDelta() {} });
    if (result.kind === 'failed') throw new Error(result.failure.message);
  }
}

async function turnByFetch(): Promise<void> {
  for (const { messages, maxOutputTokens, draftTurn } of requests) {
    const stream = draftTurn !== undefined;
    const response = await fetch(`${url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
      body: JSON.stringify({ model: 'bench', messages, max_tokens: maxOutputTokens, stream }),
      signal: new AbortController().signal,
    });
    const text = stream ? await readStream(response) : await readWhole(response);
    if (text === '') throw new Error('The reply is empty.');
  }
}

async function readWhole(response: Response): Promise<string> {
  const body: unknown = await response.json();
  // The server is ours: this is what it sends.
  return (
    (body as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? ''
  );
}

async function readStream(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [rest, text] = ['', ''];
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue;
      text += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '';
    }
  }
  return text;
}

/** CPU milliseconds per turn. */
async function measure(turn: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < TURNS; i++) await turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / TURNS;
}

/** The quietest quarter of the rounds: what a busy machine adds belongs to neither. */
const quietest = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;

type Contestant = 'port' | 'fetch';
const turns = { port: () => turnByPort(models), fetch: turnByFetch } as const;
const figuresOf: Record<Contestant, number[]> = { port: [], fetch: [] };
for (const contestant of ORDER) {
  // What the other left behind (garbage, code made for it) is gone after this.
  for (let i = 0; i < SETTLING; i++) await measure(turns[contestant]);
  for (let i = 0; i < ROUNDS; i++) figuresOf[contestant].push(await measure(turns[contestant]));
}
const portMsPerTurn = quietest(figuresOf.port);
const fetchMsPerTurn = quietest(figuresOf.fetch);
const ratio = portMsPerTurn / fetchMsPerTurn;
const figures = {
  ratio: Number(ratio.toFixed(3)),
  portMsPerTurn: Number(portMsPerTurn.toFixed(3)),
  fetchMsPerTurn: Number(fetchMsPerTurn.toFixed(3)),
  rounds: figuresOf.port.length,
  turnsPerRound: TURNS,
};
await models.close();
server.kill();
console.log(JSON.stringify({ suite: 'model-call', ok: ratio <= 0.45, figures }));

async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of child.stdout ?? []) {
    return JSON.parse(String(line)).url;
  }
  throw new Error('The server did not start.');
}
