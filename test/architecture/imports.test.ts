import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { INNOCENT, OFFENCES } from './offences.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The rules that we have written ourselves. */
const PLUGINS = ['no-ambient.grit', 'no-lasting-signals.grit'];

interface Complaint {
  readonly path: string;
  readonly category: string;
}

let complaints: readonly Complaint[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-table-'));
  for (const file of ['biome.json', ...PLUGINS, 'package.json'])
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

    expect(['shared', 'config', 'testing', 'runtime', ...listed]).toEqual(
      expect.arrayContaining(folders),
    );
  });
});
