import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { ModelPort, ToolPort } from '../../machines/ports.ts';
import type { Roster } from '../../machines/roster.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { ChannelsFor } from '../../src/channel-history.ts';
import type { DiscordConfig } from '../../src/config/discord.ts';
import type { Deafness } from '../../src/discord/life/hearing.ts';
import { createDiscord } from '../../src/discord-house.ts';
import type { PersonFor } from '../../src/discord-people.ts';
import { keptIn } from '../../src/house-store.ts';
import { createMemoryHouse, type MemoryHouse } from '../../src/memory-house.ts';
import { type Script, scriptedModel } from '../../src/model/scripted.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { Secret } from '../../src/shared/secret.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { aRoster } from '../../src/testing/builders.ts';
import { type RecordedLog, recordedLog } from '../../src/testing/recorded-log.ts';
import { createTroupe, type Troupe } from '../../src/troupe.ts';
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../support/fake-discord/fake-discord.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const leftovers: (() => Promise<void>)[] = [];

/** Closes what a test has opened, last one first. Call it after the guard, so that it comes before it. */
export const closeAfterEach = (): void => {
  afterEach(async () => {
    for (const close of leftovers.splice(0).reverse()) await close();
  });
};

/** Closes this, too, when the test is over. */
export const closeLater = (close: () => Promise<void>): void => void leftovers.push(close);

/** A Discord that is gone when the test is over. */
export async function aDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const discord = await startFakeDiscord(options);
  leftovers.push(() => discord.close());
  return discord;
}

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-discord-'));
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that outlives the houses of a test. */
export async function aStore(): Promise<Store> {
  const { url, drop } = await freshDatabase();
  leftovers.push(drop);
  const store = await openStore({ place: { kind: 'postgres', url, maxConnections: 3 } });
  leftovers.push(store.close);
  return store;
}

/** The same at the far end of a wire that can be troubled. */
export async function aStoreByWire(): Promise<{ readonly store: Store; readonly wire: TcpProxy }> {
  const { url, drop } = await freshDatabase();
  leftovers.push(drop);
  const target = new URL(url);
  const wire = await startProxy({ host: target.hostname, port: Number(target.port) });
  leftovers.push(() => wire.close());
  target.port = String(wire.port);
  const place = { kind: 'postgres', url: target.href, maxConnections: 3 } as const;
  const store = await openStore({ place });
  leftovers.push(store.close);
  return { store, wire };
}

export interface DiscordHouseUnderTest {
  readonly log: RecordedLog;
  readonly troupe: Troupe;
  readonly memory: MemoryHouse;
  /** What Discord has refused for good. */
  readonly refusals: readonly Error[];
  /** The channels that may be quoted in an answer. */
  readonly channelsFor: ChannelsFor;
  /** Settles at the first of them. */
  readonly refused: Promise<void>;
  readonly personFor: PersonFor;
  /** How the connection stands. */
  describe(): string;
  /** Closes it; `now`: cuts short what is under way. */
  close(how?: 'now'): Promise<void>;
}

interface Wishes {
  readonly discord: FakeDiscord;
  readonly store: Store;
  readonly script?: Script;
  /** Instead of a scripted one. */
  readonly model?: ModelPort;
  readonly config?: Partial<DiscordConfig>;
  readonly maxTeams?: number;
  readonly dataDir?: string;
  readonly remembers?: boolean;
  /** 0: as many as they like. */
  readonly userTokensPerDay?: number;
  /** Those that users may choose. */
  readonly models?: readonly string[];
  readonly deafness?: Deafness;
  readonly tools?: ToolPort;
  readonly roster?: Roster;
}

/** A house on Discord, as src/app.ts ties it, with a scripted model. Closed when the test is over. */
export async function aHouseOnDiscord(wishes: Wishes): Promise<DiscordHouseUnderTest> {
  const { discord, store, maxTeams } = wishes;
  const log = recordedLog();
  const refusals: Error[] = [];
  const refusal = Promise.withResolvers<void>();
  const clock = systemClock;
  const config = { ...defaultsFor(discord), ...wishes.config };
  const port =
    wishes.model ?? scriptedModel(wishes.script ?? (() => ({ kind: 'say', text: 'Done.' })));
  const model = { name: 'scripted', offered: wishes.models ?? [], isDemo: false, port };
  const edge = createDiscord(config, {
    store,
    clock,
    log,
    timeZone: 'Europe/Berlin',
    model,
    members: ['math'],
    code: () => 'bubblewrap (alive)',
    remembers: wishes.remembers ?? true,
    userTokensPerDay: wishes.userTokensPerDay ?? 0,
    dataDir: wishes.dataDir ?? (await aFolder()),
    onRefused(error) {
      refusals.push(error);
      refusal.resolve();
    },
    ...(wishes.deafness === undefined ? {} : { deafness: wishes.deafness }),
  });
  const troupe = await createTroupe({
    roster: wishes.roster ?? aRoster(),
    model: port,
    tools: wishes.tools ?? {
      policyOf: () => PURE,
      run: () => Promise.resolve({ kind: 'returned', content: '' }),
    },
    store: keptIn(store, { clock, log, onPosted: edge.posted }),
    reply: edge.reply,
    onResumed: edge.resumed,
    lapse: edge.lapse,
    clock,
    log,
    ...(maxTeams === undefined ? {} : { limits: { supervisor: { maxTeams } } }),
  });
  const memory = createMemoryHouse({ store, troupe, onForgotten: edge.forget });
  const gate = await edge.open(troupe, memory).catch(async (error: unknown) => {
    await troupe.stop();
    await edge.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  const closeAll = async (how?: 'now'): Promise<void> => {
    await gate.close();
    const stopped = troupe.stop();
    if (how === 'now') void troupe.stop();
    await stopped;
    await edge.close();
  };
  const close = (how?: 'now'): Promise<void> => {
    closed ??= closeAll(how);
    return closed;
  };
  leftovers.push(() => close('now'));
  const { channelsFor, personFor } = edge;
  return {
    log,
    troupe,
    memory,
    channelsFor,
    personFor,
    refusals,
    refused: refusal.promise,
    describe: () => gate.describe(),
    close,
  };
}

const defaultsFor = ({ token, apiUrl }: FakeDiscord): DiscordConfig => ({
  token: new Secret(token),
  apiUrl,
  prefix: '!',
  contextMessages: 10,
  allowedBots: new Set(),
  syncLimit: 1_000,
  maxAgeMs: 15 * 60_000,
});
