import type { RunOutcome } from '../machines/question.ts';
import { DEFAULT_RUN_LIMITS } from '../machines/roster.ts';
import type { SupervisorLimits } from '../machines/supervisor/supervisor.protocol.ts';
import { PURE } from '../machines/tool-policy.ts';
import { keptIn } from '../src/house-store.ts';
import { scriptedModel } from '../src/model/scripted.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { openStore } from '../src/store/store.ts';
import { createTroupe, type Troupe } from '../src/troupe.ts';
import { startPostgres } from '../test/support/postgres-process.ts';
import type { Random } from '../test/support/random.ts';

/** What became of one question. */
export interface Told {
  readonly outcome: RunOutcome;
  readonly ms: number;
}

/** A house on the real clock and on a real PostgreSQL, with a model that takes its time. */
export interface FairHouse {
  readonly troupe: Troupe;
  /** The most teams that were ever seen alive. */
  maxLive(): number;
  ask(userId: string, channelId: string): Promise<Told>;
  close(): Promise<void>;
}

interface FairHouseOptions {
  readonly random: Random;
  readonly limits: Partial<SupervisorLimits>;
}

/** What the model takes for a reply, and what it says that it cost. */
const REPLY_MS = { least: 60, spread: 80 };
const TOKENS = 400;

export async function openFairHouse({ random, limits }: FairHouseOptions): Promise<FairHouse> {
  const server = await startPostgres();
  const store = await openStore({ place: { kind: 'postgres', url: server.url('postgres') } });
  const agent = {
    name: 'leader',
    description: '',
    instructions: '',
    tools: [],
    maxOutputTokens: 500,
  };
  const troupe = await createTroupe({
    roster: {
      name: 'fair',
      mode: 'coordinate',
      leader: agent,
      members: [],
      limits: DEFAULT_RUN_LIMITS,
    },
    tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
    model: scriptedModel(() => ({
      kind: 'say',
      text: 'Here you are.',
      usage: { promptTokens: TOKENS },
      delayMs: REPLY_MS.least + random.next() * REPLY_MS.spread,
    })),
    store: keptIn(store, { clock: systemClock, log: silentLog }),
    limits: { supervisor: limits },
  });
  let maxLive = 0;
  return {
    troupe,
    maxLive: () => maxLive,
    async ask(userId, channelId) {
      const started = performance.now();
      for await (const event of troupe.ask({ userId, channelId, text: 'Well?' })) {
        if (event.type === 'run.started') {
          maxLive = Math.max(maxLive, troupe.view(0).teamCount);
        }
        if (event.type === 'run.settled') {
          return { outcome: event.outcome, ms: performance.now() - started };
        }
      }
      throw new Error('The events of a run ended before its outcome.');
    },
    async close() {
      await troupe.stop();
      await store.close();
      await server.stop();
    },
  };
}
