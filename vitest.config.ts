import { defineConfig } from 'vitest/config';

const FOLDERS = [
  'inspector',
  'machines',
  'memory',
  'model',
  'roster',
  'runtime',
  'testing',
  'tracing',
];
const PURE = FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`);
const BROWSER = 'test/**/*.browser.test.ts';
const PACKAGE = 'test/**/*.build.test.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Each file of tests loads the store anew.
    execArgv: ['--import', new URL('src/quick-modules.mjs', import.meta.url).href],
    projects: [
      // Nothing of these reaches out of itself: they share their modules, so that no file waits for them to be loaded.
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: [...PURE, BROWSER, PACKAGE],
          globalSetup: ['test/support/postgres-server.ts', 'test/support/data-folder-server.ts'],
        },
      },
      { extends: true, test: { name: 'browser', include: [BROWSER] } },
      { extends: true, test: { name: 'package', include: [PACKAGE] } },
    ],
  },
});
