import type { PlantedBug } from './planted-bug.ts';

const COLUMNS = 'test/store/columns.test.ts';
const COMPILED = 'src/store/compiled.ts';

/** What is put into a statement and read out of its rows. */
export const statementBugs: readonly PlantedBug[] = [
  {
    name: 'two values of a statement change places',
    edits: [
      {
        file: COMPILED,
        find: 'const place = all[Number(nth) - 1];',
        put: 'const place = all[places.length];',
      },
    ],
    caughtBy: { file: COLUMNS, test: 'reads what no column stands for as its expression says' },
  },
  {
    name: 'a text within JSON is read as JSON itself',
    edits: [{ file: COMPILED, find: 'if (is(field, PgJsonb)) return asIs;', put: '' }],
    caughtBy: { file: COLUMNS, test: 'reads JSON that is a text that looks like a number as that' },
  },
  {
    name: 'a value that was forgotten is kept as nothing',
    edits: [
      {
        file: COMPILED,
        find: 'if (value === undefined) throw',
        put: 'if (value === undefined) return null; throw',
      },
    ],
    caughtBy: { file: COLUMNS, test: 'refuses a statement a value of which was forgotten' },
  },
  {
    name: 'texts go to the database with what it cannot keep',
    edits: [
      {
        file: COMPILED,
        find: "typeof value === 'string' ? cleanText(value) : value",
        put: 'value',
      },
    ],
    caughtBy: {
      file: COLUMNS,
      test: 'keeps what a database cannot hold of a text as near to it as it can',
    },
  },
  {
    name: 'an answer in pieces has its last piece in the place of the first',
    edits: [
      {
        file: 'src/store/postgres-socket.ts',
        find: "socket.emit('data', Buffer.from(buffer.subarray(0, length)));",
        put: "socket.emit('data', Buffer.from(buffer.buffer, 0, length));",
      },
    ],
    caughtBy: { file: COLUMNS, test: 'keeps a text letter by letter, alone and within JSON' },
  },
  {
    name: 'what was read outside the transaction that shows a user’s rows counts',
    edits: [
      { file: 'src/store/statement.ts', find: 'if (wasOver) throw', put: 'if (false) throw' },
    ],
    caughtBy: {
      file: 'test/store/postgres-plans.test.ts',
      test: 'is run again as the user on whose behalf it was sent',
    },
  },
];
