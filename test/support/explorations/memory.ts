import { NO_USAGE } from '../../../machines/conversation.ts';
import { failure } from '../../../machines/failure.ts';
import { memoryMachine } from '../../../machines/memory/memory.machine.ts';
import type { MemoryKept, MemoryReading } from '../../../machines/memory/memory.protocol.ts';
import { aQuestion } from '../../../src/testing/builders.ts';
import type { Exploration } from '../../../src/testing/explorer.ts';
import { assert, elapses, settles, startedIn } from '../../../src/testing/exploring.ts';

const LIMITS = {
  batch: 2,
  quietMs: 1,
  tries: 3,
  backoffFirstMs: 1,
  backoffLongestMs: 2,
  flushMs: 1,
};
/** Beyond this, one more message changes nothing. */
const MANY = 4;

const LOST = failure('storage', 'gone');
const aReading = (more: boolean): MemoryReading => ({
  kind: 'read',
  changes: [],
  runs: [],
  usage: NO_USAGE,
  more,
});
const READINGS = [aReading(false), aReading(true), { kind: 'failed', failure: LOST } as const];
const KEPT: readonly MemoryKept[] = [{ kind: 'kept' }, { kind: 'failed', failure: LOST }];

/** How many messages are still to be said, and whether the team has been told to leave. */
interface World {
  readonly unsaid: number;
  readonly drained: boolean;
}

const { userId } = aQuestion();

/** All that can happen to it in a small world, and what must hold there. */
export const memoryExploration = (): Exploration<typeof memoryMachine, World> => ({
  machine: memoryMachine,
  input: { team: { userId, epoch: 1 }, unread: 1, limits: LIMITS },
  world: { unsaid: 3, drained: false },
  table: {
    'memory.heard': ({ world, snapshot }) =>
      world.unsaid > 0 && snapshot.status === 'active'
        ? [true, false].map((urgent) => ({ type: 'memory.heard' as const, urgent }))
        : [],
    'memory.drain': () => [{ type: 'memory.drain' }],
    ...settles('memory.living.work.extracting', READINGS),
    ...settles('memory.living.work.applying', KEPT),
    ...settles('memory.living.work.summarising', KEPT),
    ...elapses('quiet.memory.living.work.collecting'),
    ...elapses('backoff.memory.living.work.resting'),
    ...elapses('flush.memory.living.door.closing'),
  },
  key: ({ snapshot: { value, context }, world }) => {
    const { waiting, isUrgent, failures, found } = context;
    return JSON.stringify([value, Math.min(waiting, MANY), isUrgent, failures, found.more, world]);
  },
  observe: ({ from: { world }, event, actions }) => {
    for (const { src } of startedIn(actions)) assert(src !== undefined, 'every port is known');
    return {
      unsaid: world.unsaid - Number(event.type === 'memory.heard'),
      drained: world.drained || event.type === 'memory.drain',
    };
  },
  check: ({ snapshot, world }) => {
    const { context, status, children } = snapshot;
    assert(context.failures < LIMITS.tries, 'no more tries than allowed');
    assert(Object.keys(children).length <= 1, 'one thing at a time');
    assert(status === 'active' || world.drained, 'only a team that leaves ends it');
    if (status === 'done') assert(Object.keys(children).length === 0, 'done: nothing in flight');
    if (snapshot.matches({ living: { work: 'idle' } }))
      assert(context.waiting === 0, 'idle means that nothing waits');
  },
  goal: ({ snapshot }) => snapshot.status === 'done',
  maxStates: 20_000,
});
