import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { parseJson } from '../../shared/parse.ts';
import { messageOf } from '../../shared/thrown.ts';
import { readFolder } from './kept-files.ts';
import { memoryOf } from './process-memory.ts';
import {
  type CodeOptions,
  type CodeOutcome,
  type Files,
  MAX_FILE_BYTES,
  MAX_OUTPUT_BYTES,
} from './sandbox.ts';

/** A process that runs code, the leader of a process group of its own, and where it speaks. */
export interface RunningCode {
  readonly child: ChildProcess;
  /** What the code prints. */
  readonly printed: Readable;
  /** One line in the end, as JSON: how it ended and what is in its folder. */
  readonly report: Readable;
  /** What was in its folder when it began: its own memory, which may end before it has said what is there now. */
  readonly files: Files;
  /** What the walls themselves complain about; may be the same as `report`. */
  readonly complaints: Readable;
  /** Written to it at once. */
  readonly feed: readonly (readonly [Writable, string | Buffer | undefined])[];
  /** What a complaint means when there is no report. */
  readonly meaning: (complaint: string) => 'broken' | 'out_of_memory' | 'stopped';
}

const MB = 1024 * 1024;
/** Whoever prints this much does it to harm. */
const FLOOD_BYTES = 16 * MB;
/** All kept files in base64, and their names. */
const MAX_REPORT_BYTES = 2 * MAX_FILE_BYTES;
const MAX_COMPLAINT_CHARS = 4_000;
const WATCH_MS = 100;

type Cause = 'out_of_time' | 'out_of_memory' | 'out_of_output' | 'aborted';

type End =
  | { readonly kind: 'ended' }
  | { readonly kind: 'unstarted' | 'unendable'; readonly why: unknown };

const ReportSchema = z.object({ status: z.number() });

/** One run: watched until everything of it is gone, ended with all its processes when it takes too much of anything. */
export class WatchedRun {
  readonly #running: RunningCode;
  readonly #options: CodeOptions;
  readonly #printed: Buffer[] = [];
  readonly #report: Buffer[] = [];
  #complaint = '';
  #printedBytes = 0;
  #reportBytes = 0;
  #cause: Cause | undefined;
  readonly #unendable = Promise.withResolvers<unknown>();

  constructor(running: RunningCode, options: CodeOptions) {
    this.#running = running;
    this.#options = options;
  }

  /** Settles when the process has ended, or may not be ended. Never rejects. */
  async outcome(): Promise<CodeOutcome> {
    const { clock, limits, signal } = this.#options;
    const { child } = this.#running;
    const onAbort = () => this.#kill('aborted');
    const timer = clock.setTimeout(() => this.#kill('out_of_time'), limits.timeMs);
    signal.addEventListener('abort', onAbort);
    const stopWatching = this.#watchMemory();
    this.#listen();
    this.#feed();
    const ended = new Promise<End>((resolve) => {
      child.once('error', (why) => resolve({ kind: 'unstarted', why }));
      child.once('close', () => resolve({ kind: 'ended' }));
    });
    const unendable = this.#unendable.promise.then((why): End => ({ kind: 'unendable', why }));
    const end = await Promise.race([ended, unendable]);
    stopWatching();
    signal.removeEventListener('abort', onAbort);
    clock.clearTimeout(timer);
    return this.#judge(end);
  }

  #listen(): void {
    const { printed, report, complaints } = this.#running;
    printed.on('data', (bytes: Buffer) => {
      const room = Math.max(0, MAX_OUTPUT_BYTES - this.#printedBytes);
      if (room > 0) this.#printed.push(bytes.subarray(0, room));
      this.#printedBytes += bytes.length;
      if (this.#printedBytes > FLOOD_BYTES) this.#kill('out_of_output');
    });
    report.on('data', (bytes: Buffer) => {
      this.#reportBytes += bytes.length;
      if (this.#reportBytes > MAX_REPORT_BYTES) this.#kill('out_of_output');
      else this.#report.push(bytes);
    });
    complaints.on('data', (bytes: Buffer) => {
      const room = MAX_COMPLAINT_CHARS - this.#complaint.length;
      if (room > 0) this.#complaint += bytes.toString('utf8', 0, room);
    });
  }

  #feed(): void {
    for (const [stream, bytes] of this.#running.feed) {
      // A run that ends before it has read everything closes its pipes: its end says what there is to say.
      stream.on('error', () => {});
      stream.end(bytes);
    }
  }

  #watchMemory(): () => void {
    const { clock, limits } = this.#options;
    const { pid } = this.#running.child;
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

  #kill(cause: Cause): void {
    this.#cause ??= cause;
    const { pid, exitCode, signalCode } = this.#running.child;
    // Its number may be another's by now.
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // It has ended in this very moment. Whoever may not be ended is not waited for.
      if (!isGone(error)) this.#unendable.resolve(error);
    }
  }

  #judge(end: End): CodeOutcome {
    if (end.kind === 'unstarted') {
      return { kind: 'broken', why: messageOf(end.why), transient: false };
    }
    if (end.kind === 'unendable') {
      const why = `It could not be ended: ${messageOf(end.why)}`;
      return { kind: 'lost', why, transient: false };
    }
    const printed = {
      output: Buffer.concat(this.#printed).toString('utf8'),
      dropped: Math.max(0, this.#printedBytes - MAX_OUTPUT_BYTES),
    };
    if (this.#cause !== undefined) return { kind: this.#cause, ...printed };
    const report = readReport(Buffer.concat(this.#report).toString('utf8'));
    if (report !== undefined) return { kind: 'ended', ...printed, ...report };
    const complaint = this.#complaint.trim();
    switch (this.#running.meaning(complaint)) {
      case 'broken':
        return { kind: 'broken', why: complaint.slice(0, MAX_WHY_CHARS), transient: false };
      case 'out_of_memory':
        return { kind: 'out_of_memory', ...printed };
      case 'stopped':
        return { kind: 'ended', ok: false, ...printed, ...LOST, files: this.#running.files };
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ESRCH';

const MAX_WHY_CHARS = 300;

const LOST = { isLost: true, unkept: [] } as const;

/** What stands in the last line; nothing when the code kept whoever was to report from speaking. */
function readReport(text: string) {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const parsed = parseJson(line);
  const report = ReportSchema.safeParse(parsed.ok ? parsed.value : undefined);
  const folder = readFolder(line);
  if (!report.success || folder === undefined) return undefined;
  return { ok: report.data.status === 0, ...folder };
}
