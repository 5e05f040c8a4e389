import type { PlantedBug } from './planted-bug.ts';

const CONNECTIONS = 'test/store/postgres.test.ts';
const SECURITY = 'test/web/security.test.ts';

/** Databases, models, tools and the console: what comes in from outside, and what goes out. */
export const edgeBugs: readonly PlantedBug[] = [
  {
    name: 'a query has no deadline',
    edits: [
      {
        file: 'src/store/call.ts',
        find: '() => this.#expire(deadlineMs)',
        put: '() => {}',
      },
    ],
    caughtBy: { file: 'test/store/deadline.test.ts', test: 'is refused at its deadline' },
  },
  {
    name: 'a query is not tried on a new connection when an idle one had died',
    edits: [{ file: 'src/store/call.ts', find: 'isBroken && this.#attempts === 1', put: 'false' }],
    caughtBy: { file: CONNECTIONS, test: 'may be closed by the server while they are idle' },
  },
  {
    name: 'what another transaction has undone is not run again',
    edits: [{ file: 'src/store/call.ts', find: 'this.#repeats < MOST_REPEATS', put: 'false' }],
    caughtBy: {
      file: 'test/store/store.test.ts',
      test: 'is run again, and a turn is none the worse for it (40001',
    },
  },
  {
    name: 'everybody probes a database that is away',
    edits: [
      {
        file: 'src/store/database.ts',
        find: "if (state.kind === 'degraded') throw",
        put: "if (state.kind === 'no such state') throw",
      },
    ],
    caughtBy: { file: CONNECTIONS, test: 'fails at once while degraded' },
  },
  {
    name: 'a data folder may be opened twice',
    edits: [
      {
        file: 'src/store/folder-lock.ts',
        find: 'server.listen(name, ()',
        put: 'server.listen(name + randomUUID(), ()',
      },
    ],
    caughtBy: {
      file: 'test/store/folder-lock.test.ts',
      test: 'has exactly one winner among many who want it at once',
    },
  },
  {
    name: 'the reason a reply ended with is not checked',
    edits: [{ file: 'src/model/reply.ts', find: 'if (!isKnown) return undefined;', put: '' }],
    caughtBy: { file: 'test/model/faults.test.ts', test: 'stopped by a content filter is told' },
  },
  {
    name: 'half a stream is taken for a whole one',
    edits: [
      {
        file: 'src/model/attempt.ts',
        find: 'provider.dialect.strictEnd ? hasReason && end.done : hasReason || end.done',
        put: "hasReason || end.kind === 'read'",
      },
    ],
    caughtBy: { file: 'test/model/faults.test.ts', test: 'cut by the end of the body is told' },
  },
  {
    name: 'a chunk is taken to be like the last one by what stands around some text',
    edits: [
      {
        file: 'src/model/chunk-frame.ts',
        find: 'return this.#isProven ? literal',
        put: 'return this.#after ? literal',
      },
    ],
    caughtBy: {
      file: 'test/model/chunk-frame.test.ts',
      test: 'a frame whose text comes before the one that counts',
    },
  },
  {
    name: 'a chunk like the last one is taken to add nothing but its text',
    edits: [
      {
        file: 'src/model/stream-reader.ts',
        find: "this.onlyText = reasoning === '' && calls.length === 0;",
        put: 'this.onlyText = true;',
      },
    ],
    caughtBy: {
      file: 'test/model/stream-splits.test.ts',
      test: 'adds up to what a parser reads in each of its chunks',
    },
  },
  {
    name: 'a provider may ask for a pause of any length',
    edits: [
      {
        file: 'src/model/recovery.ts',
        find: '|| asked > limits.maxRetryAfterMs',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/model/recovery.test.ts',
      test: 'that the provider wants to last too long',
    },
  },
  {
    name: 'budgets are not put aside before a call',
    edits: [
      {
        file: 'src/model/wallet.ts',
        find: 'for (const account of accounts) hold(account, estimate, 1);',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/model/wallet.test.ts',
      test: 'is never exceeded by more than one call',
    },
  },
  {
    name: 'attempts that no model worked on are charged',
    edits: [
      {
        file: 'src/model/exchange.ts',
        find: 'fault.failedGeneration?.length ?? received;',
        put: 'fault.failedGeneration?.length ?? received ?? 0;',
      },
    ],
    caughtBy: {
      file: 'test/model/budget.test.ts',
      test: 'is not charged for an attempt that no model worked on',
    },
  },
  {
    name: 'an agent reaches tools that it was not given',
    edits: [
      {
        file: 'src/tools/toolbox.ts',
        find: 'if (names.includes(request.call.name))',
        put: 'if (names)',
      },
    ],
    caughtBy: {
      file: 'test/tools/grants.test.ts',
      test: 'let an agent reach what its roster gives it, and nothing else',
    },
  },
  {
    name: 'the output of a tool is not capped',
    edits: [
      {
        file: 'src/tools/toolbox.ts',
        find: 'cut(clean(result.content), tool.maxOutputChars)',
        put: 'clean(result.content)',
      },
    ],
    caughtBy: {
      file: 'test/tools/toolbox.test.ts',
      test: 'cuts long output between characters',
    },
  },
  {
    name: 'the console answers to any Host',
    edits: [{ file: 'src/web/guard.ts', find: 'checkHost(req, hosts);', put: '' }],
    caughtBy: { file: SECURITY, test: 'refuses a request with two Host headers' },
  },
  {
    name: 'the console answers to any Origin',
    edits: [{ file: 'src/web/guard.ts', find: 'checkOriginHeader(req, origins);', put: '' }],
    caughtBy: { file: SECURITY, test: 'refuses a POST that does not say where it comes from' },
  },
  {
    name: 'the console wants no token',
    edits: [
      {
        file: 'src/web/guard.ts',
        find: 'if (timingSafeEqual(given, expected)) return;',
        put: 'return;',
      },
    ],
    caughtBy: { file: SECURITY, test: 'does not take the token from the address' },
  },
];
