import type { Reply } from '../machines/question.ts';
import { type BridgeClient, createBridgeClient } from './bridge/client.ts';
import { type BridgeHouse, startGateway } from './bridge/gateway.ts';
import { lapsed } from './bridge/intake.ts';
import { createBridgePlatform } from './bridge/platform.ts';
import { createReply } from './bridge/reply.ts';
import { bridgeWords as wordsIn } from './bridge-words.ts';
import type { BridgeConfig } from './config/bridge.ts';
import { createSender } from './delivery/sender.ts';
import { heardBefore } from './heard-before.ts';
import { endLapsed } from './house-store.ts';
import type { Lapse } from './runtime/dispatcher.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';
import { MAX_QUESTION_CHARS, type Troupe } from './troupe.ts';

/** What a chat system behind a bridge brings into a house, and takes out of it. */
export interface Bridge {
  readonly reply: Reply;
  /** Something was put into the outbox. */
  posted(): void;
  /** Ends a question of an earlier life that has become too old. */
  readonly lapse: Lapse;
  /** Begins to take questions; gives back the way to stop that, which is bounded by one write to the store. */
  open(troupe: Troupe): () => Promise<void>;
  /** Sends no more: what is left waits in the outbox for the next life. */
  close(): Promise<void>;
}

export interface BridgeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1), for jitter. Default: chance. */
  readonly random?: () => number;
  /** How the bridge's server is spoken with. Default: HTTP. */
  readonly client?: BridgeClient;
}

/** Its name in the store, in ids and in nonces: renaming it would send old answers anew. */
const PLATFORM = 'bridge';
/** Messages of one answer. */
const MAX_PARTS = 20;

/** Ties a chat system to the store: answers begin to leave, questions come once it is opened. */
export function createBridge(
  { url, token, maxAgeMs, dedupeWindowMs, maxChars }: BridgeConfig,
  options: BridgeOptions,
): Bridge {
  const { store, clock, log, random = Math.random } = options;
  const client = options.client ?? createBridgeClient({ url, token });
  const platform = createBridgePlatform({ name: PLATFORM, client, dedupeWindowMs });
  const heard = heardBefore(store.gateways, PLATFORM);
  const { outbox } = store;
  const sender = createSender({ outbox, platform, clock, log, random });
  // The store drops its listeners when it closes.
  store.onHealth(({ kind }) => {
    if (kind === 'ok') sender.wake();
  });
  return {
    reply: createReply({ maxChars, maxParts: MAX_PARTS, wordsIn }),
    posted: sender.wake.bind(sender),
    async lapse(question) {
      const before = await heard();
      if (before.kind === 'failed') return false;
      const { inTime } = before.progress ?? { inTime: 0 };
      const limits = { maxAgeMs, maxChars: MAX_QUESTION_CHARS };
      const late = lapsed(question, {
        platform: PLATFORM,
        now: clock.now(),
        inTime,
        limits,
        wordsIn,
      });
      if (late === undefined || !(await endLapsed(store, question, late))) return false;
      sender.wake();
      return true;
    },
    open(troupe) {
      const limits = { maxAgeMs, maxChars: MAX_QUESTION_CHARS };
      const house = houseOf(store, troupe, () => sender.wake());
      const gateway = startGateway({
        platform: PLATFORM,
        client,
        house,
        limits,
        wordsIn,
        clock,
        log,
        random,
      });
      return () => gateway.close();
    },
    close: () => sender.close(),
  };
}

const houseOf = ({ inbox, gateways }: Store, troupe: Troupe, posted: () => void): BridgeHouse => ({
  async ask(question) {
    const taken = await troupe.take(question);
    return taken.kind === 'untaken' || taken.kind === 'undurable' ? taken.failure : undefined;
  },
  async decline(question, why) {
    const declined = await inbox.decline(question, why);
    if (declined === 'declined') posted();
    return typeof declined === 'string' ? undefined : declined;
  },
  async advance(position) {
    const advanced = await gateways.advance(PLATFORM, position);
    return advanced === 'advanced' ? undefined : advanced;
  },
  async progress() {
    try {
      return (await gateways.read(PLATFORM)) ?? { position: 0, inTime: 0 };
    } catch (thrown) {
      return failureOf(thrown);
    }
  },
});
