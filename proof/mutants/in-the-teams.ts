import type { PlantedBug } from './planted-bug.ts';

/** What teams do and hold, how far they may go, and what becomes of it all in the end. */
export const teamBugs: readonly PlantedBug[] = [
  {
    name: 'refusals are not answered',
    edits: [
      {
        file: 'src/runtime/host.ts',
        find: "order.refusal.kind !== 'duplicate'",
        put: "order.refusal.kind === 'duplicate'",
      },
    ],
    caughtBy: {
      file: 'test/runtime/stopping.test.ts',
      test: 'refuses newcomers and those who wait for a place',
    },
  },
  {
    name: 'the children of a team that crashed go on',
    edits: [
      {
        file: 'src/runtime/error-boundary.ts',
        find: 'if (child !== undefined) scope.stopChild(child);',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/runtime/crash-positions.test.ts',
      test: 'ends that team and nobody else',
    },
  },
  {
    name: 'disposers are not awaited',
    edits: [{ file: 'src/runtime/scope.ts', find: 'await dispose();', put: 'void dispose();' }],
    caughtBy: { file: 'test/runtime/scope.test.ts', test: 'one after the other' },
  },
  {
    name: 'a disposer has no deadline',
    edits: [
      {
        file: 'src/runtime/scope.ts',
        find: 'await Promise.race([settled(dispose), deadline])',
        put: 'await settled(dispose)',
      },
    ],
    caughtBy: { file: 'test/runtime/scope.test.ts', test: 'fences off a disposer that hangs' },
  },
  {
    name: 'what arrives late in a scope is never given back',
    edits: [
      {
        file: 'src/runtime/scope.ts',
        find: 'else void this.#release(holding);',
        put: '',
      },
    ],
    caughtBy: { file: 'test/runtime/scope.test.ts', test: 'what arrives after it has closed' },
  },
  {
    name: 'no epoch fence before the model',
    edits: [
      {
        file: 'src/runtime/bind.ts',
        find: "if (!isCurrent(request.run)) return Promise.resolve({ kind: 'failed', failure: STALE });",
        put: '',
      },
    ],
    caughtBy: { file: 'test/runtime/fence.test.ts', test: 'does not reach the port "model"' },
  },
  {
    name: 'no epoch fence before tools',
    edits: [
      {
        file: 'src/runtime/bind.ts',
        find: 'bindings.isCurrent(request.run)\n',
        put: 'true\n',
      },
      {
        file: 'src/runtime/journal.ts',
        find: 'if (signal.aborted || !this.#isCurrent(step.run))',
        put: 'if (signal.aborted)',
      },
    ],
    caughtBy: { file: 'test/runtime/fence.test.ts', test: 'does not reach the port "tools"' },
  },
  {
    name: 'an abort is not passed on to tools',
    edits: [
      {
        file: 'src/runtime/bind.ts',
        find: 'tools.run(request, { signal })',
        put: 'tools.run(request, { signal: new AbortController().signal })',
      },
    ],
    caughtBy: { file: 'test/scenarios/stopping.test.ts', test: 'a tool that a member uses' },
  },
  {
    name: 'an abort is not passed on to the model',
    edits: [
      {
        file: 'src/runtime/bind.ts',
        find: 'return model.call(request, { signal });',
        put: 'return model.call(request, { signal: new AbortController().signal });',
      },
    ],
    caughtBy: { file: 'test/runtime/teams.test.ts', test: 'aborts every call that was under way' },
  },
  {
    name: 'the loop guard is off',
    edits: [
      {
        file: 'machines/turn/step.ts',
        find: 'isLooping(attempts, reply.toolCalls, loopLimits)',
        put: '!loopLimits',
      },
    ],
    caughtBy: {
      file: 'test/machines/turn-step.test.ts',
      test: 'is to conclude when the same call comes once too often',
    },
  },
  {
    name: 'members begin side by side without room for their replies',
    edits: [
      {
        file: 'machines/leader/delegation.ts',
        find: 'repliesOf(beside) + member.maxOutputTokens <= tokens',
        put: 'tokens > 0',
      },
    ],
    caughtBy: {
      file: 'test/scenarios/limits.test.ts',
      test: 'the tokens of a run, when everybody is asked at once: likewise',
    },
  },
  {
    name: 'the tokens of a run are not bounded',
    edits: [
      {
        file: 'machines/turn/step.ts',
        find: 'if (isOutOfTokens(usage, allowance))',
        put: 'if (!allowance)',
      },
    ],
    caughtBy: {
      file: 'test/machines/turn-step.test.ts',
      test: 'is the text beside the calls when the tokens are spent',
    },
  },
];
