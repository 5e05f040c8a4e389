import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseJson } from '../../src/shared/parse.ts';
import type { PlantedBug } from './planted-bug.ts';
import type { SuiteReport, SuiteRequest } from './suite-run.ts';

const RUNNER = fileURLToPath(new URL('suite-run.ts', import.meta.url));

/** How the tests of bugs are run. */
export interface Running {
  /** A PostgreSQL for all of them: to make one for each would take longer than the tests. */
  readonly databaseUrl: string;
  readonly withinMs: number;
}

/** Runs the tests that are to catch these bugs, with nothing planted; gives back what is wrong with them as they are. */
export async function problemsWithout(
  bugs: readonly PlantedBug[],
  running: Running,
): Promise<readonly string[]> {
  const files = [...new Set(bugs.map(({ caughtBy }) => caughtBy.file))];
  const tests = bugs.map(({ caughtBy }) => quoted(caughtBy.test)).join('|');
  const report = await run({ files, tests, edits: [] }, running);
  if (typeof report === 'string') return [report];
  const passes = ({ caughtBy: { file, test } }: PlantedBug): boolean =>
    report.passed.some((name) => name.startsWith(`${file}: `) && name.includes(test));
  const missing = bugs
    .filter((bug) => !passes(bug))
    .map(({ name, caughtBy }) => `No test "${caughtBy.test}" passes that is to catch "${name}".`);
  return [...report.broken, ...report.failed.map((name) => `Fails as it is: ${name}`), ...missing];
}

/** Plants a bug and runs the test that is to catch it. Undefined when it does, else why not. */
export async function whyMissed(
  { edits, caughtBy }: PlantedBug,
  running: Running,
): Promise<string | undefined> {
  const tests = quoted(caughtBy.test);
  const report = await run({ files: [caughtBy.file], tests, edits }, running);
  if (typeof report === 'string') return report;
  if (report.failed.length > 0) return undefined;
  return report.broken[0] ?? `${caughtBy.file}, "${caughtBy.test}", passes all the same.`;
}

const quoted = (words: string): string => words.replace(/[.*+?^$()|[\]{}\\]/g, '\\$&');

/** In a process of its own: what a planted bug makes hang can be ended. Gives back why there is no report. */
async function run(
  request: SuiteRequest,
  { databaseUrl, withinMs }: Running,
): Promise<SuiteReport | string> {
  const child = spawn(process.execPath, [RUNNER, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TEST_DATABASE_URL: databaseUrl },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const closed = once(child, 'close');
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  clearTimeout(timer);
  const last = parseJson(said.trimEnd().split('\n').at(-1) ?? '');
  // suite-run.ts ends with exactly this, or with no JSON at all; a `Json` is too wide to be narrowed at once.
  if (last.ok) return last.value as unknown as SuiteReport;
  return child.signalCode === null
    ? `The tests could not be run: ${complained.slice(-1_000)}`
    : `The tests did not end within ${withinMs} ms.`;
}
