import { createServer } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { parseJson } from '../../shared/parse.ts';
import type { CodeOptions, CodeOutcome, Sandbox } from './sandbox.ts';

export type Probed =
  | { readonly kind: 'holds' }
  | { readonly kind: 'missing' | 'leaks'; readonly why: string };

export interface ProbeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const PROBE_LIMITS = { timeMs: 20_000, memoryMb: 512 };

/** What a stranger's program would try first. Each gives `true` when it was able to. */
const ATTACKS = `
import ctypes, json, os, signal, socket

def can(attempt):
    try:
        return bool(attempt())
    except (OSError, MemoryError, ValueError):
        return False

def forks():
    children = 0
    try:
        while children < 200:
            if os.fork() == 0:
                signal.pause()
            children += 1
    except OSError:
        pass
    return children >= 200

def write(path):
    with open(path, "w") as file:
        file.write("x")
    return True

def large_file():
    with open("/work/large", "wb") as file:
        for _ in range(80):
            file.write(bytes(1 << 20))
    return True

def tell(pid):
    os.kill(pid, 0)
    return True

def connect():
    with socket.create_connection(("127.0.0.1", PORT), 1):
        return True

libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "read the environment of its host": can(lambda: open("/proc/1/environ").read()),
    "read /etc/passwd": can(lambda: open("/etc/passwd").read()),
    "read the files of its host": can(lambda: open(HOST_FILE).read()),
    "reach the network": can(connect),
    "write outside of its folders": any(can(lambda: write(path)) for path in ["/usr/probe", "/probe", "/dev/probe"]),
    "see the processes of its host": can(lambda: tell(HOST_PID)) or len([name for name in os.listdir("/proc") if name.isdigit()]) > 8,
    "make a namespace": libc.unshare(0x10000000) == 0,
    "hold 4 GB": can(lambda: bytes(4 << 30)),
    "fill the disk": can(large_file),
    "start processes without end": forks(),
}))
`;

const AnswersSchema = z.record(z.string(), z.boolean());

/** Lets hostile programs run inside of a sandbox: it holds when not one of them gets anywhere. */
export async function probeSandbox(sandbox: Sandbox, options: ProbeOptions): Promise<Probed> {
  const bait = await listen();
  const run = (code: string, timeMs: number): Promise<CodeOutcome> => {
    const limits = { ...PROBE_LIMITS, timeMs };
    const call: CodeOptions = { owner: 'probe', limits, ...options };
    return sandbox.run({ code, files: new Map() }, call);
  };
  try {
    const attacks = await run(`${baitOf(bait.port)}${ATTACKS}`, PROBE_LIMITS.timeMs);
    const judged = judge(attacks);
    if (judged.kind !== 'holds') return judged;
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

function listen(): Promise<{ readonly port: number; close(): void }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, close: () => void server.close() });
    });
  });
}
