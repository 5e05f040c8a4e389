import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { Secret } from '../../../src/shared/secret.ts';
import { e2bSandbox } from '../../../src/tools/code/e2b.ts';
import { createE2bClient } from '../../../src/tools/code/e2b-client.ts';
import type { CodeOutcome, Language, Sandbox } from '../../../src/tools/code/sandbox.ts';
import { webAssemblySandbox } from '../../../src/tools/code/webassembly.ts';
import { recordingLog } from '../run.ts';
import { aRemote, REMOTE_KEY } from './a-remote.ts';
import { bubblewrap, type Inside, pyodide, runIn } from './local-sandbox.ts';

const webAssembly = webAssemblySandbox();
afterAll(() => webAssembly.close());
const behindWalls = await bubblewrap();
const inDeno = await pyodide();

/** A machine at E2B, whose interpreter stays dead when code has ended it. */
async function atE2b(): Promise<Sandbox> {
  const remote = await aRemote();
  remote.doNotRevive();
  const client = createE2bClient({ ...remote, key: new Secret(REMOTE_KEY) });
  const none = async () => {};
  const register = { add: none, remove: none, leftBehind: async () => [] };
  const sandbox = e2bSandbox({ client, register, clock: systemClock, log: recordingLog() });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

interface Place {
  readonly name: string;
  readonly languages: readonly Language[];
  readonly open: () => Promise<Sandbox>;
  readonly isHere: boolean;
  /** How code ends that takes too much of something, where it has a limit for it. */
  readonly ends: { readonly memory?: CodeOutcome['kind']; readonly output: CodeOutcome['kind'] };
}

const BOTH = ['python', 'javascript'] as const;
const places: readonly Place[] = [
  {
    name: 'WebAssembly',
    languages: ['javascript'],
    open: async () => webAssembly,
    isHere: true,
    // It keeps nothing of what is too much, so that its time is its only limit.
    ends: { memory: 'out_of_memory', output: 'out_of_time' },
  },
  {
    name: 'bubblewrap',
    languages: BOTH,
    open: async () => behindWalls.sandbox,
    isHere: behindWalls.isHere,
    ends: { memory: 'out_of_memory', output: 'out_of_output' },
  },
  {
    name: 'Deno and Pyodide',
    languages: ['python'],
    open: async () => inDeno.sandbox,
    isHere: inDeno.isHere,
    ends: { output: 'out_of_output' },
  },
  {
    name: 'a machine at E2B',
    languages: BOTH,
    open: atE2b,
    isHere: existsSync('/usr/bin/python3'),
    // It has as much memory as it has: here, that of this machine.
    ends: { output: 'out_of_output' },
  },
];

/** Programs that harm nobody but themselves. */
const PROGRAMS: readonly {
  readonly deed: string;
  readonly language: Language;
  readonly code: string;
}[] = [
  { deed: 'aborts its process', language: 'javascript', code: 'process.abort()' },
  { deed: 'aborts its process', language: 'python', code: 'import os; os.abort()' },
  {
    deed: 'ends its process by a signal that cannot be caught',
    language: 'javascript',
    code: 'process.kill(process.pid, "SIGKILL")',
  },
  {
    deed: 'ends its process by a signal that cannot be caught',
    language: 'python',
    code: 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)',
  },
];

const PRINT: Readonly<Record<Language, string>> = {
  javascript: 'console.log("before");',
  python: 'print("before", flush=True);',
};

const FLOODS: Readonly<Record<Language, string>> = {
  javascript: 'for (;;) console.log("x".repeat(1e5))',
  python: 'import itertools\nfor _ in itertools.count(): print("x" * 100_000)',
};

describe.each(places.filter(({ isHere }) => isHere))(
  'code in $name',
  { timeout: 60_000 },
  ({ languages, open, ends }) => {
    const outcomeOf = async (language: Language, code: string, inside: Inside = {}) =>
      await runIn(await open(), code, { language, ...inside });
    const said = (outcome: CodeOutcome): string => ('output' in outcome ? outcome.output : '');
    const runsJavascript = languages.includes('javascript');

    it.each(PROGRAMS.filter(({ language }) => languages.includes(language)))(
      'has failed by itself, and loses no file that was there before it, when it $deed, in $language',
      async ({ language, code }) => {
        const files = { 'kept.txt': 'kept' };
        const outcome = await outcomeOf(language, `${PRINT[language]} ${code}`, { files });
        expect(outcome).toMatchObject({ kind: 'ended', ok: false });
        expect(said(outcome)).toContain('before\n');
        const left = outcome.kind === 'ended' ? outcome.files : new Map<string, Buffer>();
        expect(left.get('kept.txt')?.toString()).toBe('kept');
      },
    );

    it.runIf(runsJavascript && ends.memory !== undefined)(
      'is refused memory when a list grows without end',
      async () => {
        const code = 'const all = []; for (;;) all.push(new Array(1e5).fill({}))';
        const outcome = await outcomeOf('javascript', code, { limits: { memoryMb: 128 } });
        expect(outcome.kind).toBe(ends.memory);
      },
    );

    it.runIf(runsJavascript)('may return at its top level, and await there', async () => {
      const code = `const early = await Promise.resolve(true);
console.log("before");
if (early) return;
console.log("after");`;
      const outcome = await outcomeOf('javascript', code);
      expect(outcome).toMatchObject({ kind: 'ended', ok: true });
      expect(said(outcome)).toContain('before\n');
      expect(said(outcome)).not.toContain('after');
    });

    it('is ended when it prints without end', async () => {
      const [language = 'javascript'] = languages;
      const limits = { timeMs: ends.output === 'out_of_time' ? 1_000 : 30_000 };
      const outcome = await outcomeOf(language, FLOODS[language], { limits });
      expect(outcome.kind).toBe(ends.output);
      expect(said(outcome).length).toBeLessThanOrEqual(64 * 1024);
    });
  },
);
