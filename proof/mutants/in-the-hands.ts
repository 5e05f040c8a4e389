import type { PlantedBug } from './planted-bug.ts';

/** What tools may reach and do: the public web, what was accepted, and only what the asker has allowed. */
export const handBugs: readonly PlantedBug[] = [
  {
    name: 'a page may lie on an inner address',
    edits: [
      {
        file: 'src/tools/web/guarded-fetch.ts',
        find: 'const refusal = refusalOf(url, reach);',
        put: 'const refusal = undefined;',
      },
    ],
    caughtBy: { file: 'test/tools/web/hostile-addresses.test.ts', test: 'does not go to' },
  },
  {
    name: 'a name is judged by one of its addresses',
    edits: [{ file: 'src/tools/web/guarded-fetch.ts', find: '!found.every(', put: '!found.some(' }],
    caughtBy: {
      file: 'test/tools/web/guarded-fetch.test.ts',
      test: 'even one of its addresses is out of reach',
    },
  },
  {
    name: 'a page may send a reader on for ever',
    edits: [
      {
        file: 'src/tools/web/guarded-fetch.ts',
        find: 'if (hop > MAX_REDIRECTS)',
        put: 'if (hop > 100)',
      },
    ],
    caughtBy: {
      file: 'test/tools/web/guarded-fetch.test.ts',
      test: 'follows four redirects, and no fifth',
    },
  },
  {
    name: 'a tool that its server has changed is used all the same',
    edits: [
      {
        file: 'src/tools/mcp/mcp-tool.ts',
        find: 'now === undefined || hashOf(now) !== hashOf(offered)',
        put: 'now === undefined',
      },
    ],
    caughtBy: {
      file: 'test/tools/mcp/accepted-tools.test.ts',
      test: 'until the operator accepts it',
    },
  },
  {
    name: 'a tool that needs a word is run without',
    edits: [
      {
        file: 'src/runtime/confirming.ts',
        find: 'if (!tools.policyOf({ agent, name: call.name }).needsConfirmation)',
        put: 'if (tools.policyOf({ agent, name: call.name }).needsConfirmation)',
      },
    ],
    caughtBy: {
      file: 'test/runtime/confirming.test.ts',
      test: 'is not run before the asker has seen',
    },
  },
  {
    name: 'anybody may allow what an asker was asked',
    edits: [
      {
        file: 'src/runtime/confirming.ts',
        find: 'waiting?.run.userId === answer.userId',
        put: 'waiting !== undefined',
      },
    ],
    caughtBy: {
      file: 'test/runtime/confirming.test.ts',
      test: 'takes the word of nobody but the asker',
    },
  },
  {
    name: 'what is hidden is not shown to whoever allows it',
    edits: [
      {
        file: 'src/runtime/confirming.ts',
        find: '.replaceAll(\n    UNSEEN,',
        put: '.replaceAll(\n    /$^/g,',
      },
    ],
    caughtBy: {
      file: 'test/runtime/confirming.test.ts',
      test: 'is shown without characters that hide',
    },
  },
  {
    name: 'a second word counts, too',
    edits: [{ file: 'src/store/confirmations.ts', find: 'and coalesce(', put: 'and least(' }],
    caughtBy: { file: 'test/store/store.test.ts', test: 'takes the first word only' },
  },
];
