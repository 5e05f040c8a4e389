import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

/** Code without what only layout has put there. */
const bare = (code: string): string => code.replaceAll(/\s+/g, '').replaceAll(/,([\])}])/g, '$1');

it('docs/testing.md shows code that is run, word for word', async () => {
  const page = await read('../../docs/testing.md');
  const run = bare(await read('./documented.test.ts'));

  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => bare(code));
  // The first says where the kit comes from.
  const missing = blocks.slice(1).filter((code) => !run.includes(code));

  expect(blocks.length).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});
