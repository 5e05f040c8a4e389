import { failure } from '../../machines/failure.ts';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { Memory, Said } from '../../machines/memory/memories.ts';
import type {
  KeepMemories,
  MemoryKept,
  MemoryPort,
} from '../../machines/memory/memory.protocol.ts';
import type { Question, RunRef } from '../../machines/question.ts';
import { isExplicit } from './explicit.ts';
import { createMinds, type KeeperOptions, type Mind, type Minds } from './mind.ts';
import type { Ranked } from './ranking.ts';
import { keepChanges, readSaid } from './reading.ts';
import { chooseMemories, mayBeUsed, renderMemories } from './recall.ts';
import { summariseSessions } from './summaries.ts';
import { createWishes, type Wished, type Wishes } from './wishes.ts';

/** What is known of users, kept in mind while their teams live. */
export interface MemoryKeeper extends MemoryPort {
  /** Memories that have something to do with the words, the best first; only those that may be used where the run is. */
  search(run: RunRef, words: string, options: SearchOptions): Promise<readonly Memory[]>;
  /** Remembers or forgets something at once, if the user asked for it in the run's own question. Never rejects. */
  wish(run: RunRef, wish: Wishes, options: { readonly signal: AbortSignal }): Promise<Wished>;
  /** Something of the user was changed elsewhere: it is read anew before it is used again. */
  changed(userId: UserId): void;
}

interface SearchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Opens the keeper. It holds nothing of a user whose team is gone. */
export function createKeeper(options: KeeperOptions): MemoryKeeper {
  const minds = createMinds(options);
  const questions = new Map<RunId, Question>();
  return {
    open: (team, { signal }) => minds.open(team, signal),
    async recall({ userId, runId }, question, { signal }) {
      questions.set(runId, question);
      const mind = await minds.wanted(userId, signal);
      if (mind === undefined || mind.memories.length === 0) return undefined;
      // Taken first: what is found may be of before a change that comes meanwhile.
      const { asOf } = mind;
      const ranked = await minds.rank(mind, question.text, signal);
      const text = renderMemories(chosenFor(question, mind, ranked));
      return text === undefined ? undefined : { text, asOf };
    },
    ended({ runId }, question) {
      questions.delete(runId);
      return isExplicit(question.text);
    },
    async search({ userId, runId }, words, { limit, signal }) {
      const mind = await minds.upToDate(userId, signal);
      const question = questions.get(runId);
      if (mind === undefined || question === undefined) return [];
      const ranked = await minds.rank(mind, words, signal);
      const found = ranked
        .map(({ memory }) => memory)
        .filter((memory) => mayBeUsed(memory, question, mind.settings))
        .slice(0, limit);
      for (const { id } of found) mind.recalled.add(id);
      return found;
    },
    async wish(run, wish, { signal }) {
      const mind = await minds.upToDate(run.userId, signal);
      const question = questions.get(run.runId);
      if (mind === undefined || question === undefined) return { kind: 'refused', why: 'off' };
      const wished = await createWishes({ ...options, signal })(mind, saidOf(question), wish);
      if (wished.kind !== 'done') return wished;
      await minds.renew(mind, signal);
      return wished;
    },
    changed: (userId) => minds.drop(userId),
    async read(team, { signal }) {
      const mind = minds.of(team);
      if (mind === undefined) return { kind: 'failed', failure: OVER };
      if (mind.isStale) await minds.read(mind, signal);
      if (mind.isStale) return { kind: 'failed', failure: AWAY };
      return readSaid(mind, { ...options, signal });
    },
    keep: (request, { signal }) => keepIn(minds, request, { ...options, signal }),
    summarise: (team, { signal }) => summariseSessions(team, { ...options, signal }),
    close(team) {
      minds.close(team);
      for (const [runId, { userId }] of questions) {
        if (userId === team.userId) questions.delete(runId);
      }
    },
  };
}

/** What a run is shown; what was found for it has been of use. */
function chosenFor(question: Question, mind: Mind, ranked: readonly Ranked[]): readonly Memory[] {
  const usable = mind.memories.filter((one) => mayBeUsed(one, question, mind.settings));
  const chosen = chooseMemories(usable, ranked);
  const isFound = new Set(ranked.map(({ memory }) => memory));
  for (const memory of chosen) if (isFound.has(memory)) mind.recalled.add(memory.id);
  return chosen;
}

async function keepIn(
  minds: Minds,
  request: KeepMemories,
  options: KeeperOptions & { readonly signal: AbortSignal },
): Promise<MemoryKept> {
  const mind = minds.of(request.team);
  const recalled = [...(mind?.recalled ?? [])];
  const kept = await keepChanges(request, { ...options, recalled });
  if (kept.kind === 'failed' || mind === undefined) return kept;
  for (const id of recalled) mind.recalled.delete(id);
  if (request.reading.changes.length > 0) await minds.renew(mind, options.signal);
  return kept;
}

const OVER = failure('aborted', 'This incarnation of the team is over.');
const AWAY = failure('storage', 'What is known of the user cannot be read just now.');

const saidOf = ({ runId, channelId, text, at, audience = 'asker' }: Question): Said => ({
  runId,
  channelId,
  text,
  at,
  audience,
});
