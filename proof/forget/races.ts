import { randomUUID } from 'node:crypto';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { MemoryHouse } from '../../src/memory-house.ts';
import type { Store } from '../../src/store/store.ts';
import type { Troupe } from '../../src/troupe.ts';
import { addingMemory, aMemory } from '../../test/support/memory-builders.ts';
import type { Random } from '../../test/support/random.ts';
import { anAnswer, aRecord, aRun, aStep, untilDone } from '../../test/support/store-builders.ts';

/** What goes on while a user wants to be forgotten. */
export const RIVALS = [
  'a run under way',
  'a team that is passivated',
  'an old incarnation that writes',
  'memories being written',
  'questions that come again',
  'an erasure cut short',
  'a command in another process',
] as const;
export type Rival = (typeof RIVALS)[number];

export interface Scene {
  readonly troupe: Troupe;
  readonly memory: MemoryHouse;
  /** Where the operator's command does the same, in the other process. */
  readonly command: MemoryHouse;
  readonly store: Store;
  /** Another process on the same database. */
  readonly other: Store;
  readonly random: Random;
}

/** One race: somebody says something, and while it is worked on, everything is to be forgotten. */
export async function race(scene: Scene, rival: Rival): Promise<UserId> {
  const { troupe, memory, command, store, random } = scene;
  const userId = UserId(`user-${randomUUID()}`);
  const asked = [0, 1].slice(0, 1 + random.upTo(2)).map((nth) => drawQuestion(userId, nth));
  const runs = asked.map((question) => listen(troupe, question));
  await pause(random.upTo(12));
  const busy = rivalry(scene, { rival, userId, asked });
  await pause(random.upTo(4));
  if (rival === 'an erasure cut short') await cutShort(scene, userId);
  else {
    const house = rival === 'a command in another process' ? command : memory;
    await house.forget({ userId }, { kind: 'everything' });
  }
  await Promise.all([...runs, ...busy]);
  // The next opening of the house does this before anything else.
  await store.forgetting.finish();
  return userId;
}

/** The process stops waiting in the middle of it, as one that is killed does. */
async function cutShort({ troupe, store, random }: Scene, userId: UserId): Promise<void> {
  const killed = new AbortController();
  troupe.cancel({ userId });
  const cut = store.forgetting.forget(userId, { kind: 'everything' }, { signal: killed.signal });
  const settled = cut.catch(() => undefined);
  await pause(random.upTo(6));
  killed.abort();
  await settled;
  troupe.dismiss(userId);
  // Not even the request may have been kept by then; the user asks again.
  await store.forgetting.forget(userId, { kind: 'everything' });
}

interface Rivalry {
  readonly rival: Rival;
  readonly userId: UserId;
  readonly asked: readonly Question[];
}

function rivalry(scene: Scene, { rival, userId, asked }: Rivalry): readonly Promise<unknown>[] {
  const { troupe, store, other } = scene;
  switch (rival) {
    case 'a run under way':
    case 'an erasure cut short':
    case 'a command in another process':
      return [];
    case 'a team that is passivated':
      troupe.dismiss(userId);
      return [];
    case 'an old incarnation that writes':
      return asked.flatMap((question) => [
        other.runs.record(aStep(question), untilDone),
        other.runs.end(aRecord(question, anAnswer('late')), untilDone),
        other.runs.begin(aRun(question, 2), question, untilDone),
      ]);
    case 'memories being written':
      return asked.map((question) =>
        other.memories.apply({ userId }, addingMemory(aMemory(question))),
      );
    case 'questions that come again':
      return asked.flatMap((question) => [
        store.inbox.accept({ ...question, runId: RunId(randomUUID()) }),
        other.inbox.accept(question),
        listen(troupe, question),
      ]);
  }
}

const drawQuestion = (userId: UserId, nth: number): Question => ({
  runId: RunId(randomUUID()),
  userId,
  channelId: ChannelId(`channel${nth}`),
  text: `Remember that I like number ${nth}.`,
  at: Date.now(),
});

async function listen(troupe: Troupe, { runId, userId, channelId, text }: Question): Promise<void> {
  for await (const _ of troupe.ask({ runId, userId, channelId, text })) {
    // Only the end counts.
  }
}

/** Not to wait for anything: a race is about what comes first. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
