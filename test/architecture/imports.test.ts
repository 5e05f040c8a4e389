import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files that break a rule: where, what they do, and the rule that must say so. */
const OFFENCES = [
  {
    what: 'a machine that reads a file',
    path: 'machines/a.ts',
    source: "import 'node:fs';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that uses an SDK',
    path: 'machines/b.ts',
    source: "import 'groq-sdk';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that looks up into src',
    path: 'machines/c.ts',
    source: "import '../src/shared/log.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that throws dice',
    path: 'machines/d.ts',
    source: 'export const dice = () => Math.random();',
    rule: 'plugin',
  },
  {
    what: 'a machine that looks at the clock',
    path: 'machines/e.ts',
    source: 'export const now = () => Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a machine that sets a timer',
    path: 'machines/f.ts',
    source: 'export const wait = () => setTimeout(() => {}, 1);',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a machine in a folder that does so',
    path: 'machines/team/g.ts',
    source: "import '../../src/config.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows its sibling',
    path: 'src/web/h.ts',
    source: "import '../store/store.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that loads its sibling later',
    path: 'src/web/r.ts',
    source: "export const store = () => import('../store/store.ts');",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that passes its sibling on',
    path: 'src/web/s.ts',
    source: "export { openStore } from '../store/store.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows the app',
    path: 'src/model/i.ts',
    source: "import '../app.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows the runtime',
    path: 'src/terminal/j.ts',
    source: "import '../runtime/runtime.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that knows an adapter',
    path: 'src/runtime/k.ts',
    source: "import '../model/models.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that looks at the clock',
    path: 'src/runtime/l.ts',
    source: 'export const now = () => Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a runtime that throws dice',
    path: 'src/runtime/m.ts',
    source: 'export const dice = () => Math.random();',
    rule: 'plugin',
  },
  {
    what: 'something shared that looks up',
    path: 'src/shared/n.ts',
    source: "import '../config.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'anybody but the configuration that reads the environment',
    path: 'src/o.ts',
    source: 'export const env = () => process.env;',
    rule: 'noProcessEnv',
  },
  {
    what: 'a circle of types',
    path: 'machines/p.ts',
    source: "import type { Q } from './q.ts';\nexport type P = Q;",
    rule: 'noImportCycles',
  },
] as const;

/** Files that keep to the table, and those that the offenders import. */
const INNOCENT = {
  'machines/q.ts': "import type { P } from './p.ts';\nexport type Q = P | 1;\n",
  'machines/team/fine.ts':
    "import { setup } from 'xstate';\nimport { x } from '../x.ts';\nexport const y = [setup, x];\n",
  'machines/x.ts': 'export const x = 1;\n',
  'src/web/fine.ts':
    "import 'node:http';\nimport { x } from '../../machines/x.ts';\nimport { z } from '../shared/z.ts';\nexport const y = [x, z];\n",
  'src/shared/z.ts': 'export const z = 1;\n',
  'src/runtime/fine.ts': "import { z } from '../shared/z.ts';\nexport const y = z;\n",
  'src/app.ts': "import { y } from './web/fine.ts';\nexport const app = y;\n",
};

interface Complaint {
  readonly path: string;
  readonly category: string;
}

let complaints: readonly Complaint[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-table-'));
  for (const file of ['biome.json', 'no-ambient.grit', 'package.json'])
    await cp(join(ROOT, file), join(folder, file));
  const seeds = OFFENCES.map(({ path, source }) => [path, `${source}\n`] as const);
  for (const [path, source] of [...seeds, ...Object.entries(INNOCENT)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), source);
  }
  complaints = await lint(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the project's own linter with the project's own rules has to say. */
async function lint(where: string): Promise<readonly Complaint[]> {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const settings = ['--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none'];
  const report = await new Promise<string>((resolve) => {
    // It ends with an error since it finds some: what it found is what counts.
    execFile(process.execPath, [biome, 'lint', ...settings, '.'], { cwd: where }, (_, out) =>
      resolve(out),
    );
  });
  const parsed = parseJson(report);
  const diagnostics = parsed.ok && isRecord(parsed.value) ? parsed.value['diagnostics'] : [];
  if (!Array.isArray(diagnostics)) throw new Error(`Biome did not report: ${report}`);
  return diagnostics.filter(isRecord).map(({ category, location }) => ({
    category: String(category),
    path: isRecord(location) ? String(location['path']) : '',
  }));
}

/** The rules of the table; others may well dislike such files. */
const TABLE = /noRestrictedImports|noRestrictedGlobals|noImportCycles|noProcessEnv|^plugin$/;

describe('The table of who may import whom', () => {
  it.each(OFFENCES)('catches $what', ({ path, rule }) => {
    const about = complaints.filter((complaint) => complaint.path === path);

    expect(about.map(({ category }) => category)).toContainEqual(expect.stringContaining(rule));
  });

  it.each(Object.keys(INNOCENT).filter((path) => path !== 'machines/q.ts'))(
    'lets %s pass',
    (path) => {
      const about = complaints.filter((complaint) => complaint.path === path);

      expect(about.filter(({ category }) => TABLE.test(category))).toEqual([]);
    },
  );

  it('knows every folder of src', async () => {
    const entries = await readdir(join(ROOT, 'src'), { withFileTypes: true });
    const rules = await readFile(join(ROOT, 'biome.json'), 'utf8');
    const listed = /src\/\{([\w,]+)\}/.exec(rules)?.[1]?.split(',') ?? [];

    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

    expect(['shared', 'config', 'testing', ...listed]).toEqual(expect.arrayContaining(folders));
  });
});
