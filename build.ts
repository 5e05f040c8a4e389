/**
 * Makes dist/: a package of plain JavaScript with types, to be installed elsewhere (`npm install ./dist`, or `npm pack ./dist`).
 * Node runs the sources as they are here, but not from inside of node_modules.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What is needed at run time and is no TypeScript. */
const FILES = [
  'drizzle',
  'src/roster/prompts',
  'src/tools/code/cell.py',
  'src/tools/code/driver.py',
  'src/tools/code/javascript-cell.cjs',
  'src/tools/code/pyodide-runner.mjs',
  'src/tools/code/pyodide.py',
  'src/web/page',
  'src/launch.mjs',
  'src/quick-modules.mjs',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.types.json']) {
  execFileSync('tsc', ['-p', project], { stdio: 'inherit' });
}
for (const file of FILES) cpSync(file, `dist/${file}`, { recursive: true });

const { name, version, description, license, type, engines, exports, dependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const built = Object.fromEntries(
  Object.entries<string>(exports).map(([entry, source]) => {
    const module = source.replace(/\.ts$/, '');
    return [entry, { types: `${module}.d.ts`, default: `${module}.js` }];
  }),
);
const bin = { troupe: './src/launch.mjs' };
const manifest = {
  name,
  version,
  description,
  license,
  type,
  engines,
  bin,
  exports: built,
  dependencies,
};
writeFileSync('dist/package.json', `${JSON.stringify(manifest, undefined, 2)}\n`);
