import { EventEmitter } from 'node:events';
import { ChannelId, RunId, UserId } from '../machines/ids.ts';
import { DEFAULT_RUN_LIMITS } from '../machines/roster.ts';
import { DEFAULT_SUPERVISOR_LIMITS } from '../machines/supervisor/supervisor.protocol.ts';
import { PURE } from '../machines/tool-policy.ts';
import { startRuntime } from '../src/runtime/runtime.ts';
import type { TeamScope } from '../src/runtime/scope.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';

/** Teams alive at once. */
export const PLACES = 100;
/** What each team holds: a timer, a listener on something shared, and a connection that takes a moment to close. */
export const RESOURCES_PER_TEAM = 3;

/** What was acquired and given back, counted where it happens. */
export interface Counts {
  activations: number;
  acquired: number;
  disposed: number;
  /** Resources given back more than once. */
  repeated: number;
  live: number;
  maxLive: number;
}

/** A real house on the real clock: a model that answers at once, a store that keeps nothing, real resources. */
export async function openProofHouse(random: () => number) {
  const counts = { activations: 0, acquired: 0, disposed: 0, repeated: 0, live: 0, maxLive: 0 };
  const shared = new EventEmitter().setMaxListeners(PLACES + 1);
  const runtime = startRuntime({
    roster: {
      name: 'proof',
      mode: 'coordinate',
      leader: AGENT,
      members: [],
      limits: DEFAULT_RUN_LIMITS,
    },
    model: { call: () => Promise.resolve(ANSWER) },
    tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
    runs: {
      hydrate: () => Promise.resolve({ kind: 'ready' }),
      begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
      record: () => Promise.resolve({ kind: 'saved' }),
      end: () => Promise.resolve({ kind: 'saved' }),
    },
    limits: {
      supervisor: { ...DEFAULT_SUPERVISOR_LIMITS, maxTeams: PLACES },
      team: { concurrency: 1, maxQueued: 10, maxQueuedPerChannel: 5 },
    },
    clock: systemClock,
    random,
    log: silentLog,
    furnish: (scope) => furnish(scope, counts, shared),
    graceMs: { drain: 10_000, leave: 5_000, dispose: 5_000 },
  });
  await runtime.recover();
  let asked = 0;
  return {
    counts,
    listeners: () => shared.listenerCount('news'),
    stop: () => runtime.stop(),
    /** One question of this user; resolves with how it ended. */
    async ask(user: number): Promise<string> {
      asked += 1;
      const events = runtime.ask({
        runId: RunId(`r${asked}`),
        userId: UserId(`u${user}`),
        channelId: CHANNEL,
        text: 'What is six times seven?',
        at: systemClock.now(),
      });
      for await (const event of events) {
        if (event.type === 'run.settled') return event.outcome.kind;
      }
      throw new Error(`r${asked} ended without an outcome.`);
    },
  };
}

async function furnish(scope: TeamScope, counts: Counts, shared: EventEmitter): Promise<void> {
  counts.activations += 1;
  counts.live += 1;
  counts.maxLive = Math.max(counts.maxLive, counts.live);
  let closed = 0;
  const close = (): void => {
    closed += 1;
    counts.disposed += 1;
    if (closed > RESOURCES_PER_TEAM) counts.repeated += 1;
  };
  const hold = (name: string, dispose: () => void | Promise<void>): void => {
    counts.acquired += 1;
    scope.acquire(name, dispose);
  };
  const timer = setInterval(() => {}, 60_000);
  hold('timer', () => {
    clearInterval(timer);
    counts.live -= 1;
    close();
  });
  await Promise.resolve();
  const hear = (): void => {};
  shared.on('news', hear);
  hold('listener', () => {
    shared.off('news', hear);
    close();
  });
  hold('connection', async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    close();
  });
}

const CHANNEL = ChannelId('c');

const AGENT = {
  name: 'leader',
  description: 'Answers.',
  instructions: 'Answer.',
  tools: [],
  maxOutputTokens: 100,
};

const ANSWER = {
  kind: 'replied',
  reply: {
    text: 'Forty-two.',
    toolCalls: [],
    model: 'proof',
    usage: { calls: 1, promptTokens: 10, completionTokens: 3, cachedTokens: 0, costMicroUsd: 0 },
    finish: 'stop',
  },
} as const;
