import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeOutcome } from '../../../src/tools/code/sandbox.ts';
import {
  type Known,
  knownInJavascript,
  knownInPython,
  NODE_PROGRAMS,
  REFUSED,
} from './hostile-programs.ts';
import { bubblewrap, runIn } from './local-sandbox.ts';

const { sandbox, isHere } = await bubblewrap();
let folder = '';
let server: Server;
let callers = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'troupe-hostile-'));
  await writeFile(`${folder}/secret.txt`, 'the secret of the host');
  process.env['TROUPE_PLANTED'] = 'the secret of the host';
  server = createServer((socket) => {
    callers++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  delete process.env['TROUPE_PLANTED'];
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the programs below may find out and use. */
const port = (): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const known = (): Known => ({ port: port(), folder });
const run = (code: string, limits = {}): Promise<CodeOutcome> =>
  runIn(sandbox, `${knownInPython(known())}${code}`, { limits });

const said = (outcome: CodeOutcome): string => ('output' in outcome ? outcome.output : outcome.why);

const ENDLESS_SLEEP = `import signal, time
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
while True: time.sleep(1)`;

describe.skipIf(!isHere)('code in bubblewrap', () => {
  it.each(Object.entries(REFUSED))('gets nowhere when it %s', async (_, code) => {
    const outcome = await run(
      `try:\n exec(${JSON.stringify(code)})\nexcept (OSError, ValueError): print("no")`,
    );
    expect(said(outcome)).toBe('no\n');
    expect(callers).toBe(0);
  });

  it.each(Object.entries(NODE_PROGRAMS))('gets nowhere by Node when it %s', async (_, code) => {
    const program = `${knownInJavascript(known())}try { console.log(await (async () => (${code}))()) } catch { console.log("no") }`;
    const outcome = await runIn(sandbox, program, { language: 'javascript' });
    expect(said(outcome)).toBe('no\nResult: undefined\n');
    expect(callers).toBe(0);
  });

  it('cannot start programs without end by Node, and leaves none behind', async () => {
    const code = `const { spawn } = require('node:child_process');
for (;;) { spawn('/usr/bin/python3', ['-c', ${JSON.stringify(`${MARKED}${ENDLESS_SLEEP}`)}]).on('error', () => {}); await null }`;
    const outcome = await runIn(sandbox, code, {
      language: 'javascript',
      limits: { timeMs: 2_000, memoryMb: 256 },
    });
    expect(['out_of_time', 'out_of_memory', 'ended']).toContain(outcome.kind);
    await noneLeft();
  });

  it.each([
    ['a single text of 4 GB', 'b"x" * (4 << 30)'],
    ['a list without end', 'a = []\nwhile True: a.append(bytearray(1 << 20))'],
  ])('is refused the memory for %s', async (_, code) => {
    expect(said(await run(code))).toContain('MemoryError');
  });

  it.each([
    ['of their own', 'block = b"x" * (100 << 20)'],
    ['that they share', 'block = mmap.mmap(-1, 100 << 20); block.write(bytes(100 << 20))'],
  ])('is ended when its processes hold too much memory together, %s', async (_, hold) => {
    const code = `import mmap, os, signal
for _ in range(10):
    if os.fork() == 0:
        ${hold}
        signal.pause()
signal.pause()`;
    expect((await run(code, { memoryMb: 300 })).kind).toBe('out_of_memory');
  });

  it.each([
    ['an endless loop', 'while True: pass'],
    ['a sleep that ignores every signal', ENDLESS_SLEEP],
  ])('is ended at its time limit with %s', async (_, code) => {
    expect((await run(code, { timeMs: 1_500 })).kind).toBe('out_of_time');
  });

  it('is not outlived by its children', async () => {
    const outcome = await run(`${MARKED}import os\nif os.fork(): os._exit(0)\n${ENDLESS_SLEEP}`);
    expect(outcome).toMatchObject({ kind: 'ended', ok: true });
    await noneLeft();
  });

  it('cannot start processes without end, and leaves none behind', async () => {
    const outcome = await run(
      `${MARKED}import os\nwhile True:\n  try: os.fork()\n  except OSError: pass`,
      {
        timeMs: 2_000,
      },
    );
    expect(outcome.kind).toBe('out_of_time');
    await noneLeft();
  });

  it('is ended when it prints a gigabyte, and little of that is kept', async () => {
    const outcome = await run('for _ in range(1024): print("x" * (1 << 20))');
    expect(outcome.kind).toBe('out_of_output');
    expect(said(outcome).length).toBeLessThanOrEqual(64 * 1024);
  });

  it.each([
    ['one file', 'f = open("big", "wb")\nwhile True: f.write(bytes(1 << 20))'],
    ['many files', 'for n in range(1000): open(f"/tmp/{n}", "wb").write(bytes(1 << 20))'],
  ])('cannot fill a disk with %s', async (_, code) => {
    expect(said(await run(code))).toMatch(/OSError: \[Errno (27|28)\]/);
  });

  it('can stop whoever reports, and gains nothing by it', async () => {
    const outcome = await run('import os, signal; os.kill(os.getppid(), signal.SIGKILL)');
    expect(outcome).toMatchObject({ kind: 'ended', ok: false });
  });

  it('can write a report of its own, which is read with the same care', async () => {
    const forged = '{"status": 0, "files": {"../../x": "eA==", "ok.txt": "eA=="}, "unkept": []}';
    const outcome = await run(
      `import os
for fd in os.listdir(f"/proc/{os.getppid()}/fd"):
    try: open(f"/proc/{os.getppid()}/fd/{fd}", "w").write(${JSON.stringify(forged)})
    except OSError: pass`,
    );
    expect(['ended', 'out_of_time']).toContain(outcome.kind);
    const names = outcome.kind === 'ended' ? [...outcome.files.keys()] : [];
    expect(names.filter((name) => name.includes('/'))).toEqual([]);
  });

  it('hands back no links, pipes, folders or files beyond measure', async () => {
    const outcome = await run(`import os
os.symlink("/etc/hostname", "link"); os.mkfifo("pipe"); os.mkdir("folder")
open("large", "wb").write(bytes(9 << 20)); open("small", "w").write("x")`);
    const files = outcome.kind === 'ended' ? [...outcome.files.keys()] : [];
    expect(files).toEqual(['small']);
    expect(outcome).toMatchObject({ unkept: ['folder', 'large', 'link', 'pipe'] });
  });

  it('is ended at once when its caller aborts', async () => {
    const controller = new AbortController();
    const running = runIn(sandbox, 'while True: pass', { signal: controller.signal });
    controller.abort();
    expect((await running).kind).toBe('aborted');
  });
});

/** What a run that is looked for names itself and its children, so that it can be told from those of other tests. */
const MARK = `hostile-${process.pid}`.slice(-15);
const MARKED = `import ctypes\nctypes.CDLL(None).prctl(15, b"${MARK}", 0, 0, 0)\n`;

/** The last of them has let go of everything, but may be in the kernel's books for a moment: a test that waits in vain fails by its time. */
async function noneLeft(): Promise<void> {
  while ((await markedProcesses()) > 0);
}

/** Processes with that name, as the host sees them. */
async function markedProcesses(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const names = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
  );
  return names.filter((name) => name.trim() === MARK).length;
}
