import { afterEach, describe, expect, it } from 'vitest';
import type { FileRef } from '../../../machines/conversation.ts';
import { failure } from '../../../machines/failure.ts';
import { UserId } from '../../../machines/ids.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { KERNEL_ATTACKS } from '../../../src/tools/code/attacks.ts';
import { bubblewrapSandbox } from '../../../src/tools/code/bubblewrap.ts';
import { createChoice } from '../../../src/tools/code/choice.ts';
import { type CodeTools, createCodeTools } from '../../../src/tools/code/code-tools.ts';
import type { FileKeeper } from '../../../src/tools/code/file-keeper.ts';
import { runCode } from '../../../src/tools/code/run-code.ts';
import type { Sandbox } from '../../../src/tools/code/sandbox.ts';
import { webAssemblySandbox } from '../../../src/tools/code/webassembly.ts';
import { createWorkspaces } from '../../../src/tools/code/workspaces.ts';
import { createToolbox, type Toolbox } from '../../../src/tools/toolbox.ts';
import { recordingLog, said, use } from '../run.ts';
import { bubblewrap, pyodide } from './local-sandbox.ts';

/** Keeps files where a test can see them. */
function aKeeper() {
  const kept = new Map<string, Buffer>();
  const keeper: FileKeeper = {
    async keep(_run, { name, mime, data }) {
      kept.set(name, data);
      return { id: `file-${kept.size}`, name, mime, bytes: data.length };
    },
  };
  return { kept, keeper };
}

const { isHere } = await bubblewrap();
let toolbox: Toolbox;
let code: CodeTools;
afterEach(() => toolbox.close());

function aHouse(keeper?: FileKeeper) {
  const log = recordingLog();
  code = createCodeTools({ clock: systemClock, log, keeper });
  toolbox = createToolbox({ tools: code.tools, clock: systemClock, log });
  return log;
}

const python = (text: string, userId?: UserId) =>
  use(toolbox, {
    name: 'run_python',
    input: { code: text },
    ...(userId === undefined ? {} : { userId }),
  });
const files = (name?: string) =>
  use(toolbox, { name: 'files', input: name === undefined ? {} : { name } });

describe.skipIf(!isHere)('run_python', { timeout: 60_000 }, () => {
  it('returns what the code printed and the value of its last expression', async () => {
    aHouse();
    expect(said(await python('print("a")\nsum(n * n for n in range(4))'))).toBe('a\n14');
    expect(said(await python('x = 1'))).toBe('It printed nothing.');
  });

  it('names error and line, and nothing of its own, when the code throws', async () => {
    aHouse();
    const text = said(await python('x = 1\nx / 0'));
    expect(text).toContain('invalid_input: The code failed.');
    expect(text).toContain('File "code.py", line 2');
    expect(text).toContain('ZeroDivisionError');
    expect(text).not.toContain('<string>');
  });

  it('keeps what code writes for later code of the same team, and for nobody else', async () => {
    aHouse();
    await python('open("data.csv", "w").write("1,2")');

    expect(said(await python('open("data.csv").read()'))).toContain("'1,2'");
    expect(said(await files('data.csv'))).toBe('1,2');
    expect(said(await python('open("data.csv").read()', UserId('bob')))).toContain(
      'FileNotFoundError',
    );
  });

  it('forgets a file that code removes', async () => {
    aHouse();
    await python('open("data.csv", "w").write("1,2")');
    await python('import os; os.remove("data.csv")');
    expect(said(await files())).toBe('There are no files.');
  });

  it('forgets the files of a team that leaves', async () => {
    aHouse();
    await python('open("data.csv", "w").write("1,2")');
    await code.release({ userId: UserId('ada'), epoch: 1 });
    expect(said(await files())).toBe('There are no files.');
  });

  it('gives the files that a run has changed to its user, and no others', async () => {
    const { kept, keeper } = aKeeper();
    aHouse(keeper);
    await python('open("a.txt", "w").write("1")');
    const result = await python('open("b.txt", "w").write("22")');

    expect(result).toMatchObject({
      kind: 'returned',
      files: [{ name: 'b.txt', mime: 'text/plain', bytes: 2 }],
    });
    expect(said(result)).toContain('[Files, which the user is shown: b.txt]');
    expect([...kept.keys()]).toEqual(['a.txt', 'b.txt']);
  });

  it('goes on when a file cannot be kept, and says so', async () => {
    const log = aHouse({ keep: async () => failure('storage', 'The database is away.') });
    const result = await python('open("a.txt", "w").write("1")');
    expect(said(result)).toContain('[Files, which only later code can see: a.txt]');
    expect(log.lines).toContainEqual(
      expect.objectContaining({ event: 'file.not_kept', why: 'The database is away.' }),
    );
  });

  it('says in the house which sandbox was chosen', async () => {
    const log = aHouse();
    expect(code.place()).toEqual({ where: 'being tried', why: '' });
    await code.start();
    expect(code.place()).toEqual({ where: 'bubblewrap (alive)', why: '' });
    expect(log.lines).toContainEqual(
      expect.objectContaining({ event: 'sandbox.chosen', sandbox: 'bubblewrap' }),
    );
  });
});

const hasMatplotlib = async (): Promise<boolean> => {
  if (!isHere) return false;
  aHouse();
  const found = await python(
    'import importlib.util; importlib.util.find_spec("matplotlib") is not None',
  );
  await toolbox.close();
  return said(found) === 'True';
};

describe.skipIf(!(await hasMatplotlib()))('a chart', { timeout: 60_000 }, () => {
  const isPng = (data: Buffer | undefined) => data?.subarray(1, 4).toString() === 'PNG';

  it.each([
    ['is shown', 'plt.show()', 'chart-1.png'],
    ['is left open', 'None', 'chart-1.png'],
    ['is saved', 'plt.savefig("mine.png")', 'mine.png'],
  ])('comes back as one PNG when it %s', async (_, last, name) => {
    const { kept, keeper } = aKeeper();
    aHouse(keeper);
    const result = await python(`import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\n${last}`);
    const shown: readonly FileRef[] = result.kind === 'returned' ? (result.files ?? []) : [];
    expect(shown.map((file) => [file.name, file.mime])).toEqual([[name, 'image/png']]);
    expect(isPng(kept.get(name))).toBe(true);
  });
});

/** The tools on a sandbox of the test's choosing. */
function aHouseWith(sandbox: Sandbox, proof: 'trusted' | typeof KERNEL_ATTACKS) {
  const log = recordingLog();
  const fallback = webAssemblySandbox();
  const choice = createChoice({
    candidates: [{ sandbox, proof }],
    fallback,
    clock: systemClock,
    log,
  });
  const workspaces = createWorkspaces();
  const options = { choice, workspaces, keeper: undefined, ownerOf: () => 'ada 1', log };
  const tools = [
    { ...runCode('python', options), close: fallback.close },
    runCode('javascript', options),
  ];
  toolbox = createToolbox({ tools, clock: systemClock, log });
  return { choice, log };
}

const javascript = (text: string) =>
  use(toolbox, { name: 'run_javascript', input: { code: text } });

describe('code without bubblewrap', { timeout: 60_000 }, () => {
  it('says that Python is not available instead of running anything, and runs JavaScript', async () => {
    const missing = bubblewrapSandbox({ bwrap: '/nowhere/bwrap' });
    const { choice, log } = aHouseWith(missing, KERNEL_ATTACKS);

    expect(said(await python('1 + 1'))).toContain('unavailable: Python cannot be run here');
    expect(said(await javascript('1 + 1'))).toBe('Result: 2');
    expect(choice.place()).toEqual({
      where: 'JavaScript in WebAssembly, no Python',
      why: 'bubblewrap: spawn /nowhere/bwrap ENOENT',
    });
    expect(log.lines).toContainEqual(expect.objectContaining({ event: 'sandbox.none' }));
  });

  it('runs JavaScript here when its sandbox breaks, and says that it does not answer', async () => {
    const broken: Sandbox = {
      name: 'elsewhere',
      languages: ['python', 'javascript'],
      run: async () => ({ kind: 'broken', why: 'gone', transient: true }),
    };
    const { choice } = aHouseWith(broken, 'trusted');

    expect(said(await javascript('6 * 7'))).toBe('Result: 42');
    expect(said(await python('6 * 7'))).toBe('unavailable: The sandbox could not be used: gone');
    expect(choice.place().where).toBe('elsewhere (does not answer)');
  });

  const deno = pyodide();
  it('runs Python in Deno and Pyodide where they are installed', async ({ skip }) => {
    const { sandbox, isHere: holds } = await deno;
    if (!holds) skip();
    const { choice } = aHouseWith(sandbox, 'trusted');

    expect(said(await python('open("n.txt", "w").write("7")\nprint(6 * 7)'))).toBe(
      '42\n[Files, which only later code can see: n.txt]',
    );
    expect(said(await javascript('readFile("n.txt")'))).toBe('Result: "7"');
    expect(choice.place().where).toBe(
      'Python in Deno and Pyodide (alive), JavaScript in WebAssembly',
    );
  });

  it('keeps the files of earlier code when later code ends its interpreter, and says what is lost', async ({
    skip,
  }) => {
    const { sandbox, isHere: holds } = await deno;
    if (!holds) skip();
    aHouseWith(sandbox, 'trusted');
    await python('open("early.txt", "w").write("7")');

    const harm = 'open("early.txt", "w").write("8"); open("own.txt", "w").write("9")';
    const ended = await python(`import os\n${harm}\nprint("wrote")\nos.abort()`);

    expect(said(ended)).toMatch(/^invalid_input: The code failed\.\nwrote\n/);
    expect(said(ended)).toMatch(
      /\n\[It ended its interpreter: what it wrote to files is lost, those from before stay\]$/,
    );
    expect(said(await python('import os\nprint(os.listdir(), open("early.txt").read())'))).toBe(
      "['early.txt'] 7",
    );
  });
});
