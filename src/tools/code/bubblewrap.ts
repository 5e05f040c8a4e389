import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { parseJson } from '../../shared/parse.ts';
import { messageOf } from '../../shared/thrown.ts';
import { wallsOf } from './bubblewrap-arguments.ts';
import { readFolder, toBase64 } from './kept-files.ts';
import { memoryOf } from './process-memory.ts';
import {
  type CodeJob,
  type CodeLimits,
  type CodeOptions,
  type CodeOutcome,
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_OUTPUT_BYTES,
  type Sandbox,
} from './sandbox.ts';
import { syscallFilter } from './seccomp.ts';

export interface BubblewrapOptions {
  /** The programs, where they are not in their usual places. */
  readonly bwrap?: string;
  readonly python?: string;
}

const PYTHON = '/usr/bin/python3';
const DRIVER = readFileSync(new URL('./driver.py', import.meta.url), 'utf8');
const MB = 1024 * 1024;

/** Processes and threads of one run. */
const MAX_PROCESSES = 32;
/** Whoever prints this much does it to harm. */
const FLOOD_BYTES = 16 * MB;
/** All kept files in base64, and their names. */
const MAX_REPORT_BYTES = 2 * MAX_FILE_BYTES;
const WATCH_MS = 100;

/** Python in namespaces of its own (https://github.com/containers/bubblewrap). Each run begins and ends with nothing. */
export const bubblewrapSandbox = ({
  bwrap = 'bwrap',
  python = PYTHON,
}: BubblewrapOptions = {}): Sandbox => ({
  name: 'bubblewrap',
  run(job, options) {
    if (options.signal.aborted) return Promise.resolve({ kind: 'aborted', output: '', dropped: 0 });
    const filter = syscallFilter(process.arch);
    const walls = wallsOf(filter !== undefined);
    const child = spawn(bwrap, [...walls, '--', python, '-I', '-c', DRIVER], {
      // Its process 1 shows what it was started with to everybody inside: so, nothing.
      env: {},
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      ...nobody(),
    });
    return new RunInside(child, options).outcomeOf(job, filter);
  },
});

/** The kernel does not count the processes of root: a house that runs as root starts the sandbox as nobody. */
const nobody = () => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});

type Cause = 'out_of_time' | 'out_of_memory' | 'out_of_output' | 'aborted';

const ReportSchema = z.object({ status: z.number() });

/** One run: a process with pipes, watched until everything of it is gone. */
class RunInside {
  readonly #child: ChildProcess;
  readonly #options: CodeOptions;
  readonly #printed: Buffer[] = [];
  readonly #report: Buffer[] = [];
  readonly #complaints: Buffer[] = [];
  #printedBytes = 0;
  #reportBytes = 0;
  #cause: Cause | undefined;

  constructor(child: ChildProcess, options: CodeOptions) {
    this.#child = child;
    this.#options = options;
  }

  async outcomeOf(job: CodeJob, filter: Buffer | undefined): Promise<CodeOutcome> {
    const { clock, limits, signal } = this.#options;
    const onAbort = () => this.#kill('aborted');
    const timer = clock.setTimeout(() => this.#kill('out_of_time'), limits.timeMs);
    signal.addEventListener('abort', onAbort);
    const stopWatching = this.#watchMemory();
    this.#listen();
    this.#feed(job, filter);
    const end = await new Promise<number | Error>((resolve) => {
      this.#child.once('error', resolve);
      this.#child.once('close', (code) => resolve(code ?? -1));
    });
    stopWatching();
    signal.removeEventListener('abort', onAbort);
    clock.clearTimeout(timer);
    return this.#outcome(end);
  }

  #listen(): void {
    const [, printed, complaints, report] = this.#child.stdio;
    onBytes(printed, (bytes) => {
      const room = Math.max(0, MAX_OUTPUT_BYTES - this.#printedBytes);
      if (room > 0) this.#printed.push(bytes.subarray(0, room));
      this.#printedBytes += bytes.length;
      if (this.#printedBytes > FLOOD_BYTES) this.#kill('out_of_output');
    });
    onBytes(report, (bytes) => {
      this.#reportBytes += bytes.length;
      if (this.#reportBytes > MAX_REPORT_BYTES) this.#kill('out_of_output');
      else this.#report.push(bytes);
    });
    onBytes(complaints, (bytes) => {
      if (this.#complaints.length < 10) this.#complaints.push(bytes.subarray(0, 1000));
    });
  }

  #feed({ code, files }: CodeJob, filter: Buffer | undefined): void {
    const { limits } = this.#options;
    const job = { code, files: toBase64(files), limits: limitsInside(limits) };
    const [stdin, , , , filterIn] = this.#child.stdio;
    // A run that ends before it has read everything closes its pipes: its end says what there is to say.
    for (const stream of [stdin, filterIn]) stream?.on('error', () => {});
    if (stdin !== null && 'end' in stdin) stdin.end(JSON.stringify(job));
    if (filterIn !== null && filterIn !== undefined && 'end' in filterIn) filterIn.end(filter);
  }

  #watchMemory(): () => void {
    const { clock, limits } = this.#options;
    const { pid } = this.#child;
    if (pid === undefined) return () => {};
    let timer: unknown;
    let isOver = false;
    const look = async (): Promise<void> => {
      const bytes = await memoryOf(pid);
      if (isOver) return;
      if (bytes > limits.memoryMb * MB) return this.#kill('out_of_memory');
      timer = clock.setTimeout(() => void look(), WATCH_MS);
    };
    void look();
    return () => {
      isOver = true;
      clock.clearTimeout(timer);
    };
  }

  /** The kernel ends everything inside of its process namespace with the process that bubblewrap left as its first. */
  #kill(cause: Cause): void {
    this.#cause ??= cause;
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended in this very moment.
    }
  }

  #outcome(end: number | Error): CodeOutcome {
    if (end instanceof Error) return { kind: 'broken', why: messageOf(end), transient: false };
    const printed = {
      output: Buffer.concat(this.#printed).toString('utf8'),
      dropped: Math.max(0, this.#printedBytes - MAX_OUTPUT_BYTES),
    };
    if (this.#cause !== undefined) return { kind: this.#cause, ...printed };
    const report = readReport(Buffer.concat(this.#report).toString('utf8'));
    if (report !== undefined) return { kind: 'ended', ...printed, ...report };
    const complaint = Buffer.concat(this.#complaints).toString('utf8').trim();
    if (complaint.startsWith('bwrap:')) return { kind: 'broken', why: complaint, transient: false };
    // The code has stopped whoever was to report.
    return { kind: 'ended', ok: false, ...printed, files: new Map(), unkept: [] };
  }
}

function onBytes(
  stream: ChildProcess['stdio'][number] | undefined,
  hear: (bytes: Buffer) => void,
): void {
  // What is piped out of a child process is readable; the type covers those that go in, too.
  const readable = stream as Readable | null | undefined;
  readable?.on('data', hear);
}

const limitsInside = ({ timeMs, memoryMb }: CodeLimits) => ({
  cpuSeconds: Math.ceil(timeMs / 1000) + 1,
  memoryBytes: memoryMb * MB,
  fileBytes: 4 * MAX_FILE_BYTES,
  processes: MAX_PROCESSES,
  keptBytes: MAX_FILE_BYTES,
  keptFiles: MAX_FILES,
});

/** What the driver says in the end; nothing when the code kept it from speaking. */
function readReport(text: string) {
  const parsed = parseJson(text);
  const report = ReportSchema.safeParse(parsed.ok ? parsed.value : undefined);
  const folder = readFolder(text);
  if (!report.success || folder === undefined) return undefined;
  return { ok: report.data.status === 0, ...folder };
}
