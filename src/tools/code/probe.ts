import { createServer } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { parseJson } from '../../shared/parse.ts';
import type { Attacks } from './attacks.ts';
import type { CodeOptions, CodeOutcome, Sandbox } from './sandbox.ts';

export type Probed =
  | { readonly kind: 'holds' }
  | { readonly kind: 'missing' | 'leaks'; readonly why: string };

export interface ProbeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const PROBE_LIMITS = { timeMs: 20_000, memoryMb: 512 };

const AnswersSchema = z.record(z.string(), z.boolean());

/** Lets hostile programs run inside of a sandbox: it holds when not one of them gets anywhere. */
export async function probeSandbox(
  sandbox: Sandbox,
  { deeds, hogs }: Attacks,
  options: ProbeOptions,
): Promise<Probed> {
  const bait = await listen();
  const run = (code: string, timeMs = PROBE_LIMITS.timeMs): Promise<CodeOutcome> => {
    const limits = { ...PROBE_LIMITS, timeMs };
    const call: CodeOptions = { owner: 'probe', limits, ...options };
    return sandbox.run({ language: 'python', code, files: new Map() }, call);
  };
  try {
    const judged = judge(await run(`${baitOf(bait.port)}${deeds}`));
    if (judged.kind !== 'holds') return judged;
    if (bait.callers() > 0) return { kind: 'leaks', why: 'code inside can reach the network' };
    for (const hog of hogs) {
      const end = await run(hog);
      if (end.kind === 'ended' && end.ok)
        return { kind: 'leaks', why: 'a program was not ended that took too much' };
    }
    const endless = await run('while True: pass', ENDLESS_MS);
    return endless.kind === 'out_of_time'
      ? judged
      : { kind: 'leaks', why: `an endless loop was not ended (${endless.kind})` };
  } finally {
    bait.close();
  }
}

/** Long enough to have begun on a busy machine. */
const ENDLESS_MS = 1_000;

function judge(outcome: CodeOutcome): Probed {
  if (outcome.kind === 'broken') return { kind: 'missing', why: outcome.why };
  if (outcome.kind === 'aborted') return { kind: 'missing', why: 'it was not waited for' };
  if (outcome.kind !== 'ended') return { kind: 'leaks', why: `the probe ended: ${outcome.kind}` };
  const parsed = parseJson(outcome.output);
  const answers = AnswersSchema.safeParse(parsed.ok ? parsed.value : undefined);
  if (!answers.success) return { kind: 'missing', why: outcome.output.slice(-300).trim() };
  const able = Object.entries(answers.data).flatMap(([deed, done]) => (done ? [deed] : []));
  return able.length === 0
    ? { kind: 'holds' }
    : { kind: 'leaks', why: `code inside can ${able.join(', ')}` };
}

/** What the programs look for: this process, a file of it, a door that is really open. */
const baitOf = (port: number): string =>
  `PORT = ${port}\nHOST_PID = ${process.pid}\nHOST_FILE = ${JSON.stringify(import.meta.filename)}\n`;

interface Bait {
  readonly port: number;
  /** How many have come so far. */
  callers(): number;
  close(): void;
}

function listen(): Promise<Bait> {
  return new Promise((resolve, reject) => {
    let callers = 0;
    const server = createServer((socket) => {
      callers++;
      socket.destroy();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, callers: () => callers, close: () => void server.close() });
    });
  });
}
