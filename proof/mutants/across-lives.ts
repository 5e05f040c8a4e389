import type { PlantedBug } from './planted-bug.ts';

const OWN_SEARCHES = 'test/tools/web/model-search.test.ts';

/** What other processes, earlier lives and tools have done is known, and counts. */
export const otherDeedBugs: readonly PlantedBug[] = [
  {
    name: 'an answer that leaves late takes another one that was recorded for its own',
    edits: [
      {
        file: 'src/discord/answer/platform.ts',
        find: 'alike.find((id) => !known.has(id))',
        put: 'alike.find((id) => known !== undefined && id !== undefined)',
      },
    ],
    caughtBy: {
      file: 'test/discord/late-answers.test.ts',
      test: 'is not taken for a part of an answer when it is recorded as another one',
    },
  },
  {
    name: 'a running house does not look for what others erase',
    edits: [
      {
        file: 'src/changes-house.ts',
        find: 'if (isShared) lookLater(memory);',
        put: 'if (!isShared) lookLater(memory);',
      },
    ],
    caughtBy: {
      file: 'test/store/changes.test.ts',
      test: 'reaches what this process holds of them within two seconds',
    },
  },
  {
    name: 'what tools have fetched outlives its user',
    edits: [
      {
        file: 'src/memory-house.ts',
        find: "what.kind !== 'mind' && what.kind !== 'memory'",
        put: "what.kind === 'mind'",
      },
    ],
    caughtBy: {
      file: 'test/scenarios/forgetting.test.ts',
      test: 'What tools have fetched for a user is gone at once',
    },
  },
  {
    name: 'a page on its way is kept for a user who was forgotten meanwhile',
    edits: [
      { file: 'src/tools/cache.ts', find: 'forgotten === before', put: 'forgotten >= before' },
    ],
    caughtBy: {
      file: 'test/tools/web/web-search.test.ts',
      test: 'keeps nothing for a user who was forgotten',
    },
  },
  {
    name: 'the language of a user comes back after they were forgotten',
    edits: [
      {
        file: 'src/store/discord-locales.ts',
        find: '{ channelId: NOWHERE }',
        put: '{ channelId: NOWHERE, userId: NOWHERE }',
      },
    ],
    caughtBy: {
      file: 'test/store/store.test.ts',
      test: 'everything fences off the language that was seen before',
    },
  },
  {
    name: 'TEAM_QUEUE refuses what waited before a restart',
    edits: [
      {
        file: 'machines/team/mailbox.ts',
        find: 'resumedAt !== undefined ||',
        put: 'false ||',
      },
    ],
    caughtBy: {
      file: 'test/machines/after-restart.test.ts',
      test: 'are all taken by their team, however much waits there',
    },
  },
  {
    name: 'a full house turns away what it had let in before a restart',
    edits: [
      {
        file: 'machines/supervisor/asking.ts',
        find: 'if (question.resumedAt !== undefined) return undefined;',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/machines/after-restart.test.ts',
      test: 'are not turned away by a full house',
    },
  },
  {
    name: 'what the tools of a leader spend on models is not counted',
    edits: [
      {
        file: 'machines/leader/leader.names.ts',
        find: 'withUsage(context.usage, results)',
        put: 'withUsage(context.usage, [])',
      },
    ],
    caughtBy: {
      file: 'test/machines/leader-tokens.test.ts',
      test: 'counts what its tools have spent on models of their own',
    },
  },
  {
    name: 'what the tools of a member spend on models is not counted',
    edits: [
      {
        file: 'machines/member/work.ts',
        find: 'isOutOfTokens(withUsage(work.usage, results)',
        put: 'isOutOfTokens(withUsage(work.usage, [])',
      },
      {
        file: 'machines/member/work.ts',
        find: 'usage: withUsage(work.usage, results)',
        put: 'usage: withUsage(work.usage, [])',
      },
    ],
    caughtBy: {
      file: 'test/machines/member-limits.test.ts',
      test: 'count the tokens that its tools have spent on models of their own',
    },
  },
  {
    name: 'each of several searches is paid from a purse of its own',
    edits: [{ file: 'src/model/accounts.ts', find: 'purses.get(purse) ??', put: 'undefined ??' }],
    caughtBy: {
      file: OWN_SEARCHES,
      test: 'begins none once the tokens of the run are spent',
    },
  },
  {
    name: 'a model that reads for itself is held to cost what it is sent',
    edits: [
      { file: 'src/model/admission.ts', find: 'return ownTools ?', put: 'return !ownTools ?' },
    ],
    caughtBy: {
      file: OWN_SEARCHES,
      test: 'begins none once the tokens of the run are spent',
    },
  },
  {
    name: 'a team ends in the middle of the last step of its last leader',
    edits: [
      {
        file: 'machines/team/team.machine.ts',
        find: "always: { guard: 'canBegin', actions: BEGIN_NEXT },\n  on: {",
        put: "always: [{ guard: 'canBegin', actions: BEGIN_NEXT }, { guard: 'isAtRest', target: 'closed' }],\n  on: {",
      },
    ],
    caughtBy: {
      file: 'test/machines/team-draining.test.ts',
      test: 'does not leave before its last leader is gone',
    },
  },
  {
    name: 'code that ends its interpreter takes the files of earlier code with it',
    edits: [
      {
        file: 'src/tools/code/watched-run.ts',
        find: '...LOST, files: this.#running.files',
        put: '...LOST, files: new Map()',
      },
    ],
    caughtBy: {
      file: 'test/tools/code/watched-run.test.ts',
      test: 'has lost what it wrote, and nothing that was there before',
    },
  },
  {
    name: 'whoever the closing house cuts short is told that they wanted it',
    edits: [
      {
        file: 'src/runtime/replying.ts',
        find: 'isClosing && !runs().isTakenBack(runId)',
        put: 'isClosing && runs().isTakenBack(runId)',
      },
    ],
    caughtBy: {
      file: 'test/runtime/stopping.test.ts',
      test: 'tells whose question it cuts short that it goes on later',
    },
  },
  {
    name: 'what was stopped before its turn comes back in the next life',
    edits: [
      {
        file: 'src/runtime/recovery.ts',
        find: 'stopped.map((one) => endStopped(one, { inbox, log }))',
        put: 'stopped.slice(0, 0)',
      },
    ],
    caughtBy: {
      file: 'test/runtime/unbegun.test.ts',
      test: 'the next life does not answer it',
    },
  },
  {
    name: 'a question of an earlier life is begun however old it is',
    edits: [{ file: 'src/runtime/unbegun.ts', find: 'isUntouched !== true ||', put: 'true ||' }],
    caughtBy: {
      file: 'test/bridge/late.test.ts',
      test: 'is not answered either when an earlier life had kept it',
    },
  },
];
