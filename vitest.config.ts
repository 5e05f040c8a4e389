import { defineConfig } from 'vitest/config';

/** Nothing of these reaches out of itself, so they share one module graph: each file is spared loading it anew. */
const PURE = ['inspector', 'machines', 'memory', 'model', 'roster', 'testing', 'tracing'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Each file of tests loads the store anew.
    execArgv: ['--import', new URL('src/quick-modules.mjs', import.meta.url).href],
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: PURE,
          globalSetup: ['test/support/postgres-server.ts'],
        },
      },
    ],
  },
});
