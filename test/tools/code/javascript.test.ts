import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CodeOutcome } from '../../../src/tools/code/sandbox.ts';
import { webAssemblySandbox } from '../../../src/tools/code/webassembly.ts';
import { bubblewrap, type Inside, runIn } from './local-sandbox.ts';

const webAssembly = webAssemblySandbox();
afterAll(() => webAssembly.close());
const behindWalls = await bubblewrap();
const places = [
  { name: 'WebAssembly', sandbox: webAssembly, isHere: true },
  { name: 'bubblewrap', ...behindWalls },
];

/** What an outcome says, and how it ended when not well. */
function said(outcome: CodeOutcome): string {
  if (outcome.kind === 'broken') return `broken: ${outcome.why}`;
  if (outcome.kind !== 'ended') return outcome.kind;
  return `${outcome.ok ? '' : 'failed: '}${outcome.output.trimEnd()}`;
}

describe.each(places.filter(({ isHere }) => isHere))(
  'JavaScript in $name',
  { timeout: 60_000 },
  ({ sandbox }) => {
    const outcomeOf = (code: string, inside: Inside = {}) =>
      runIn(sandbox, code, { language: 'javascript', ...inside });
    const run = async (code: string) => said(await outcomeOf(code));

    it.each([
      ['the value of the last expression', '[1, 2, 3].map((n) => n ** 2)', 'Result: [1,4,9]'],
      ['a top-level return', 'const x = 6;\nreturn x * 7;', 'Result: 42'],
      ['what was awaited', 'const n = await Promise.resolve(5); return n + 1;', 'Result: 6'],
      ['what was awaited as the only expression', '(await Promise.resolve(5)) + 1', 'Result: 6'],
      ['what a promise becomes', 'Promise.resolve("done")', 'Result: "done"'],
      ['nothing', 'undefined', 'Result: undefined'],
      ['big integers', '2n ** 70n', 'Result: "1180591620717411303424n"'],
      [
        'maps and sets',
        '[new Map([[1, 2]]), new Set([3])]',
        'Result: [{"Map":[[1,2]]},{"Set":[3]}]',
      ],
      ['what it printed, first', 'console.log("a", { b: 1 }); "end"', 'a {"b":1}\nResult: "end"'],
    ])('returns %s as JSON', async (_, code, expected) => {
      expect(await run(code)).toBe(expected);
    });

    it('names error, line and what was printed before it when the code throws', async () => {
      const text = await run('console.log("before");\nconst x = 1;\nx.y.z;');
      expect(text).toMatch(/^failed: before\nTypeError: cannot read .*\(line 3\)$/i);
      expect(await run('throw { code: 7 }')).toContain('Uncaught {"code":7}');
      expect(await run('let = =')).toContain('SyntaxError');
      expect(await run('\nawait 1; x')).toContain('(line 2)');
    });

    it('begins every run anew', async () => {
      await run('globalThis.secret = 1; Array.prototype.map = null;');
      expect(await run('[typeof secret, typeof [].map]')).toBe('Result: ["undefined","function"]');
    });

    it('finds its files, and leaves what it writes and nothing that it removes', async () => {
      const outcome = await outcomeOf(
        `const text = readFile('in.txt');
        removeFile('gone.txt');
        writeFile('out.txt', text.toUpperCase());
        writeFile('bytes.bin', new Uint8Array([0, 255, 1]).subarray(1));
        return [listFiles().sort(), readFile('out.txt')];`,
        { files: { 'in.txt': 'hä', 'gone.txt': '' } },
      );
      expect(said(outcome)).toBe('Result: [["bytes.bin","in.txt","out.txt"],"HÄ"]');
      const files = outcome.kind === 'ended' ? outcome.files : new Map<string, Buffer>();
      expect([...files.keys()].sort()).toEqual(['bytes.bin', 'in.txt', 'out.txt']);
      expect(files.get('out.txt')?.toString()).toBe('HÄ');
      expect([...(files.get('bytes.bin') ?? [])]).toEqual([255, 1]);
    });

    it('says that a file is not there', async () => {
      expect(await run('readFile("none.txt")')).toMatch(/failed: Error: .*none\.txt/);
    });

    it('hands back no more files than are kept', async () => {
      const outcome = await outcomeOf(
        'for (let n = 0; n < 30; n++) try { writeFile("f" + n, "x") } catch {}',
      );
      expect(outcome.kind === 'ended' && outcome.files.size).toBe(20);
    });

    it('says when the code waits for ever', async () => {
      expect(await run('new Promise(() => {})')).toBe(
        'failed: The code waits for a promise that nothing settles.',
      );
    });

    it.each([
      ['an endless loop', 'while (true) {}'],
      ['an endless loop that catches everything', 'for (;;) { try { for (;;) {} } catch {} }'],
      ['an endless chain of promises', '(async () => { for (;;) await 1; })()'],
      ['a regular expression bomb', '/^(a+)+$/.test("a".repeat(40) + "b")'],
      ['a result that loops when it is read', '({ toJSON() { for (;;) {} } })'],
      [
        'an error that loops when it is read',
        'Error.prototype.toString = () => { for (;;) {} }; throw new Error()',
      ],
    ])('ends %s at its time limit', async (_, code) => {
      expect((await outcomeOf(code, { limits: { timeMs: 250 } })).kind).toBe('out_of_time');
    });

    it.each([
      ['a list without end', 'const a = []; for (;;) a.push(new Array(1e6).fill(1))'],
      ['buffers without end', 'const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))'],
    ])('refuses %s at its memory limit', async (_, code) => {
      const outcome = await outcomeOf(code, { limits: { memoryMb: 128 } });
      expect(said(outcome)).toMatch(/^out_of_memory$|^failed: RangeError/);
    });

    it('refuses a buffer of 4 GB', async () => {
      expect(await run('new ArrayBuffer(4 * 1024 ** 3).byteLength')).toContain('failed: ');
    });

    it.each([
      ['recursion without end', 'function f() { return f() + 1 } f()'],
      ['JSON nested a million levels', 'JSON.parse("[".repeat(1e6))'],
      ['a result nested too deeply', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a'],
    ])('survives %s', async (_, code) => {
      expect(await run(code)).toMatch(/stack|unexpected end/i);
    });

    it('cuts a result without end, and says so', async () => {
      const text = await run('"y".repeat(1e5)');
      expect(text).toContain('[cut after 8000 characters]');
      expect(text.length).toBeLessThan(8_100);
    });

    it('keeps its caps when the code replaces what they are made of', async () => {
      const hostile = `JSON.stringify = String.prototype.slice = () => 'z'.repeat(1e6);
      Array.prototype.join = () => 'z'.repeat(1e6);
      console.log('a', 'b'); 'z'.repeat(1e6)`;
      const text = await run(hostile);
      expect(text).toContain('Result: "zzz');
      expect(text.length).toBeLessThan(17_000);
    });

    it('is ended at once when its caller aborts', async () => {
      const controller = new AbortController();
      const stuck = outcomeOf('for (;;) {}', { signal: controller.signal });
      const neighbour = await run('"runs beside it"');
      controller.abort();
      expect(said(await stuck)).toBe('aborted');
      expect(neighbour).toBe('Result: "runs beside it"');
    });
  },
);

describe('JavaScript in WebAssembly alone', { timeout: 60_000 }, () => {
  const outcomeOf = (code: string, limits = {}) =>
    runIn(webAssembly, code, { language: 'javascript', limits });
  const run = async (code: string) => said(await outcomeOf(code));

  it.each([
    'process.env',
    'require("fs")',
    'fetch("http://127.0.0.1")',
    'import("node:fs")',
    'import fs from "node:fs"; fs',
    'setTimeout(() => 1, 0)',
    'this.constructor.constructor("return process")()',
    'console.log.constructor("return process")()',
    'readFile.constructor("return process")()',
    '(async () => {}).constructor("return process.env")()',
    'new WebAssembly.Memory({ initial: 1 })',
    'new Worker("x")',
  ])('has no way out: %s', async (code) => {
    expect(await run(code)).toMatch(/failed: .*(not defined|could not load module)/);
  });

  it.each([
    ['a huge text', '"x".repeat(2 ** 29)'],
    ['a huge shared buffer', 'new SharedArrayBuffer(1e9)'],
    ['a result as large as its memory', '"x".repeat(12e6)'],
  ])('refuses %s at its memory limit', async (_, code) => {
    expect((await outcomeOf(code, { memoryMb: 32 })).kind).toBe('out_of_memory');
  });

  it.each([
    ['a name that leads elsewhere', 'writeFile("../x", "")', 'cannot be the name of a file'],
    ['a file that is too large', 'writeFile("x", "x".repeat(9e6))', 'too large'],
    [
      'files that are too large together',
      'writeFile("x", "x".repeat(5e6)); writeFile("y", "x".repeat(5e6))',
      'There is room for 8388608 bytes',
    ],
    [
      'more files than are kept',
      'for (let n = 0; n < 21; n++) writeFile("f" + n, "")',
      'There is room for 20 files',
    ],
    ['a length that lies', 'writeFile("x", { toString: () => "x".repeat(9e6) })', 'too large'],
  ])('refuses %s in its folder', async (_, code, why) => {
    expect(await run(code)).toContain(why);
  });

  it('cuts what is printed without end, and says how much', async () => {
    const outcome = await outcomeOf(
      'for (let i = 0; i < 500; i++) console.log("a line".repeat(10))',
    );
    expect(outcome).toMatchObject({ kind: 'ended', dropped: 500 * 61 - 8_000 });
  });

  it('kills code that its own clock cannot interrupt, a little later', async () => {
    expect((await outcomeOf('Array(1e9).join("x")', { timeMs: 300 })).kind).toBe('out_of_time');
  });

  it('keeps the event loop free while code runs', async () => {
    let beats = 0;
    const heart = setInterval(() => beats++, 5);
    await outcomeOf('while (true) {}', { timeMs: 300 });
    clearInterval(heart);
    expect(beats).toBeGreaterThan(3);
  });

  it('has no thread left when it is closed in the middle of its work', async () => {
    const other = webAssemblySandbox();
    const stuck = runIn(other, 'Array(1e9).join("x")', { language: 'javascript' });
    await other.close();
    expect((await stuck).kind).toBe('broken');
  });
});

describe.skipIf(!behindWalls.isHere)('JavaScript in bubblewrap alone', { timeout: 60_000 }, () => {
  const run = async (code: string) =>
    said(await runIn(behindWalls.sandbox, code, { language: 'javascript' }));

  it('has failed, not broken its sandbox, whatever it ends with', async () => {
    for (const status of [1, 126, 127])
      expect(await run(`console.log("ran"); process.exit(${status})`)).toBe('failed: ran');
  });

  it('is broken when Node cannot be started inside', async () => {
    const node = process.execPath;
    onTestFinished(() => {
      process.execPath = node;
    });
    process.execPath = import.meta.filename;
    expect(await run('1')).toBe('broken: bwrap: Node could not be started inside');
  });
});
