import { access, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { allBugs } from '../../proof/mutants/all.ts';
import { edited } from '../../proof/mutants/planted-bug.ts';

describe('the bugs that are planted to test the tests', () => {
  it.each(allBugs)('can be planted: $name', async ({ edits, caughtBy }) => {
    for (const edit of edits) {
      const source = await readFile(edit.file, 'utf8');
      expect(edited(source, edit)).not.toBe(source);
    }
    await access(caughtBy.file);
  });

  it('have names of their own', () => {
    const names = allBugs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('an anchor', () => {
  const edit = { file: 'a.ts', find: 'if (ready)', put: 'if (true)' };

  it('that is gone is told, by its file', () => {
    expect(() => edited('while (ready) {}', edit)).toThrow('"if (ready)" is gone from a.ts');
  });

  it('that stands there twice is told, too', () => {
    expect(() => edited('if (ready) {} if (ready) {}', edit)).toThrow('is not unique in a.ts');
  });
});
