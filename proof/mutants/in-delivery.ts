import type { PlantedBug } from './planted-bug.ts';

const STORE = 'test/store/store.test.ts';
const RECOVERY = 'test/runtime/recovery.test.ts';
/** Every moment at which the process can die. */
const DEATHS = { file: 'test/delivery/crash-points.test.ts', test: 'whichever deed' };

/** Inbox and recovery: every question is worked on. */
export const deliveryBugs: readonly PlantedBug[] = [
  {
    name: 'a position is saved before the inbox row',
    edits: [
      {
        file: 'src/bridge/gateway.ts',
        find: 'const failed = await this.#tell(told);',
        put: 'await this.#options.house.advance(position);\nconst failed = await this.#tell(told);',
      },
    ],
    caughtBy: {
      file: 'test/bridge/events.test.ts',
      test: 'is not left behind when it could not be kept',
    },
  },
  {
    name: 'a message that is told twice is answered twice',
    edits: [
      {
        file: 'src/store/inbox.ts',
        find: "typeof row?.runId === 'string' ? 'accepted' : 'duplicate'",
        put: "row === null ? 'duplicate' : 'accepted'",
      },
    ],
    caughtBy: { file: STORE, test: 'accepts a question once and tells its duplicates' },
  },
  {
    name: 'a question of a platform that could not be kept is begun all the same',
    edits: [
      {
        file: 'src/runtime/local-dispatcher.ts',
        find: "origin !== undefined && kind === 'failed'",
        put: "origin !== undefined && kind === 'duplicate'",
      },
    ],
    caughtBy: {
      file: 'test/runtime/platform-questions.test.ts',
      test: 'is not begun when it cannot be kept',
    },
  },
  {
    name: 'recovery is unbounded',
    edits: [
      {
        file: 'src/runtime/recovery.ts',
        find: 'RECOVERED_AT_ONCE = 3;',
        put: 'RECOVERED_AT_ONCE = 1_000;',
      },
    ],
    caughtBy: { file: RECOVERY, test: 'three at a time' },
  },
  {
    name: 'attempts of earlier lives are not counted',
    edits: [
      {
        file: 'src/runtime/recovery.ts',
        find: 'await inbox.countTry(one);',
        put: '',
      },
    ],
    caughtBy: { file: RECOVERY, test: 'each try counted before' },
  },
  {
    name: 'a question that kills the process is tried for ever',
    edits: [
      {
        file: 'src/runtime/suspicion.ts',
        find: 'inVain >= MOST_IN_VAIN || inAll >= MOST_IN_ALL',
        put: 'inAll < 0',
      },
    ],
    caughtBy: { file: RECOVERY, test: 'gives up a question that the process has died with' },
  },
  {
    name: 'a suspect is tried beside others',
    edits: [
      {
        file: 'src/runtime/recovery.ts',
        find: 'await this.#othersEnded(one);',
        put: '',
      },
    ],
    caughtBy: { file: RECOVERY, test: 'beside no other of an earlier life' },
  },
  {
    name: 'a process goes on with what another one has claimed',
    edits: [
      {
        file: 'src/store/run-statements.ts',
        find: "(i.state <> 'done' and i.owner <> $" + "{given('owner')})",
        put: 'false',
      },
    ],
    caughtBy: { file: 'test/store/postgres-claims.test.ts', test: 'an older process has claimed' },
  },
  {
    name: 'the house refuses for good what it was closed on',
    edits: [
      {
        file: 'src/runtime/replying.ts',
        find: 'question.origin !== undefined && isClosing &&',
        put: 'question.origin === undefined && isClosing &&',
      },
    ],
    caughtBy: {
      file: 'test/runtime/platform-questions.test.ts',
      test: 'stays open in the inbox when the house closes before it began',
    },
  },
  {
    name: 'no epoch fence in the store',
    edits: [
      {
        file: 'src/store/run-statements.ts',
        find: 'agent_runs.fence <= excluded.fence or',
        put: 'true or',
      },
    ],
    caughtBy: { file: STORE, test: 'is refused to an incarnation whose run a newer one holds' },
  },
  {
    name: 'the history of another user is shown',
    edits: [
      {
        file: 'src/store/run-statements.ts',
        find: "eq(agentRuns.userId, given('userId')),\n          eq(agentRuns.channelId",
        put: 'eq(agentRuns.channelId',
      },
    ],
    caughtBy: { file: STORE, test: 'recalls nothing of other channels and nothing of other users' },
  },
  {
    name: 'a position is saved in a transaction before that of its question',
    edits: [
      {
        file: 'src/bridge-house.ts',
        find: 'const taken = await troupe.take(question);',
        put: 'await gateways.advance(PLATFORM, question.origin?.position ?? 0);\nconst taken = await troupe.take(question);',
      },
    ],
    caughtBy: DEATHS,
  },
  {
    name: 'an inbox row is closed before its run has ended',
    edits: [
      {
        file: 'src/house-store.ts',
        find: 'const saved = await runs.end(record,',
        put: 'await store.inbox.finish(record.question);\nconst saved = await runs.end(record,',
      },
      {
        file: 'src/house-store.ts',
        find: '({ store: { runs }, late, onPosted }: Parts)',
        put: '({ store, store: { runs }, late, onPosted }: Parts)',
      },
    ],
    caughtBy: DEATHS,
  },
  {
    name: 'a question that may have been kept is not told again',
    edits: [
      {
        file: 'src/bridge/gateway.ts',
        find: 'this.#doubtful = failed === undefined ? undefined : told;',
        put: '',
      },
    ],
    caughtBy: { file: 'test/bridge/events.test.ts', test: 'was kept without our being told' },
  },
  {
    name: 'a question that may have been kept is taken for a duplicate of itself',
    edits: [
      {
        file: 'src/runtime/local-dispatcher.ts',
        find: 'this.#doubtful.add(runId);',
        put: '{}',
      },
    ],
    caughtBy: { file: 'test/bridge/events.test.ts', test: 'was kept without our being told' },
  },
  {
    name: 'a try after which the run got further counts as one in vain',
    edits: [{ file: 'src/store/claims.ts', find: 'then 0 else', put: 'then 9 else' }],
    caughtBy: { file: 'test/store/store.test.ts', test: 'counts the tries of a question' },
  },
  {
    name: 'a question is given up in the middle of a storm of deaths',
    edits: [
      { file: 'src/runtime/recovery.ts', find: '&& !this.#hasStood', put: '&& this.#isClosed' },
    ],
    caughtBy: { file: 'test/runtime/isolation.test.ts', test: 'gives no question up for it' },
  },
  {
    name: 'a question that gets a little further each time kills the process for ever',
    edits: [{ file: 'src/runtime/suspicion.ts', find: ' || inAll >= MOST_IN_ALL', put: '' }],
    caughtBy: {
      file: 'test/runtime/recovery.test.ts',
      test: 'that came a little further each time',
    },
  },
  {
    name: 'what is not over is deleted with the rest',
    edits: [
      {
        file: 'src/store/retention.ts',
        find: "where i.state = 'done' and i.received_at",
        put: 'where i.received_at',
      },
    ],
    caughtBy: { file: 'test/store/store.test.ts', test: 'is deleted when it is old enough' },
  },
  {
    name: 'a draft is forgotten before its answer has come',
    edits: [
      {
        file: 'src/store/retention.ts',
        find: "o.message_id = d.run_id and o.state = 'pending'",
        put: "o.message_id = d.run_id and o.state = ''",
      },
    ],
    caughtBy: { file: 'test/store/store.test.ts', test: 'includes where drafts stood' },
  },
  {
    name: 'what is to be kept for ever is deleted',
    edits: [{ file: 'src/retention-house.ts', find: 'if (days > 0) sweepIn', put: 'sweepIn' }],
    caughtBy: {
      file: 'test/program/retention.test.ts',
      test: 'keeps everything when it is told to',
    },
  },
];
