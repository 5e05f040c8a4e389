import { randomUUID } from 'node:crypto';
import type { Memory } from '../../machines/memory/memories.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { keptIn } from '../../src/house-store.ts';
import { createKeeper } from '../../src/memory/keeper.ts';
import { createRanking } from '../../src/memory/ranking.ts';
import { chooseMemories, renderMemories } from '../../src/memory/recall.ts';
import { scriptedModel } from '../../src/model/scripted.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { openStore } from '../../src/store/store.ts';
import { anAgent, aRoster } from '../../src/testing/builders.ts';
import { createTroupe } from '../../src/troupe.ts';
import { aMemory } from '../../test/support/memory-builders.ts';
import { seeded } from '../../test/support/random.ts';
import { aQuestion } from '../../test/support/store-builders.ts';
import { median } from '../figures.ts';
import { drawDialogue } from './dialogues.ts';

const MEMORIES = 1_000;

/** The median time that it takes to choose and word what a run is shown, for a user with a thousand memories. */
export function recallMedianMs(seed: number): number {
  const { turns, questions } = drawDialogue(seeded(seed), { turns: MEMORIES, questions: 110 });
  const memories = turns.slice(0, MEMORIES).map((text, at) => memoryOf(text, at));
  const ranking = createRanking(memories);
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const { text } of questions) {
      const started = performance.now();
      renderMemories(chooseMemories(memories, ranking.rank({ text, now: 0 })));
      times.push(performance.now() - started);
    }
  }
  return median(times);
}

const KINDS = ['fact', 'fact', 'event', 'preference', 'instruction'] as const;

const memoryOf = (text: string, at: number): Memory =>
  aMemory(aQuestion({ text }), { kind: KINDS[at % KINDS.length] ?? 'fact' });

/** What each call of the memory's model takes: more than an answer. */
const LEARNING_MS = 50;

export interface Latency {
  /** Medians. */
  readonly withoutMs: number;
  readonly withMs: number;
  readonly addedMs: number;
  /** What two medians of the same thing may differ by on this machine: the spread of the middle half of the answers. */
  readonly noiseMs: number;
}

/** Asks as often without learning and with learning from every message, in turns, and compares the time to the outcome. */
export async function learningLatency(asks: number): Promise<Latency> {
  const [without, learning] = [await openAsker(false), await openAsker(true)];
  const times = { without: [] as number[], learning: [] as number[] };
  for (let nth = 0; nth < asks; nth++) {
    times.without.push(await without.ask(nth));
    times.learning.push(await learning.ask(nth));
  }
  await without.close();
  await learning.close();
  const [withoutMs, withMs] = [median(times.without), median(times.learning)];
  const sorted = times.without.toSorted((a, b) => a - b);
  const quartile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    withoutMs: rounded(withoutMs),
    withMs: rounded(withMs),
    addedMs: rounded(Math.max(0, withMs - withoutMs)),
    noiseMs: rounded(quartile(0.75) - quartile(0.25)),
  };
}

async function openAsker(learns: boolean) {
  const store = await openStore({ place: { kind: 'memory' }, remembers: learns });
  const model = scriptedModel((request) =>
    request.agent === 'memory'
      ? { kind: 'say', text: '{"operations":[]}', delayMs: LEARNING_MS }
      : { kind: 'say', text: 'Noted.' },
  );
  const keeper = createKeeper({
    store: store.memories,
    model,
    clock: systemClock,
    log: silentLog,
    newId: randomUUID,
  });
  const troupe = await createTroupe({
    roster: aRoster({ leader: anAgent('leader'), members: [] }),
    model,
    tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
    store: keptIn(store, { clock: systemClock, log: silentLog }),
    ...(learns ? { memories: keeper } : {}),
  });
  return {
    async ask(nth: number): Promise<number> {
      const text = `Remember that my lucky number is ${nth}.`;
      const started = performance.now();
      for await (const _ of troupe.ask({ userId: `user${nth % 10}`, channelId: 'lab', text })) {
        // Only the end counts.
      }
      return performance.now() - started;
    },
    async close() {
      await troupe.stop();
      await store.close();
    },
  };
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
