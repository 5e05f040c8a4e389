import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { Secret } from '../../../src/shared/secret.ts';
import { createChoice } from '../../../src/tools/code/choice.ts';
import { type E2bSandbox, e2bSandbox, type SandboxRegister } from '../../../src/tools/code/e2b.ts';
import { createE2bClient } from '../../../src/tools/code/e2b-client.ts';
import { runCode } from '../../../src/tools/code/run-code.ts';
import type { Sandbox } from '../../../src/tools/code/sandbox.ts';
import { createWorkspaces } from '../../../src/tools/code/workspaces.ts';
import { createToolbox } from '../../../src/tools/toolbox.ts';
import { recordingLog, said, use } from '../run.ts';
import { aRemote, REMOTE_KEY, type Remote } from './a-remote.ts';
import { runIn } from './local-sandbox.ts';

/** A register that a test can look into. */
function aRegister(...left: readonly string[]) {
  const ids = new Set(left);
  const register: SandboxRegister = {
    add: async (id) => void ids.add(id),
    remove: async (id) => void ids.delete(id),
    leftBehind: async () => [...left],
  };
  return { ids, register };
}

let sandbox: E2bSandbox;
afterEach(() => sandbox.close());

function connect(remote: Remote, { register }: { register: SandboxRegister }, key = REMOTE_KEY) {
  const log = recordingLog();
  const client = createE2bClient({ ...remote, key: new Secret(key) });
  sandbox = e2bSandbox({ client, register, clock: systemClock, log });
  return log;
}

/** run_javascript at E2B, and every code that fell to the sandbox behind it instead. */
function aHouse() {
  const fallen: string[] = [];
  const fallback: Sandbox = {
    name: 'the next one',
    languages: ['javascript'],
    async run({ code }) {
      fallen.push(code);
      return { kind: 'ended', ok: true, output: 'here', dropped: 0, files: new Map(), unkept: [] };
    },
  };
  const log = recordingLog();
  const candidates = [{ sandbox, proof: 'trusted' as const }];
  const choice = createChoice({ candidates, fallback, clock: systemClock, log });
  const workspaces = createWorkspaces();
  const options = { choice, workspaces, keeper: undefined, ownerOf: () => 'ada 1', log };
  const toolbox = createToolbox({
    tools: [runCode('javascript', options)],
    clock: systemClock,
    log,
  });
  onTestFinished(() => toolbox.close());
  const javascript = (code: string) => use(toolbox, { name: 'run_javascript', input: { code } });
  return { fallen, choice, javascript };
}

const has = (path: string) => existsSync(path);

describe.skipIf(!has('/usr/bin/python3'))('code at E2B', { timeout: 60_000 }, () => {
  it('runs on one machine for each team, and what it printed comes back', async () => {
    const remote = await aRemote();
    const register = aRegister();
    connect(remote, register);

    expect(await runIn(sandbox, 'print(6 * 7)')).toMatchObject({ ok: true, output: '42\n' });
    expect(await runIn(sandbox, 'print(1)')).toMatchObject({ ok: true, output: '1\n' });

    expect([...remote.machines.keys()]).toEqual(['box-1']);
    expect([...register.ids]).toEqual(['box-1']);
    expect(remote.asked.filter((one) => one === 'POST /sandboxes')).toHaveLength(1);
    expect(remote.asked).toContain('POST /sandboxes/box-1/timeout');
  });

  it('is given the files of its team and hands back what it has made, charts that were shown included', async () => {
    connect(await aRemote(), aRegister());
    const outcome = await runIn(
      sandbox,
      'text = open("in.txt").read(); open("out.txt", "w").write(text + "!")\nshow = lambda: None\nshow()',
      { files: { 'in.txt': 'hi' } },
    );
    const files = outcome.kind === 'ended' ? outcome.files : new Map();
    expect([...files.keys()]).toEqual(['chart-1.png', 'in.txt', 'out.txt']);
    expect(files.get('out.txt')?.toString()).toBe('hi!');
  });

  it('runs JavaScript on the same machine, in the folder that Python has its files in', async () => {
    const remote = await aRemote();
    connect(remote, aRegister());
    await runIn(sandbox, 'open("py.txt", "w").write("from Python")');
    const outcome = await runIn(
      sandbox,
      'const text = readFile("py.txt");\nwriteFile("js.txt", text.toUpperCase()); console.log(listFiles().sort().join())',
      { language: 'javascript', files: { 'py.txt': 'from Python' } },
    );
    expect(outcome).toMatchObject({ kind: 'ended', ok: true, output: 'js.txt,py.txt\n' });
    expect(outcome.kind === 'ended' && outcome.files.get('js.txt')?.toString()).toBe('FROM PYTHON');
    const failed = await runIn(sandbox, 'console.log(1);\nnone()', { language: 'javascript' });
    expect(failed).toMatchObject({ kind: 'ended', ok: false });
    expect('output' in failed && failed.output).toContain('none is not defined');
    expect([...remote.machines.keys()]).toEqual(['box-1']);
    expect(sandbox.state?.()).toBe('1 machine alive');
  });

  it('says what was wrong with the code', async () => {
    connect(await aRemote(), aRegister());
    const outcome = await runIn(sandbox, '1 / 0');
    expect(outcome).toMatchObject({ kind: 'ended', ok: false });
    expect('output' in outcome && outcome.output).toContain('ZeroDivisionError');
  });

  it.each([
    ['its time is up', 'out_of_time'],
    ['its caller aborts', 'aborted'],
  ])('ends the machine when %s', async (_, kind) => {
    const remote = await aRemote();
    const register = aRegister();
    connect(remote, register);
    const controller = new AbortController();
    const isTimed = kind === 'out_of_time';
    const running = runIn(sandbox, 'while True: pass', {
      signal: controller.signal,
      ...(isTimed ? { limits: { timeMs: 1_500 } } : {}),
    });
    await remote.stuck;
    if (!isTimed) controller.abort();

    expect((await running).kind).toBe(kind);
    expect(remote.machines.size).toBe(0);
    expect(register.ids.size).toBe(0);
  });

  it('goes on with a new machine, and the old files, when the old one is gone', async () => {
    const remote = await aRemote();
    connect(remote, aRegister());
    const files = { 'a.txt': 'kept' };
    await runIn(sandbox, 'print(1)', { files });
    remote.machines.clear();

    expect(await runIn(sandbox, 'print(open("a.txt").read())', { files })).toMatchObject({
      output: 'kept\n',
    });
  });

  it('ends the machine of a team that leaves', async () => {
    const remote = await aRemote();
    const register = aRegister();
    connect(remote, register);
    await runIn(sandbox, 'print(1)');
    await sandbox.release('ada 1');
    expect(remote.machines.size).toBe(0);
    expect(register.ids.size).toBe(0);
    expect(sandbox.state?.()).toBe('0 machines alive');
  });

  it('ends at its start what an earlier life has left behind', async () => {
    const remote = await aRemote();
    remote.machines.set('old-1', { folder: '/' });
    const register = aRegister('old-1', 'gone-already');
    connect(remote, register);
    await sandbox.reap(new AbortController().signal);
    expect(remote.machines.size).toBe(0);
    expect(register.ids.size).toBe(0);
  });

  it('keeps a machine that could not be ended in the register, for the next life', async () => {
    const remote = await aRemote();
    const register = aRegister();
    const log = connect(remote, register);
    await runIn(sandbox, 'print(1)');
    remote.refuseNext(500);
    await sandbox.release('ada 1');
    expect([...register.ids]).toEqual(['box-1']);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ event: 'sandbox.not_ended', id: 'box-1' }),
    );
  });

  it.each([
    [401, 'E2B does not accept the key', false],
    [429, 'no room', true],
    [503, 'E2B answered 503', true],
  ])('is broken, not lost, when E2B answers %i', async (status, why, transient) => {
    const remote = await aRemote();
    connect(remote, aRegister());
    remote.refuseNext(status);
    expect(await runIn(sandbox, 'print(1)')).toMatchObject({
      kind: 'broken',
      why: expect.stringContaining(why),
      transient,
    });
  });

  it('is broken when E2B cannot be reached', async () => {
    const remote = await aRemote();
    connect({ ...remote, url: 'http://127.0.0.1:1' }, aRegister());
    expect(await runIn(sandbox, 'print(1)')).toMatchObject({ kind: 'broken', transient: true });
  });

  it.each([
    ['the connection breaks while it runs', 'once'],
    ['its files cannot be taken afterwards', '_take()'],
  ])('runs code once, and says that it may have run, when %s', async (_, text) => {
    const remote = await aRemote();
    const register = aRegister();
    connect(remote, register);
    const { fallen, choice, javascript } = aHouse();
    remote.loseCellWith(text);

    expect(said(await javascript('console.log("once")'))).toContain(
      'unavailable: The sandbox was lost after it had been given the code, which may have run',
    );
    expect(fallen).toEqual([]);
    expect(choice.place().where).toBe('E2B (0 machines alive)');
    expect(register.ids.size).toBe(0);
  });

  it('is broken, so that another runs the code, when it is lost before it has been given any', async () => {
    const remote = await aRemote();
    connect(remote, aRegister());
    remote.loseCellWith('b64decode');
    const outcome = await runIn(sandbox, 'print(1)', { files: { 'a.txt': '' } });
    expect(outcome).toMatchObject({ kind: 'broken', transient: true });
  });

  it('refuses code of a team of which too much waits, and goes on answering everybody else', async () => {
    const remote = await aRemote();
    connect(remote, aRegister());
    const { fallen, choice, javascript } = aHouse();
    const ending = new AbortController();
    const crowd = Array.from({ length: 11 }, () =>
      runIn(sandbox, 'while True: pass', { signal: ending.signal }),
    );
    await remote.stuck;

    expect(said(await javascript('1'))).toBe(
      'unavailable: Too much code of this team waits to be run; try again later.',
    );
    expect(fallen).toEqual([]);
    expect(choice.place().where).toBe('E2B (1 machine alive)');
    ending.abort();
    await Promise.all(crowd);
  });
});
