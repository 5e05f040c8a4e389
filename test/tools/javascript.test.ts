import { afterAll, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../machines/ports.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { javascript } from '../../src/tools/javascript.ts';
import { createToolbox } from '../../src/tools/toolbox.ts';
import { aToolbox, said, use } from './run.ts';

function aSandbox(timeMs: number) {
  const tools = [javascript({ timeMs, memoryMb: 32 })];
  const toolbox = createToolbox({ tools, clock: systemClock, log: silentLog });
  afterAll(() => toolbox.close());
  return toolbox;
}

/** Has time enough on the busiest machine; the other is for code that never ends. */
const toolbox = aSandbox(15_000);
const hasty = aSandbox(300);

const call = (code: string, signal?: AbortSignal) => ({
  name: 'run_javascript',
  input: { code },
  ...(signal ? { signal } : {}),
});
const run = (code: string): Promise<ToolResult> => use(toolbox, call(code));
const runHastily = (code: string): Promise<ToolResult> => use(hasty, call(code));

describe('run_javascript', () => {
  it.each([
    ['the value of the last expression', '[1, 2, 3].map((n) => n ** 2)', 'Result: [1,4,9]'],
    ['a top-level return', 'const x = 6;\nreturn x * 7;', 'Result: 42'],
    ['what was awaited', 'const n = await Promise.resolve(5); return n + 1;', 'Result: 6'],
    ['what a promise becomes', 'Promise.resolve("done")', 'Result: "done"'],
    ['nothing', 'undefined', 'Result: undefined'],
    ['big integers', '2n ** 70n', 'Result: "1180591620717411303424n"'],
    ['maps and sets', '[new Map([[1, 2]]), new Set([3])]', 'Result: [{"Map":[[1,2]]},{"Set":[3]}]'],
  ])('returns %s as JSON', async (_, code, expected) => {
    expect(said(await run(code))).toBe(expected);
  });

  it('returns what the code printed, too', async () => {
    expect(said(await run('console.log("a", { b: 1 }); console.error(2); "end"'))).toBe(
      'Result: "end"\nConsole:\na {"b":1}\n2',
    );
  });

  it('names error, line and what was printed before it when the code throws', async () => {
    expect(said(await run('console.log("before");\nconst x = 1;\nx.y.z;'))).toBe(
      "invalid_input: The code failed. TypeError: cannot read property 'z' of undefined (line 3)\nConsole:\nbefore",
    );
    expect(said(await run('throw { code: 7 }'))).toContain('Uncaught {"code":7}');
    expect(said(await run('let = ='))).toContain('SyntaxError');
  });

  it('begins every run anew', async () => {
    await run('globalThis.secret = 1; Array.prototype.map = null;');
    expect(said(await run('[typeof secret, typeof [].map]'))).toBe(
      'Result: ["undefined","function"]',
    );
  });

  it.each([
    'process.env',
    'require("fs")',
    'fetch("http://127.0.0.1")',
    'import("node:fs")',
    'import fs from "node:fs"; fs',
    'setTimeout(() => 1, 0)',
    'this.constructor.constructor("return process")()',
    'console.log.constructor("return process")()',
    '(async () => {}).constructor("return process.env")()',
    'new WebAssembly.Memory({ initial: 1 })',
    'new Worker("x")',
  ])('has no way out: %s', async (code) => {
    expect(said(await run(code))).toMatch(/not defined|could not load module/);
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
    expect(said(await runHastily(code))).toContain('limit: The code ran longer than 300 ms.');
  });

  it.each([
    ['a list without end', 'const a = []; for (;;) a.push(new Array(1e6).fill(1))'],
    ['a huge text', '"x".repeat(2 ** 29)'],
    ['a huge shared buffer', 'new SharedArrayBuffer(1e9)'],
    ['a result as large as its memory', '"x".repeat(12e6)'],
  ])('refuses %s at its memory limit', async (_, code) => {
    expect(said(await run(code))).toContain('limit: The code needs more than 32 MB.');
  });

  it('refuses a buffer of 4 GB', async () => {
    expect(said(await run('new ArrayBuffer(4 * 1024 ** 3)'))).toContain('The code failed.');
  });

  it.each([
    ['recursion without end', 'function f() { return f() + 1 } f()'],
    ['recursion that catches', 'const f = () => { try { f() } catch { f() } }; f()'],
    ['JSON nested a million levels', 'JSON.parse("[".repeat(1e6))'],
    ['a result nested too deeply', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a'],
  ])('survives %s', async (_, code) => {
    expect(said(await runHastily(code))).toMatch(/stack|ran longer/i);
    expect(said(await run('1 + 1'))).toBe('Result: 2');
  });

  it('cuts what is printed and returned without end, and says so', async () => {
    const text = said(
      await run('for (let i = 0; i < 500; i++) console.log("a line".repeat(10)); "y".repeat(1e5)'),
    );
    expect(text).toContain('[cut after 8000 characters]');
    expect(text).toMatch(/\[cut: \d+ more characters were printed\]$/);
    expect(text.length).toBeLessThan(17_000);
  });

  it('keeps its caps when the code replaces what they are made of', async () => {
    const hostile = `JSON.stringify = String.prototype.slice = () => 'z'.repeat(1e6);
      Array.prototype.join = () => 'z'.repeat(1e6);
      console.log('a', 'b'); 'z'.repeat(1e6)`;
    const text = said(await run(hostile));
    expect(text).toContain('Result: "zzz');
    expect(text.length).toBeLessThan(17_000);
  });

  it('kills code that its own clock cannot interrupt, a little later', async () => {
    expect(said(await runHastily('Array(1e9).join("x")'))).toBe(
      'limit: The code ran longer than 300 ms.',
    );
  });

  it('says when the code waits for ever', async () => {
    expect(said(await run('new Promise(() => {})'))).toContain('a promise that nothing settles');
  });

  it('keeps the event loop free while code runs', async () => {
    let beats = 0;
    const heart = setInterval(() => beats++, 5);
    await runHastily('while (true) {}');
    clearInterval(heart);
    expect(beats).toBeGreaterThan(3);
  });

  it('kills code at once when its caller aborts', async () => {
    const controller = new AbortController();
    const stuck = use(toolbox, call('Array(1e9).join("x")', controller.signal));
    const neighbour = await run('"runs beside it"');
    controller.abort();
    expect(said(await stuck)).toBe('aborted: run_javascript was stopped.');
    expect(said(neighbour)).toBe('Result: "runs beside it"');
  });

  it('lets code wait its turn when all its threads are busy', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, (_, i) => run(`${i}`)));
    expect(results.map(said)).toEqual([0, 1, 2, 3, 4].map((i) => `Result: ${i}`));
  });

  it('has no thread left when it is closed in the middle of its work', async () => {
    const { toolbox: other } = aToolbox(javascript());
    const stuck = use(other, call('Array(1e9).join("x")'));
    await other.close();
    expect(said(await stuck)).toBe('aborted: run_javascript was stopped.');
  });
});
