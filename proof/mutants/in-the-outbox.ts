import type { PlantedBug } from './planted-bug.ts';

const STORE = 'test/store/store.test.ts';
/** Every moment at which the process can die. */
const DEATHS = { file: 'test/delivery/crash-points.test.ts', test: 'whichever deed' };

/** Answers on their way out, and ends that could not be written: said once, and not forgotten. */
export const outboxBugs: readonly PlantedBug[] = [
  {
    name: 'an answer is put into the outbox by a run that did not end',
    edits: [
      {
        file: 'src/store/parts.ts',
        find: 'from $' + '{sql.identifier(owner)}, jsonb_to_recordset',
        put: 'from jsonb_to_recordset',
      },
    ],
    caughtBy: {
      file: STORE,
      test: 'takes nothing of an incarnation that a newer one has followed',
    },
  },
  {
    name: 'all parts of an answer have one nonce',
    edits: [
      {
        file: 'src/store/parts.ts',
        find: '$' + '{runId}:$' + '{part}:',
        put: '$' + '{runId}:',
      },
    ],
    caughtBy: { file: STORE, test: 'names each part by a nonce' },
  },
  {
    name: 'each attempt at a part has a nonce of its own',
    edits: [
      {
        file: 'src/delivery/attempt.ts',
        find: 'content,\n  nonce,',
        put: 'content,\n  nonce: nonce.slice(0, 12) + String(Math.random()).slice(2, 12),',
      },
    ],
    caughtBy: {
      file: 'test/delivery/sending-again.test.ts',
      test: 'is sent again under its nonce',
    },
  },
  {
    name: 'a part is sent again blindly when its nonce may be forgotten',
    edits: [
      {
        file: 'src/delivery/attempt.ts',
        find: 'if (mayBeForgotten(part, options)) {',
        put: 'if (!part) {',
      },
    ],
    caughtBy: {
      file: 'test/delivery/sending-again.test.ts',
      test: 'is looked for before it is sent',
    },
  },
  {
    name: 'parts of one channel overtake each other',
    edits: [
      {
        file: 'src/delivery/sender.ts',
        find: 'if (this.#busy.has(part.channelId)) continue;',
        put: '',
      },
    ],
    caughtBy: { file: 'test/delivery/sender.test.ts', test: 'one after the other' },
  },
  {
    name: 'a platform may ask for a pause of any length',
    edits: [
      {
        file: 'src/delivery/sender.ts',
        find: 'Math.min(retryAfterMs, this.#limits.longestAskedMs)',
        put: 'retryAfterMs',
      },
    ],
    caughtBy: { file: 'test/delivery/sender.test.ts', test: 'waits as long as the platform asks' },
  },
  {
    name: 'a sent part that could not be marked is left to be sent again',
    edits: [
      {
        file: 'src/delivery/sender.ts',
        find: 'await this.#pauses.wait(this.#delay(failures));',
        put: 'return;',
      },
    ],
    caughtBy: {
      file: 'test/delivery/sender-in-need.test.ts',
      test: 'marks a sent part as soon as it can',
    },
  },
  {
    name: 'an end that could not be written is forgotten',
    edits: [
      {
        file: 'src/late-writes.ts',
        find: 'else if (failed.transient) keep(runId, write);',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/scenarios/storage-lost.test.ts',
      test: 'does not make the next life of the house answer again',
    },
  },
  {
    name: 'the outbox is written outside the transaction that ends the run',
    edits: [
      { file: 'src/store/runs.ts', find: 'database.run(endRun, ', put: 'endThenPost(database, ' },
      {
        file: 'src/store/runs.ts',
        find: 'export function createRuns(',
        put: `import { sql } from 'drizzle-orm';
              import { posting } from './parts.ts';
              import { one, statement } from './statement.ts';
              const postAlone = statement('post_alone', (db) => {
                const owner = db.$with('owner', {}).as(sql\`select 1\`);
                return db.with(owner, posting(db, 'owner')).select({ n: sql\`n\` }).from(one);
              });
              async function endThenPost(database, values, options) {
                const rows = await database.run(endRun, { ...values, parts: '[]' }, options);
                await database.run(postAlone, values, options);
                return rows;
              }
              export function createRuns(`,
      },
    ],
    caughtBy: DEATHS,
  },
  {
    name: 'a part is marked as sent before it is sent',
    edits: [
      {
        file: 'src/delivery/sender.ts',
        find: 'const result = await attempt(part,',
        put: "await outbox.sent(part, 'before');\nconst result = await attempt(part,",
      },
    ],
    caughtBy: DEATHS,
  },
  {
    name: 'an end that a full disk refused waits for somebody to ask',
    edits: [
      {
        file: 'src/late-writes.ts',
        find: 'if (!isFlushing && !isClosed && late.size === 1) {',
        put: 'if (late.size < 0) {',
      },
    ],
    caughtBy: {
      file: 'test/delivery/late-writes.test.ts',
      test: 'is written when the store takes it again',
    },
  },
];
