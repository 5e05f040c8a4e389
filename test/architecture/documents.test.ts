import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { isRecord, parseJson } from '../../src/shared/parse.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const parsed = parseJson(await read(path));
  if (parsed.ok && isRecord(parsed.value)) return parsed.value;
  throw new Error(`${path} is not a JSON object.`);
}

const partOf = (whole: unknown, name: string): Readonly<Record<string, unknown>> => {
  const part = isRecord(whole) ? whole[name] : undefined;
  return isRecord(part) ? part : {};
};

const allOf = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? ''))].toSorted();

/** Every document for people. */
async function documents(): Promise<readonly (readonly [path: string, text: string])[]> {
  const inDocs = (await readdir(join(ROOT, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return Promise.all(
    ['README.md', 'CHANGELOG.md', ...inDocs].map(async (path) => [path, await read(path)] as const),
  );
}

/** The variables in README's table. */
async function explainedVariables(): Promise<readonly string[]> {
  const table = (await read('README.md')).split('\n').filter((line) => line.startsWith('| `'));
  return table
    .flatMap((line) => allOf(line.split('|')[1] ?? '', /`([A-Z][A-Z0-9_]+)`/g))
    .toSorted();
}

describe('The documents', () => {
  it('name only commands that there are', async () => {
    const texts = [...(await documents()).map(([, text]) => text), await read('.ci/run')];

    const named = texts.flatMap((text) => [
      ...allOf(text, /npm run ([\w:]+)/g),
      ...allOf(text, /npm (start|test)\b/g),
    ]);

    const scripts = Object.keys(partOf(await readObject('package.json'), 'scripts'));
    expect(named).toContain('start');
    expect(scripts).toEqual(expect.arrayContaining(named));
  });

  it('lead only to files that there are', async () => {
    const links = (await documents()).flatMap(([path, text]) =>
      allOf(text, /\]\((?!https?:)([^)#]+)/g).map((link) => join(ROOT, path, '..', link)),
    );

    expect(links).not.toEqual([]);
    await Promise.all(links.map((link) => access(link)));
  });

  it('are linked from one another, each of them', async () => {
    const all = await documents();
    const linked = all.flatMap(([path, text]) =>
      allOf(text, /\]\((?!https?:)([^)#]+)/g).map((link) => join(path, '..', link)),
    );

    // The decisions are listed by their folder.
    const pages = all.map(([path]) => path).filter((path) => !path.startsWith('docs/decisions/'));
    expect(pages.filter((path) => path !== 'README.md' && !linked.includes(path))).toEqual([]);
  });

  it('name only files of the project that there are', async () => {
    const named = (await documents()).flatMap(([, text]) =>
      allOf(text, /`((?:src|machines|test|docs|drizzle)\/[\w./-]*)`/g),
    );

    expect(named).not.toEqual([]);
    await Promise.all(named.map((path) => access(join(ROOT, path))));
  });

  it('explain every variable that is read, and no other', async () => {
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string | undefined>>(
      // What is read only when something else is set is read here, too.
      { CUSTOM_PROVIDER: 'http://127.0.0.1/v1', CUSTOM_MODEL: 'one', GROQ_API_KEY: 'key' },
      {
        get(values, name) {
          asked.add(String(name));
          return Reflect.get(values, name);
        },
      },
    );
    readConfig(env);

    expect(await explainedVariables()).toEqual([...asked].toSorted());
  });

  it('give, in .env.example, every variable that is explained, and no other', async () => {
    const offered = allOf(await read('.env.example'), /^#?\s*([A-Z][A-Z0-9_]+)=/gm);

    expect(offered).toEqual(await explainedVariables());
  });
});

describe('The package', () => {
  it('has scripts whose programs are there', async () => {
    const scripts = Object.values(partOf(await readObject('package.json'), 'scripts')).join('\n');

    const programs = allOf(scripts, /node (?:--[\w-]+ )*([\w./]+\.(?:ts|mjs))/g);

    expect(programs).toContain('src/launch.mjs');
    await Promise.all(programs.map((path) => access(join(ROOT, path))));
  });

  it('pins the versions of packages in its lock without saying where they were downloaded', async () => {
    const packages = Object.entries(partOf(await readObject('package-lock.json'), 'packages'));

    const installed = packages.filter(([path]) => path.startsWith('node_modules/'));

    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, about]) => isRecord(about) && 'resolved' in about)).toEqual([]);
    expect(
      installed.filter(([, about]) => partOf({ about }, 'about')['integrity'] === undefined),
    ).toEqual([]);
  });

  it('lets only packages run install scripts that are in the lock', async () => {
    const allowed = Object.keys(partOf(await readObject('package.json'), 'allowScripts'));
    const locked = Object.keys(partOf(await readObject('package-lock.json'), 'packages'));

    expect(locked).toEqual(expect.arrayContaining(allowed.map((name) => `node_modules/${name}`)));
  });

  it('pins the version of xstate exactly, since recordings of machines depend on it', async () => {
    const { xstate } = partOf(await readObject('package.json'), 'dependencies');

    expect(xstate).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
