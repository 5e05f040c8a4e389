import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Usage } from '../../machines/conversation.ts';
import { NO_USAGE, tokensOf } from '../../machines/conversation.ts';
import type { RunId } from '../../machines/ids.ts';
import {
  DEFAULT_MEMORY_SETTINGS,
  type Memory,
  type MemoryChange,
  type MemorySettings,
  type Said,
} from '../../machines/memory/memories.ts';
import type { Clock } from '../shared/clock.ts';
import { lastChange, noteChange } from './changes.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import { applyChanges, eraseMemory } from './memory-changes.ts';
import { memoryColumns, toMemory, writtenMemory } from './memory-row.ts';
import type { Principal } from './principal.ts';
import { memorySettings, userMemories } from './schema/memories.ts';
import { agentRuns } from './schema/runs.ts';
import { dayOf } from './spend.ts';
import { given, givenMoment, one, statement } from './statement.ts';

/** What a team needs to know of its user before the first run. */
export interface KnownUser {
  /** Live ones, the most important first; at most `MAX_LIVE_MEMORIES`. */
  readonly memories: readonly Memory[];
  readonly settings: MemorySettings;
  /** How much was said that has not been gone through yet. */
  readonly unread: number;
  /** The number of the last change that is in it, by whomever it was made. */
  readonly asOf: number;
}

/** What came of going through what was said. */
export interface Reading {
  readonly changes: readonly MemoryChange[];
  /** What need not be gone through again. */
  readonly read: readonly RunId[];
  /** Ids of memories that had something to do with what was asked meanwhile. */
  readonly recalled?: readonly string[];
  readonly usage?: Usage;
}

/** The principal's own memories, and nobody else's. Each method rejects with `StoreError`. */
export interface Memories {
  known(principal: Principal, options?: CallOptions): Promise<KnownUser>;
  /** The number of the last change of what is kept of the user: what was known before it does not hold any more. */
  lastChange(principal: Principal, options?: CallOptions): Promise<number>;
  /** All there ever were, superseded ones too, oldest first. */
  all(principal: Principal, options?: CallOptions): Promise<readonly Memory[]>;
  /** What was said and has not been gone through, oldest first. */
  unread(principal: Principal, limit: number, options?: CallOptions): Promise<readonly Said[]>;
  /**
   * Keeps changes, their audit, what was read and what that cost: all in one transaction, idempotent. Of what has been
   * forgotten meanwhile, nothing is kept. Gives back the ids of memories that are there now.
   */
  apply(principal: Principal, reading: Reading, options?: CallOptions): Promise<readonly string[]>;
  /** Erases a memory and what it had superseded, the audit's texts included; false when there is no such memory. */
  erase(principal: Principal, memoryId: string, options?: CallOptions): Promise<boolean>;
  set(principal: Principal, settings: MemorySettings, options?: CallOptions): Promise<void>;
}

/** A team keeps this many in mind; more would neither be read nor fit. */
const MAX_LIVE_MEMORIES = 1_000;

export interface MemoriesOptions {
  readonly clock: Clock;
  /** The number of this process. */
  readonly owner: () => number;
}

export function createMemories(database: Database, { clock, owner }: MemoriesOptions): Memories {
  return {
    async known({ userId }, options) {
      const [known] = await database.runAs(
        userId,
        { what: settingsAndUnread, values: { userId } },
        options,
      );
      const rows = await database.runAs(
        userId,
        { what: liveMemories, values: { userId, limit: MAX_LIVE_MEMORIES } },
        options,
      );
      return {
        memories: rows.map(toMemory),
        settings: settingsOf(known),
        unread: known?.unread ?? 0,
        asOf: known?.asOf ?? 0,
      };
    },
    async lastChange({ userId }, options) {
      const [row] = await database.run(lastChangeOf, { userId }, options);
      return row?.asOf ?? 0;
    },
    async all({ userId }, options) {
      const call = { what: allMemories, values: { userId } };
      return (await database.runAs(userId, call, options)).map(toMemory);
    },
    async unread({ userId }, limit, options) {
      const rows = await database.run(unreadRuns, { userId, limit }, options);
      return rows.map((row) => ({ ...row, at: row.at.getTime() }));
    },
    async apply({ userId }, { changes, read, recalled = [], usage = NO_USAGE }, options) {
      const at = clock.now();
      const values = {
        userId,
        at,
        day: dayOf(at),
        tokens: tokensOf(usage),
        cost: usage.costMicroUsd,
        read: cleanJson(read),
        written: cleanJson(changes.flatMap(writtenOf)),
        deleted: cleanJson(changes.flatMap(deletedOf)),
        givenUp: cleanJson(changes.flatMap(givenUpOf)),
        recalled: cleanJson(recalled),
      };
      const rows = await database.runAs(userId, { what: applyChanges, values }, options);
      return rows.flatMap(({ id }) => (id === null ? [] : [id]));
    },
    async erase({ userId }, memoryId, options) {
      if (!UUID.test(memoryId)) return false;
      const values = { userId, memoryId, at: clock.now(), owner: owner() };
      const rows = await database.runAs(userId, { what: eraseMemory, values }, options);
      return rows.length > 0;
    },
    async set({ userId }, settings, options) {
      const values = { userId, ...settings, at: clock.now(), owner: owner() };
      await database.runAs(userId, { what: keepSettings, values }, options);
    },
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const writtenOf = (change: MemoryChange) => {
  if (!('memory' in change)) return [];
  const supersedes = change.kind === 'supersede' ? change.id : null;
  return [{ ...writtenMemory(change.memory), supersedes }];
};

const deletedOf = (change: MemoryChange) =>
  change.kind === 'delete' ? [{ id: change.id, run_id: change.runId }] : [];

const givenUpOf = (change: MemoryChange) =>
  change.kind === 'unite' || change.kind === 'retire'
    ? [{ id: change.id, into_id: change.kind === 'unite' ? change.into : null }]
    : [];

interface SettingsRow {
  readonly enabled: boolean | null;
  readonly directEverywhere: boolean | null;
}

const settingsOf = (row: SettingsRow | undefined): MemorySettings => ({
  enabled: row?.enabled ?? DEFAULT_MEMORY_SETTINGS.enabled,
  directEverywhere: row?.directEverywhere ?? DEFAULT_MEMORY_SETTINGS.directEverywhere,
});

const settingsAndUnread = statement('memory_settings', (db) =>
  db
    .select({
      enabled: memorySettings.enabled,
      directEverywhere: memorySettings.directEverywhere,
      unread: sql`(select count(*) from agent_runs r
        where r.user_id = ${given('userId')} and r.to_remember)`.mapWith(Number),
      asOf: lastChange,
    })
    .from(one)
    .leftJoin(memorySettings, eq(memorySettings.userId, given('userId'))),
);

const lastChangeOf = statement('memories_last_change', (db) =>
  db.select({ asOf: lastChange }).from(one),
);

const liveMemories = statement('memories_live', (db) =>
  db
    .select(memoryColumns)
    .from(userMemories)
    .where(and(eq(userMemories.userId, given('userId')), isNull(userMemories.supersededAt)))
    .orderBy(desc(userMemories.importance), desc(userMemories.createdAt))
    .limit(given('limit')),
);

const allMemories = statement('memories_all', (db) =>
  db
    .select(memoryColumns)
    .from(userMemories)
    .where(eq(userMemories.userId, given('userId')))
    .orderBy(asc(userMemories.createdAt), asc(userMemories.memoryId)),
);

const unreadRuns = statement('memories_unread', (db) =>
  db
    .select({
      runId: agentRuns.runId,
      channelId: agentRuns.channelId,
      text: agentRuns.question,
      at: agentRuns.askedAt,
      audience: agentRuns.audience,
    })
    .from(agentRuns)
    .where(and(eq(agentRuns.userId, given('userId')), sql`${agentRuns.toRemember}`))
    .orderBy(asc(agentRuns.askedAt), asc(agentRuns.runId))
    .limit(given('limit')),
);

const keepSettings = statement('memory_settings_keep', (db) => {
  const kept = db.$with('kept', { userId: sql<string>`user_id`.as('user_id') }).as(sql`
    insert into ${memorySettings} (user_id, enabled, direct_everywhere, updated_at)
    values (${given('userId')}, ${given('enabled')}, ${given('directEverywhere')}, ${givenMoment('at')})
    on conflict (user_id) do update set enabled = excluded.enabled,
      direct_everywhere = excluded.direct_everywhere, updated_at = excluded.updated_at
    returning user_id`);
  const noted = db
    .$with('noted', {})
    .as(noteChange({ userId: given('userId'), what: { kind: 'mind' }, owner: given('owner') }));
  return db.with(kept, noted).select({ userId: kept.userId }).from(kept);
});
