import type { PlantedBug } from './planted-bug.ts';

const SUPERVISOR = 'test/machines/supervisor.test.ts';

/** Who is alive, who waits, who leaves. */
export const supervisorBugs: readonly PlantedBug[] = [
  {
    name: 'a busy team is passivated',
    edits: [
      {
        file: 'machines/supervisor/ledger.ts',
        find: "row.phase === 'active' && row.asked.length === 0",
        put: "row.phase === 'active'",
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'waits when everybody works' },
  },
  {
    name: 'the most recently used team is passivated',
    edits: [
      {
        file: 'machines/supervisor/ledger.ts',
        find: 'ledger.idle.minKey()',
        put: 'ledger.idle.maxKey()',
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'makes the least recently used idle team leave' },
  },
  {
    name: 'one team more than allowed is let in',
    edits: [
      {
        file: 'machines/supervisor/upkeep.ts',
        find: 'ledger.rows.size >= limits.maxTeams',
        put: 'ledger.rows.size > limits.maxTeams',
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'waits when everybody works' },
  },
  {
    name: 'a team that closes does not count any more',
    edits: [
      {
        file: 'machines/supervisor/upkeep.ts',
        find: 'ledger.rows.size >= limits.maxTeams',
        put: 'activeTeams(ledger) >= limits.maxTeams',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-random.test.ts',
      test: 'keeps every promise',
    },
  },
  {
    name: 'no single flight: the next team of a user starts while the last one closes',
    edits: [
      {
        file: 'machines/supervisor/queueing.ts',
        find: 'isBlocked: ledger.rows.has(userId)',
        put: 'isBlocked: false',
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'is kept for the next team when it comes while' },
  },
  {
    name: 'what an older incarnation settles late is counted',
    edits: [
      {
        file: 'machines/supervisor/ending.ts',
        find: 'if (row?.epoch !== epoch) return;',
        put: 'if (row === undefined) return;',
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'is not told from an older incarnation by its reports' },
  },
  {
    name: 'a newcomer waits for ever',
    edits: [
      {
        file: 'machines/supervisor/queueing.ts',
        find: 'notBefore : now + limits.maxWaitMs',
        put: 'notBefore : Number.POSITIVE_INFINITY',
      },
    ],
    caughtBy: { file: SUPERVISOR, test: 'is refused with all its questions when it has waited' },
  },
  {
    name: 'a poisonous question is given to every next team',
    edits: [
      {
        file: 'machines/supervisor/teams.ts',
        find: 'deliveries >= draft.house.limits.maxDeliveries',
        put: 'deliveries < 0',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-isolation.test.ts',
      test: 'abandons the question that brings its team down',
    },
  },
  {
    name: 'no isolation: innocent questions fall with a poisonous one',
    edits: [
      {
        file: 'machines/supervisor/outstanding.ts',
        find: 'asked.some((item) => item.deliveries > 0)',
        put: 'asked.some((item) => item.deliveries > 1_000)',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-isolation.test.ts',
      test: 'gives the next team one question at a time',
    },
  },
  {
    name: 'a team that crashes is started again without a pause',
    edits: [
      {
        file: 'machines/supervisor/restarts.ts',
        find: 'notBefore: at + pauseAfter(streak, chance, limits)',
        put: 'notBefore: at',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-crashes.test.ts',
      test: 'doubles the pause each time',
    },
  },
  {
    name: 'whoever had more than a turn comes in the next round',
    edits: [
      {
        file: 'machines/supervisor/queueing.ts',
        find: 'had: Math.max(turn.had, turn.until)',
        put: 'had: turn.until',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-rounds.test.ts',
      test: 'is passed over in as many rounds',
    },
  },
  {
    name: 'newcomers come in a round that never ends',
    edits: [
      {
        file: 'machines/supervisor/rounds.ts',
        find: 'Math.max(current * quantum,',
        put: 'Math.max((current - 1) * quantum,',
      },
    ],
    caughtBy: { file: 'test/machines/supervisor-rounds.test.ts', test: 'goes before newcomers' },
  },
  {
    name: 'a turn is over as soon as its questions are',
    edits: [
      {
        file: 'machines/supervisor/turns.ts',
        find: 'if (turn.had < turn.until || asked',
        put: 'if (asked',
      },
    ],
    caughtBy: {
      file: 'test/machines/supervisor-rounds.test.ts',
      test: 'goes on with as many questions as it may still cost',
    },
  },
];
