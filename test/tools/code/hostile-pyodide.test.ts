import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRecord, parseJson } from '../../../src/shared/parse.ts';
import type { CodeOutcome } from '../../../src/tools/code/sandbox.ts';
import { knownInJavascript, knownInPython, REFUSED, SCRIPTS } from './hostile-programs.ts';
import { pyodide, runIn } from './local-sandbox.ts';

const { sandbox, isHere } = await pyodide();

const folder = await mkdtemp(path.join(tmpdir(), 'troupe-hostile-'));
await writeFile(`${folder}/secret.txt`, 'the secret of the host');
let callers = 0;
const server = createServer((socket) => {
  callers++;
  socket.destroy();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(async () => {
  delete process.env['TROUPE_PLANTED'];
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Python's own world in there says yes to them: its files and its names of hosts are make-believe. */
const MAKE_BELIEVE = new Set([
  'asks for a name',
  'writes into the root folder',
  'writes into the folder of devices',
]);

/** What the system allows each process that this one has started. */
async function limitsOfChildren(): Promise<string> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean);
  return (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/limits`, 'utf8')))).join('');
}

/** Runs every program, one after the other in one interpreter, and waits a while for whoever calls from another thread. */
async function answersOf(): Promise<Readonly<Record<string, unknown>>> {
  process.env['TROUPE_PLANTED'] = 'the secret of the host';
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const known = { port, folder };
  const outcome = await runIn(
    sandbox,
    `${knownInPython(known)}
import contextlib, io, json, time
from pyodide.code import run_js
answers = {}
def ask(name, program):
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said): exec(program, globals())
        answers[name] = said.getvalue().strip()
    except Exception: answers[name] = "no"
for name, program in json.loads(${JSON.stringify(JSON.stringify(REFUSED))}).items(): ask(name, program)
run_js(${JSON.stringify(knownInJavascript(known))})
run_js("new Worker('data:text/javascript,fetch("' + DOOR + '")', { type: 'module' })")
for name, program in json.loads(${JSON.stringify(JSON.stringify(SCRIPTS))}).items():
    ask(name, "print(run_js(" + repr(program) + "))")
time.sleep(1)
print(json.dumps(answers))`,
    // Each of the threads that are tried to be started takes some.
    { limits: { memoryMb: 1_500 } },
  );
  const parsed = parseJson('output' in outcome ? outcome.output : '');
  return parsed.ok && isRecord(parsed.value) ? parsed.value : { outcome };
}

const answers = isHere ? await answersOf() : {};

describe.skipIf(!isHere)('code in Deno and Pyodide', { timeout: 120_000 }, () => {
  it.each([...Object.keys(REFUSED), ...Object.keys(SCRIPTS)].filter((it) => !MAKE_BELIEVE.has(it)))(
    'gets nowhere when it %s',
    (name) => {
      expect(answers[name]).toBe('no');
    },
  );

  it('has called nobody and left nothing on the host by any of it', async () => {
    expect(callers).toBe(0);
    expect(await readdir(folder)).toEqual(['secret.txt']);
    for (const file of ['/planted', '/dev/planted', '/usr/bin/planted', '/tmp/planted-link'])
      expect(existsSync(file)).toBe(false);
  });

  const kindOf = ({ kind }: CodeOutcome) => kind;
  const said = (outcome: CodeOutcome) => ('output' in outcome ? outcome.output : outcome.why);
  const JS = 'from pyodide.code import run_js\n';

  it('cannot give a thread more rights than it has', async () => {
    const script = `new Worker('data:,', { type: 'module', deno: { permissions: { read: true } } })`;
    const outcome = await runIn(sandbox, `${JS}run_js(${JSON.stringify(script)})\nprint("given")`);
    expect(outcome).toMatchObject({ kind: 'ended', ok: false, output: '' });
  });

  it.each([
    ['a list without end', 'a = []\nwhile True: a.append(bytearray(1 << 20))'],
    ['files without end', 'f = open("big", "wb")\nwhile True: f.write(bytes(1 << 20))'],
    [
      'buffers outside of Python',
      `${JS}run_js("globalThis.a = []; for (;;) a.push(new Uint8Array(64 << 20).fill(1))")`,
    ],
    [
      'memory of other threads',
      `${JS}run_js("for (let n = 0; n < 8; n++) new Worker('data:text/javascript,const a = []; for (;;) a.push(new Uint8Array(8 << 20).fill(1))', { type: 'module' })")
while True: pass`,
    ],
  ])('is ended or refused at its memory limit with %s', async (_, code) => {
    const outcome = await runIn(sandbox, code);
    expect(outcome.kind === 'ended' ? said(outcome) : kindOf(outcome)).toMatch(
      /^out_of_memory$|MemoryError|OSError|RangeError/,
    );
  });

  it('is ended at its time limit with an endless loop, its threads included', async () => {
    const code = `${JS}run_js("new Worker('data:text/javascript,for (;;);', { type: 'module' })")\nwhile True: pass`;
    const started = performance.now();
    expect(kindOf(await runIn(sandbox, code, { limits: { timeMs: 6_000 } }))).toBe('out_of_time');
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('is ended by the system some time after that, should its house have been killed', async () => {
    const controller = new AbortController();
    const limits = { timeMs: 7_000 };
    const running = runIn(sandbox, 'while True: pass', { limits, signal: controller.signal });
    await expect.poll(limitsOfChildren, { timeout: 20_000 }).toMatch(/^Max cpu time +44 +44 /m);
    controller.abort();
    expect(kindOf(await running)).toBe('aborted');
  });

  it('is ended when it prints a gigabyte, and little of that is kept', async () => {
    const outcome = await runIn(sandbox, 'for _ in range(1024): print("x" * (1 << 20))');
    expect(outcome.kind).toBe('out_of_output');
    expect(said(outcome).length).toBeLessThanOrEqual(64 * 1024);
  });

  it('can end its own process and write a report of its own, which is read with care', async () => {
    const forged = '{"status": 0, "files": {"../../x": "eA==", "ok.txt": "eA=="}, "unkept": []}';
    const script = `Deno.stderr.writeSync(new TextEncoder().encode(${JSON.stringify(forged)})); Deno.exit(0)`;
    const outcome = await runIn(sandbox, `${JS}run_js(${JSON.stringify(script)})`);
    expect(outcome).toMatchObject({ kind: 'ended', ok: true });
    expect(outcome.kind === 'ended' && [...outcome.files.keys()]).toEqual(['ok.txt']);
  });

  it('hands back no links, folders or files beyond measure', async () => {
    const outcome = await runIn(
      sandbox,
      'import os\nos.symlink("/etc/hostname", "link"); os.mkdir("folder")\nopen("large", "wb").write(bytes(9 << 20)); open("small", "w").write("x")',
    );
    expect(outcome.kind === 'ended' && [...outcome.files.keys()]).toEqual(['small']);
    expect(outcome).toMatchObject({ unkept: ['folder', 'large', 'link'] });
  });

  it('is ended at once when its caller aborts', async () => {
    const controller = new AbortController();
    const running = runIn(sandbox, 'while True: pass', { signal: controller.signal });
    controller.abort();
    expect(kindOf(await running)).toBe('aborted');
  });
});
