import { afterEach } from 'vitest';
import { PURE } from '../../machines/tool-policy.ts';
import { createBridge } from '../../src/bridge-house.ts';
import { keptIn } from '../../src/house-store.ts';
import { type Script, scriptedModel } from '../../src/model/scripted.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { Secret } from '../../src/shared/secret.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { aRoster } from '../../src/testing/builders.ts';
import { type RecordedLog, recordedLog } from '../../src/testing/recorded-log.ts';
import { createTroupe } from '../../src/troupe.ts';
import {
  type FakePlatform,
  type FakePlatformOptions,
  startFakePlatform,
} from '../support/fake-platform.ts';
import { freshDatabase } from '../support/postgres.ts';

/** Which a platform of a test asks for. */
export const TOKEN = 'a-token-of-ours';

const leftovers: (() => Promise<void>)[] = [];

/** Closes what a test has opened, last one first. Call it after the guard, so that it comes before it. */
export const closeAfterEach = (): void => {
  afterEach(async () => {
    for (const close of leftovers.splice(0).reverse()) await close();
  });
};

/** A platform that is gone when the test is over. */
export async function aPlatform(options: FakePlatformOptions = {}): Promise<FakePlatform> {
  const platform = await startFakePlatform({ token: TOKEN, ...options });
  leftovers.push(platform.close);
  return platform;
}

/** A database that is gone when the test is over. */
export async function aDatabase(): Promise<string> {
  const { url, drop } = await freshDatabase();
  leftovers.push(drop);
  return url;
}

/** A store that outlives the houses of a test. */
export async function aStore(database?: string): Promise<Store> {
  const url = database ?? (await aDatabase());
  const store = await openStore({ place: { kind: 'postgres', url, maxConnections: 3 } });
  leftovers.push(store.close);
  return store;
}

export interface BridgedHouse {
  readonly log: RecordedLog;
  /** Closes it; `now`: cuts short what is under way. */
  close(how?: 'now'): Promise<void>;
}

interface Wishes {
  readonly platform: FakePlatform;
  readonly store: Store;
  readonly script?: Script;
  readonly token?: string;
  readonly maxAgeMs?: number;
  readonly dedupeWindowMs?: number;
  readonly maxChars?: number;
}

/** A house behind a bridge, as src/app.ts ties it, with a scripted model. Closed when the test is over. */
export async function aBridgedHouse(wishes: Wishes): Promise<BridgedHouse> {
  const { platform, store, maxAgeMs = 0, dedupeWindowMs = 120_000, maxChars = 2_000 } = wishes;
  const log = recordedLog();
  const clock = systemClock;
  const token = new Secret(wishes.token ?? TOKEN);
  const config = { url: platform.url, token, maxAgeMs, dedupeWindowMs, maxChars };
  const bridge = createBridge(config, { store, clock, log });
  const troupe = await createTroupe({
    roster: aRoster(),
    model: scriptedModel(wishes.script ?? (() => ({ kind: 'say', text: 'Done.' }))),
    tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
    store: keptIn(store, { clock, log, onPosted: bridge.posted }),
    reply: bridge.reply,
    lapse: bridge.lapse,
    clock,
    log,
  });
  const closeGateway = bridge.open(troupe);
  let closed: Promise<void> | undefined;
  const closeAll = async (how?: 'now'): Promise<void> => {
    await closeGateway();
    const stopped = troupe.stop();
    if (how === 'now') void troupe.stop();
    await stopped;
    await bridge.close();
  };
  const close = (how?: 'now'): Promise<void> => {
    closed ??= closeAll(how);
    return closed;
  };
  leftovers.push(() => close('now'));
  return { log, close };
}

/** What stands in the channels, as `replyTo: content`. */
export const standing = ({ posted }: FakePlatform): readonly string[] =>
  posted.map(({ replyTo, content }) => `${replyTo}: ${content}`);
