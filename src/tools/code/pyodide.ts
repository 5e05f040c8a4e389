import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CELL } from './cell.ts';
import { toBase64 } from './kept-files.ts';
import { type CodeLimits, MAX_FILE_BYTES, MAX_FILES, type Sandbox } from './sandbox.ts';
import { WatchedRun } from './watched-run.ts';

export interface PyodideOptions {
  /** The program, where it is neither installed as a package nor in one of its usual places. */
  readonly deno?: string;
}

const NAME = 'Deno and Pyodide';
const RUNNER = fileURLToPath(new URL('./pyodide-runner.mjs', import.meta.url));
const PROGRAM = `${CELL}\n${readFileSync(new URL('./pyodide.py', import.meta.url), 'utf8')}`;

/** No network, files, environment, programs or libraries: what is not granted is refused, and nobody is asked. */
const NO_RIGHTS = [
  '--quiet',
  '--no-prompt',
  '--no-remote',
  '--no-npm',
  '--no-config',
  '--no-lock',
  '--cached-only',
  '--no-code-cache',
];

/** What Deno, Pyodide and their threads set aside for themselves, and mostly never use. */
const OWN_MB = 1_024;
/** What they take of processors to begin with, and more. */
const OWN_CPU_SECONDS = 30;
/** The code, and what collects its garbage or compiles it beside it. */
const BUSY_THREADS = 2;

/**
 * Python compiled to WebAssembly (https://pyodide.org) in a Deno without rights (https://deno.com). Each run begins with
 * the files that it is given and ends with nothing: those that it left have gone out before. Its memory is watched in /proc: on Linux only.
 */
export const pyodideSandbox = (options: PyodideOptions = {}): Sandbox => {
  const found = findParts(options);
  return {
    name: NAME,
    languages: ['python'],
    run({ code, files }, call) {
      if (call.signal.aborted) return Promise.resolve({ kind: 'aborted', output: '', dropped: 0 });
      if (typeof found === 'string')
        return Promise.resolve({ kind: 'broken', why: found, transient: false });
      const child = spawn('/bin/sh', commandOf(found, call.limits), {
        // Nothing can be made below that: what Deno would keep between runs has no place.
        env: { DENO_DIR: '/dev/null/none' },
        cwd: '/',
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const { stdin, stdout: printed, stderr: report } = child;
      const limits = { keptBytes: MAX_FILE_BYTES, keptFiles: MAX_FILES };
      const order = JSON.stringify({ code, files: toBase64(files), limits });
      const feed = [[stdin, order]] as const;
      return new WatchedRun(
        { child, printed, report, complaints: report, files, feed, meaning },
        call,
      ).outcome();
    },
  };
};

interface Parts {
  readonly deno: string;
  /** The folder of the package. */
  readonly pyodide: string;
}

/**
 * The shell sets limits that hold for whatever it becomes: no dumps, no files, no memory and no time beyond measure. We
 * end it in time; the limit of the system is for the case that we were killed before that.
 */
function commandOf({ deno, pyodide }: Parts, { memoryMb, timeMs }: CodeLimits): readonly string[] {
  const kilobytes = (memoryMb + OWN_MB) * 1024;
  const seconds = Math.ceil(timeMs / 1000) * BUSY_THREADS + OWN_CPU_SECONDS;
  const limited = `ulimit -c 0; ulimit -f 0; ulimit -d ${kilobytes}; ulimit -t ${seconds}; exec "$@"`;
  const run = [deno, 'run', ...NO_RIGHTS, `--allow-read=${pyodide}`, RUNNER];
  return ['-c', limited, 'sh', ...run, pathToFileURL(`${pyodide}/`).href, PROGRAM];
}

/** Until it is ready nothing of the code has been run. */
function meaning(complaint: string): 'broken' | 'out_of_memory' | 'stopped' {
  if (!complaint.includes('ready')) return 'broken';
  return /out of memory|allocation failed/i.test(complaint) ? 'out_of_memory' : 'stopped';
}

/** Both as packages that are installed beside this one, or Deno where its own installer puts it. A sentence when something is missing. */
function findParts({ deno }: PyodideOptions): Parts | string {
  if (process.platform !== 'linux') return 'it can be watched on Linux only';
  const program = deno ?? denoPackage() ?? usualPlaces().find(isProgram);
  if (program === undefined) return 'deno is not installed';
  const pyodide = packageFolder('pyodide');
  if (pyodide === undefined) return 'pyodide is not installed';
  return { deno: program, pyodide };
}

const usualPlaces = (): readonly string[] => [
  path.join(homedir(), '.deno/bin/deno'),
  '/usr/local/bin/deno',
  '/usr/bin/deno',
];

function denoPackage(): string | undefined {
  const folder = packageFolder(`@deno/linux-${process.arch}-glibc`);
  return folder === undefined ? undefined : path.join(folder, 'deno');
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function packageFolder(name: string): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    // That it is not there is all that this throws for.
    return undefined;
  }
}
