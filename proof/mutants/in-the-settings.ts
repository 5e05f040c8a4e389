import type { PlantedBug } from './planted-bug.ts';

const SETTINGS = 'test/scenarios/settings.test.ts';

/** What is set in the environment reaches the house. */
export const settingBugs: readonly PlantedBug[] = [
  {
    name: 'MAX_AGENTS is read and not handed on',
    edits: [{ file: 'src/app.ts', find: 'maxTeams: config.maxTeams,', put: '' }],
    caughtBy: { file: SETTINGS, test: 'MAX_AGENTS: so many teams live at once' },
  },
  {
    name: 'MIN_RESIDENCY_SECONDS is read and not handed on',
    edits: [{ file: 'src/app.ts', find: 'minResidencyMs: config.minResidencyMs,', put: '' }],
    caughtBy: { file: SETTINGS, test: 'MIN_RESIDENCY_SECONDS: an idle team is safe for so long' },
  },
  {
    name: 'TEAM_CONCURRENCY is read and not handed on',
    edits: [{ file: 'src/app.ts', find: 'concurrency: config.teamConcurrency,', put: '' }],
    caughtBy: {
      file: SETTINGS,
      test: 'TEAM_CONCURRENCY: so many runs of a user work side by side',
    },
  },
  {
    name: 'the limits of questions are read and not handed on',
    edits: [{ file: 'src/app.ts', find: '...config.questionLimits,', put: '' }],
    caughtBy: { file: SETTINGS, test: 'MAX_QUESTIONS: so many questions are unanswered in all' },
  },
  {
    name: 'AGENT_HISTORY_RUNS is read and not handed on',
    edits: [{ file: 'src/app.ts', find: 'log, historyRuns, remembers', put: 'log, remembers' }],
    caughtBy: { file: SETTINGS, test: 'AGENT_HISTORY_RUNS: so many earlier questions are shown' },
  },
  {
    name: 'AGENT_RETRIES does not reach the models',
    edits: [{ file: 'src/choose-model.ts', find: '...options, ...limits,', put: '...options,' }],
    caughtBy: { file: SETTINGS, test: 'AGENT_RETRIES: a request that fails for the moment' },
  },
  {
    name: 'with AGENT_RETRIES set, agents go through their models once more all the same',
    edits: [{ file: 'src/tuned-roster.ts', find: '{ retries: 0 }', put: '{ retries }' }],
    caughtBy: { file: SETTINGS, test: 'AGENT_RETRIES: a request that fails for the moment' },
  },
  {
    name: 'nobody knows of USER_TOKENS_PER_DAY',
    edits: [
      { file: 'src/wallet-house.ts', find: 'userTokensPerDay === 0', put: 'userTokensPerDay >= 0' },
    ],
    caughtBy: { file: SETTINGS, test: 'USER_TOKENS_PER_DAY: who has spent so much' },
  },
];
