import { type ActorRefFrom, createActor, fromPromise } from 'xstate';
import { memoryMachine } from '../../machines/memory/memory.machine.ts';
import type { MemoryPort } from '../../machines/memory/memory.protocol.ts';
import {
  DEFAULT_MEMORY_LIMITS,
  type KeepMemories,
  type MemoryKept,
  type MemoryReading,
} from '../../machines/memory/memory.protocol.ts';
import type { Question, RunRef } from '../../machines/question.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { traceOf } from '../shared/thrown.ts';
import { withErrorBoundary } from './error-boundary.ts';
import type { TeamScope } from './scope.ts';
import type { HouseWatcher } from './watcher.ts';

/** What teams know of their users, and learn. */
export interface Remembering {
  /** The team knows its user from here on, until its scope closes. Never rejects on what a database can do. */
  open(team: TeamRef, options: { readonly signal: AbortSignal }): Promise<void>;
  recall: MemoryPort['recall'];
  /** The run is over. Nobody waits for what is learnt from it. */
  ended(run: RunRef, question: Question, isSaved: boolean): void;
}

export interface RememberingOptions {
  /** Left out: nothing is known, and nothing learnt. */
  readonly memories?: MemoryPort | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly scopeOf: (team: TeamRef) => TeamScope | undefined;
  /** Is shown each memory. Never throws. */
  readonly watcher?: Pick<HouseWatcher, 'memoryStarts'>;
}

type MemoryActor = ActorRefFrom<typeof memoryMachine>;

/** Gives each team that has something to learn a memory: an actor of its own, which no crash of the team takes along. */
export function createRemembering(options: RememberingOptions): Remembering | undefined {
  const { memories, clock, log, scopeOf, watcher } = options;
  if (memories === undefined) return undefined;
  const machine = bindMemory(memories, log);
  const actors = new WeakMap<TeamScope, MemoryActor>();
  /** One whose hydration is tried again has its place in the scope already. */
  const opened = new WeakSet<TeamScope>();

  const start = (scope: TeamScope, unread: number): MemoryActor => {
    const { userId, epoch } = scope;
    const actor = createActor(machine, {
      clock,
      input: { team: { userId, epoch }, unread, limits: DEFAULT_MEMORY_LIMITS },
    });
    actors.set(scope, actor);
    // Without a handler here, a bug in it would end the process.
    actor.subscribe({
      error(error) {
        actors.delete(scope);
        log.error('memory.crashed', { userId, epoch, error: traceOf(error) });
      },
    });
    watcher?.memoryStarts({ userId, epoch }, actor);
    actor.start();
    return actor;
  };
  const leave = async (scope: TeamScope): Promise<void> => {
    const actor = actors.get(scope);
    if (actor !== undefined) await drained(actor);
    memories.close(scope);
  };

  return {
    async open(team, { signal }) {
      const scope = scopeOf(team);
      if (scope === undefined) return;
      if (!opened.has(scope)) scope.acquire('memory', () => leave(scope));
      opened.add(scope);
      const unread = await memories.open(team, { signal });
      if (unread > 0 && scope.isOpen && !actors.has(scope)) start(scope, unread);
    },
    recall: memories.recall.bind(memories),
    ended(run, question, isSaved) {
      const scope = scopeOf(run);
      const urgent = memories.ended(run, question);
      if (!isSaved || scope?.isOpen !== true) return;
      (actors.get(scope) ?? start(scope, 0)).send({ type: 'memory.heard', urgent });
    },
  };
}

/** Lets it go through what waits, for as long as its chart allows; then it is stopped, whatever it does. */
function drained(actor: MemoryActor): Promise<void> {
  return new Promise((resolve) => {
    if (actor.getSnapshot().status !== 'active') {
      resolve();
      return;
    }
    actor.subscribe({ complete: resolve, error: () => resolve() });
    actor.send({ type: 'memory.drain' });
  });
}

/** The machine with its ports bound, made once. */
function bindMemory(memories: MemoryPort, log: Log): typeof memoryMachine {
  const readMessages = fromPromise<MemoryReading, TeamRef>(async ({ input, signal }) =>
    told(await memories.read(input, { signal }), input, log),
  );
  const keepMemories = fromPromise<MemoryKept, KeepMemories>(async ({ input, signal }) =>
    told(await memories.keep(input, { signal }), input.team, log),
  );
  const summarise = fromPromise<MemoryKept, TeamRef>(async ({ input, signal }) =>
    told(await memories.summarise(input, { signal }), input, log),
  );
  return withErrorBoundary(
    memoryMachine.provide({ actors: { readMessages, keepMemories, summarise } }),
  );
}

function told<Result extends MemoryReading | MemoryKept>(
  result: Result,
  { userId }: TeamRef,
  log: Log,
): Result {
  if (result.kind === 'failed') {
    // What was not gone through waits in its rows: nothing is lost, and nobody need do anything.
    log.info('memory.failed', { userId, kind: result.failure.kind, why: result.failure.message });
  }
  return result;
}
