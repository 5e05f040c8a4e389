import type { PlantedBug } from './planted-bug.ts';

/** What is remembered is what its user has said, and what is forgotten stays so. */
export const memoryBugs: readonly PlantedBug[] = [
  {
    name: 'a memory needs no words of its user',
    edits: [
      {
        file: 'src/memory/verify.ts',
        find: 'findLast(({ text }) => saysThemselves(text, evidence))',
        put: 'findLast(() => true)',
      },
    ],
    caughtBy: { file: 'test/memory/verify.test.ts', test: 'is not made of what' },
  },
  {
    name: 'a memory may say more than the words it rests on',
    edits: [
      {
        file: 'src/memory/support.ts',
        find: 'told.every((word) => said.has(stemOf(word)))',
        put: 'true',
      },
    ],
    caughtBy: { file: 'test/memory/verify.test.ts', test: 'is not made of what' },
  },
  {
    name: 'a memory may be the opposite of what was said',
    edits: [
      { file: 'src/memory/support.ts', find: 'denies(text) === denies(evidence)', put: 'true' },
    ],
    caughtBy: { file: 'test/memory/verify.test.ts', test: 'is not the opposite of what was said' },
  },
  {
    name: 'secrets are remembered',
    edits: [
      {
        file: 'src/memory/verify.ts',
        find: "if (holdsSecret(text) || holdsSecret(evidence)) return 'secret';",
        put: '',
      },
    ],
    caughtBy: { file: 'test/memory/verify.test.ts', test: 'is not made of what' },
  },
  {
    name: 'a memory goes though nobody asked for that',
    edits: [
      {
        file: 'src/memory/verify.ts',
        find: 'if (!FORGET.test(evidence) || !isMeant)',
        put: 'if (!isMeant)',
      },
    ],
    caughtBy: {
      file: 'test/memory/verify.test.ts',
      test: 'is deleted only when its user asks for it',
    },
  },
  {
    name: 'memories are kept that another user’s words made',
    edits: [
      {
        file: 'src/store/memory-changes.ts',
        find: 'on r.run_id = w.run_id and r.user_id =',
        put: "on r.run_id = w.run_id and '' <>",
      },
      // Row-level security would hide the others' runs as well.
      {
        file: 'src/store/statement.ts',
        find: "and pg_has_role(rolname, 'usage'))",
        put: 'and false)',
      },
    ],
    caughtBy: {
      file: 'test/store/store.test.ts',
      test: 'keeps no memory that comes from another user’s words',
    },
  },
  {
    name: 'what was superseded outlives the memory that took its place',
    edits: [
      {
        file: 'src/store/memory-changes.ts',
        find: 'join chain on m.superseded_by = chain.memory_id',
        put: 'join chain on false',
      },
    ],
    caughtBy: {
      file: 'test/store/store.test.ts',
      test: 'erases a memory together with what it had superseded',
    },
  },
  {
    name: 'a run under way writes what was to be forgotten',
    edits: [{ file: 'src/store/alive.ts', find: 'and f.at >=', put: 'and f.at <' }],
    caughtBy: { file: 'test/store/store.test.ts', test: 'everything fences off the run under way' },
  },
];
