/**
 * Runs tests in this process's own vitest, with one planted bug or none, and prints what came of them as one JSON line.
 * `node proof/mutants/suite-run.ts '<SuiteRequest as JSON>'`
 */
import path from 'node:path';
import { inspect } from 'node:util';
import type { TestModule } from 'vitest/node';
import { startVitest } from 'vitest/node';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { type Edit, edited } from './planted-bug.ts';

/** What is to be run. */
export interface SuiteRequest {
  readonly files: readonly string[];
  /** A regular expression on full names of tests. */
  readonly tests: string;
  readonly edits: readonly Edit[];
}

/** What came of it; tests as `file: full name`. */
export interface SuiteReport {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Why tests could not even be run, and edits that never reached a test. */
  readonly broken: readonly string[];
}

if (import.meta.main) {
  const request = parseJson(process.argv[2] ?? '');
  if (!request.ok) throw new Error(`That is no request: ${request.why}`);
  // proof/mutants/suite.ts, the only caller, writes exactly this; a `Json` is too wide to be narrowed at once.
  const report = await runSuite(request.value as unknown as SuiteRequest);
  console.log(JSON.stringify(report));
}

async function runSuite({ files, tests, edits }: SuiteRequest): Promise<SuiteReport> {
  const root = path.resolve(import.meta.dirname, '../..');
  const unused = new Set(edits);
  const vitest = await startVitest(
    'test',
    [...files],
    {
      root,
      watch: false,
      testNamePattern: new RegExp(tests),
      reporters: [{}],
      // A planted bug must neither be hidden by what was kept of an earlier run nor be kept for a later one. It is
      // caught by the first test that fails.
      ...(edits.length === 0 ? {} : { fsModuleCache: false, bail: 1, maxWorkers: 1 }),
    },
    {
      plugins: [
        {
          name: 'planted-bug',
          enforce: 'pre',
          transform(code, id) {
            let text = code;
            for (const edit of edits) {
              if (path.relative(root, id) !== edit.file) continue;
              text = edited(text, edit);
              unused.delete(edit);
            }
            return text === code ? null : { code: text, map: null };
          },
        },
      ],
    },
  );
  const report = reportOf(vitest.state.getTestModules(), vitest.state.getUnhandledErrors());
  await vitest.close();
  // The exit code speaks of this program, not of the tests that it ran.
  process.exitCode = 0;
  const missed = [...unused].map(({ file }) => `No test loaded ${file}: the bug was not there.`);
  return { ...report, broken: [...report.broken, ...missed] };
}

function reportOf(modules: readonly TestModule[], unhandled: readonly unknown[]): SuiteReport {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const named = (state: 'passed' | 'failed'): readonly string[] =>
    tests
      .filter((test) => test.result().state === state)
      .map(({ fullName, module }) => `${module.relativeModuleId}: ${fullName}`);
  const errors = modules.flatMap((module) => module.errors().map(({ message }) => message));
  return {
    passed: named('passed'),
    // To vitest, a run is not green when something was thrown beside its tests.
    failed: [
      ...named('failed'),
      ...unhandled.map((thrown) => `beside the tests: ${wordsOf(thrown)}`),
    ],
    broken: errors,
  };
}

/** Errors come from the workers as plain objects. */
function wordsOf(thrown: unknown): string {
  const hasWords = isRecord(thrown) && typeof thrown['message'] === 'string';
  return hasWords ? String(thrown['message']) : inspect(thrown);
}
