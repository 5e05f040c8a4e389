import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { wallsOf } from './bubblewrap-arguments.ts';
import { CELL } from './cell.ts';
import { JAVASCRIPT_CELL } from './javascript-cell.ts';
import { toBase64 } from './kept-files.ts';
import {
  type CodeJob,
  type CodeLimits,
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_RESULT_CHARS,
  type Sandbox,
} from './sandbox.ts';
import { syscallFilter } from './seccomp.ts';
import { type RunningCode, WatchedRun } from './watched-run.ts';

export interface BubblewrapOptions {
  /** The programs, where they are not in their usual places. */
  readonly bwrap?: string;
  readonly python?: string;
}

const PYTHON = '/usr/bin/python3';
const DRIVER = `${CELL}\n${readFileSync(new URL('./driver.py', import.meta.url), 'utf8')}`;
const MB = 1024 * 1024;

/** Processes and threads of one run. */
const MAX_PROCESSES = 32;

/**
 * Python, and the JavaScript of the Node that runs this, in namespaces of their own
 * (https://github.com/containers/bubblewrap). Each run begins and ends with nothing.
 */
export const bubblewrapSandbox = ({
  bwrap = 'bwrap',
  python = PYTHON,
}: BubblewrapOptions = {}): Sandbox => ({
  name: 'bubblewrap',
  languages: ['python', 'javascript'],
  run(job, options) {
    if (options.signal.aborted) return Promise.resolve({ kind: 'aborted', output: '', dropped: 0 });
    const filter = syscallFilter(process.arch);
    const node = job.language === 'javascript' ? process.execPath : undefined;
    const walls = wallsOf({ isFiltered: filter !== undefined, node });
    const child = spawn(bwrap, [...walls, '--', python, '-I', '-c', DRIVER], {
      // Its process 1 shows what it was started with to everybody inside: so, nothing.
      env: {},
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      ...nobody(),
    });
    const order = JSON.stringify(orderOf(job, options.limits));
    const running = { ...runningIn(child, order, filter), files: job.files };
    return new WatchedRun(running, options).outcome();
  },
});

/** The kernel does not count the processes of root: a house that runs as root starts the sandbox as nobody. */
const nobody = () => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});

const orderOf = ({ language, code, files }: CodeJob, limits: CodeLimits) => ({
  language,
  code,
  ...(language === 'javascript' ? { cell: JAVASCRIPT_CELL } : {}),
  files: toBase64(files),
  limits: limitsInside(limits),
});

/** The kernel ends everything inside of its process namespace with the process that bubblewrap left as its first. */
function runningIn(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  order: string,
  filter: Buffer | undefined,
): Omit<RunningCode, 'files'> {
  const { stdin, stdout, stderr, stdio } = child;
  // Five pipes were asked for: the fourth is read from, the fifth is written to. The types know of three.
  const [, , , report, filterIn] = stdio as unknown as readonly [
    Writable,
    Readable,
    Readable,
    Readable,
    Writable,
  ];
  return {
    child,
    printed: stdout,
    report,
    complaints: stderr,
    feed: [
      [stdin, order],
      [filterIn, filter],
    ],
    meaning(complaint) {
      if (complaint.startsWith('bwrap:')) return 'broken';
      // Otherwise the code has stopped whoever was to report.
      return complaint === 'out of memory' ? 'out_of_memory' : 'stopped';
    },
  };
}

const limitsInside = ({ timeMs, memoryMb }: CodeLimits) => ({
  cpuSeconds: Math.ceil(timeMs / 1000) + 1,
  memoryBytes: memoryMb * MB,
  fileBytes: 4 * MAX_FILE_BYTES,
  processes: MAX_PROCESSES,
  keptBytes: MAX_FILE_BYTES,
  keptFiles: MAX_FILES,
  resultChars: MAX_RESULT_CHARS,
});
