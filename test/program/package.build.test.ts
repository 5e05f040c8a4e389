import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A project of somebody else, with what was built of this one among its packages. */
let project = '';

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'troupe-package-'));
  const bin = path.join(ROOT, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` };
  await run(process.execPath, ['build.ts'], { cwd: ROOT, env });
  await mkdir(path.join(project, 'node_modules'));
  await cp(path.join(ROOT, 'dist'), path.join(project, 'node_modules/troupe'), { recursive: true });
  // The packages it depends on stand where they are found from inside of it.
  await symlink(
    path.join(ROOT, 'node_modules'),
    path.join(project, 'node_modules/troupe/node_modules'),
  );
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
}, 180_000);
afterAll(() => rm(project, { recursive: true, force: true }));

describe('The package that is built', { timeout: 60_000 }, () => {
  it('answers a question in a project of somebody else, in plain JavaScript', async () => {
    const code = `
      import { createTroupe } from 'troupe';
      await using troupe = await createTroupe();
      for await (const event of troupe.ask({ userId: 'u', channelId: 'c', text: 'run 6*7 in javascript' }))
        if (event.type === 'run.settled') console.log(JSON.stringify(event.outcome));`;
    await writeFile(path.join(project, 'ask.js'), code);

    const { stdout } = await run(process.execPath, ['ask.js'], { cwd: project });

    expect(stdout).toContain('"kind":"answered"');
    expect(stdout).toContain('42');
  });

  it('has types that a strict compiler takes', async () => {
    const code = `
      import { createTroupe, type Troupe } from 'troupe';
      const troupe: Troupe = await createTroupe({ limits: { supervisor: { maxTeams: 3 } } });
      // @ts-expect-error: places are counted
      await createTroupe({ limits: { supervisor: { maxTeams: 'three' } } });
      await troupe.stop();`;
    await writeFile(path.join(project, 'typed.ts'), code);
    const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024'];
    const types = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')];
    const libraries = ['--lib', 'es2024,esnext.disposable,esnext.iterator'];
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');

    const checked = await run(tsc, [...flags, ...types, ...libraries, 'typed.ts'], {
      cwd: project,
    }).catch((failed: { readonly stdout: string }) => failed);

    expect(checked.stdout).toBe('');
  });

  it('is a program, too', async () => {
    const program = path.join(project, 'node_modules/troupe/src/launch.mjs');
    const asked = run(process.execPath, [program, 'chat'], {
      cwd: project,
      env: { PATH: process.env['PATH'], DATA_DIR: path.join(project, 'data'), WEB_PORT: '0' },
    });
    asked.child.stdin?.end('what is 12*7?\n');

    expect((await asked).stdout).toContain('84');
  });
});
