import { and, eq, sql } from 'drizzle-orm';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import type { Principal } from './principal.ts';
import { admissions, modelWishes, placeSettings } from './schema/chat.ts';
import { agentRuns, usageDays } from './schema/runs.ts';
import { dayOf } from './spend.ts';
import { given, givenMoment, statement } from './statement.ts';

/** What was asked on a day, by somebody or in a server. */
export interface Usage {
  readonly questions: number;
  /** Of those that have been answered by now. */
  readonly tokens: number;
}

/** Who asks, and in which server; left out: in none. */
export interface Asker {
  readonly userId: UserId;
  readonly guildId?: string;
}

/** Settings of servers and channels, and how much is asked there. Each method rejects with `StoreError`. */
export interface Places {
  /** As it was written; may be anything. Undefined when nothing was set. */
  settings(placeId: string, options?: CallOptions): Promise<unknown>;
  /** Replaces the settings of a place. */
  set(
    placeId: string,
    change: { readonly settings: object; readonly by: UserId },
    options?: CallOptions,
  ): Promise<void>;
  /** The model that a user wants; undefined when none was chosen. */
  wishOf(principal: Principal, options?: CallOptions): Promise<string | undefined>;
  /** Replaces what a user wants; undefined: nothing any more. */
  wish(principal: Principal, model: string | undefined, options?: CallOptions): Promise<void>;
  /** Counts a question, once, however often it comes. */
  admitted(asker: Asker & { readonly messageId: string }, options?: CallOptions): Promise<void>;
  /** What has been admitted today (UTC). */
  usage(
    asker: Asker,
    options?: CallOptions,
  ): Promise<{ readonly user: Usage; readonly server: Usage }>;
}

export function createPlaces(database: Database, clock: Clock): Places {
  return {
    async settings(placeId, options) {
      const [row] = await database.run(settingsOfPlace, { placeId }, options);
      return row?.settings;
    },
    async set(placeId, { settings, by }, options) {
      const values = { placeId, settings: cleanJson(settings), by, at: clock.now() };
      await database.run(setPlace, values, options);
    },
    async wishOf({ userId }, options) {
      const [row] = await database.run(wishOfUser, { userId }, options);
      return row?.model;
    },
    async wish({ userId }, model, options) {
      if (model === undefined) await database.run(dropWish, { userId }, options);
      else await database.run(setWish, { userId, model, at: clock.now() }, options);
    },
    async admitted({ messageId, userId, guildId = null }, options) {
      const values = { messageId, userId, guildId, day: dayOf(clock.now()) };
      await database.run(admitQuestion, values, options);
    },
    async usage({ userId, guildId = null }, options) {
      const values = { userId, guildId, day: dayOf(clock.now()) };
      const [row] = await database.run(usageOfDay, values, options);
      return {
        user: { questions: row?.userQuestions ?? 0, tokens: row?.userTokens ?? 0 },
        server: { questions: row?.guildQuestions ?? 0, tokens: row?.guildTokens ?? 0 },
      };
    },
  };
}

const settingsOfPlace = statement('place_settings', (db) =>
  db
    .select({ settings: placeSettings.settings })
    .from(placeSettings)
    .where(eq(placeSettings.placeId, given('placeId'))),
);

const setPlace = statement('place_set', (db) => {
  const written = db.$with('written', { id: sql<string>`place_id`.as('place_id') }).as(sql`
    insert into ${placeSettings} (place_id, settings, updated_by, updated_at)
    values (${given('placeId')}, ${given('settings')}::jsonb, ${given('by')}, ${givenMoment('at')})
    on conflict (place_id) do update set
      settings = excluded.settings, updated_by = excluded.updated_by, updated_at = excluded.updated_at
    returning place_id`);
  return db.with(written).select({ id: written.id }).from(written);
});

const wishOfUser = statement('model_wish', (db) =>
  db
    .select({ model: modelWishes.model })
    .from(modelWishes)
    .where(eq(modelWishes.userId, given('userId'))),
);

const setWish = statement('model_wish_set', (db) => {
  const written = db.$with('written', { id: sql<string>`user_id`.as('user_id') }).as(sql`
    insert into ${modelWishes} (user_id, model, updated_at)
    values (${given('userId')}, ${given('model')}, ${givenMoment('at')})
    on conflict (user_id) do update set model = excluded.model, updated_at = excluded.updated_at
    returning user_id`);
  return db.with(written).select({ id: written.id }).from(written);
});

const dropWish = statement('model_wish_drop', (db) =>
  db
    .delete(modelWishes)
    .where(eq(modelWishes.userId, given('userId')))
    .returning({ userId: modelWishes.userId }),
);

/** Whoever comes first on a day sweeps away the days before. */
const admitQuestion = statement('admission', (db) => {
  const swept = db.$with('swept', {}).as(sql`
    delete from ${admissions} where day < ${given('day')}::date - 1`);
  const admitted = db.$with('admitted', { id: sql<string>`message_id`.as('message_id') }).as(sql`
    insert into ${admissions} (message_id, user_id, guild_id, day)
    values (${given('messageId')}, ${given('userId')}, ${given('guildId')}, ${given('day')})
    on conflict do nothing
    returning message_id`);
  return db.with(swept, admitted).select({ id: admitted.id }).from(admitted);
});

const usageOfDay = statement('usage_of_day', (db) => {
  const tokens = sql`coalesce(${agentRuns.promptTokens} + ${agentRuns.completionTokens}, 0)`;
  const isUser = sql`${admissions.userId} = ${given('userId')}`;
  const isGuild = sql`${admissions.guildId} = ${given('guildId')}::text`;
  return db
    .select({
      userQuestions: sql<number>`(count(*) filter (where ${isUser}))::int`,
      // Kept by the day's spending, so that forgetting runs sets nobody's quota back.
      userTokens: sql<number>`coalesce((select tokens from ${usageDays}
        where user_id = ${given('userId')} and day = ${given('day')}), 0)::float8`,
      guildQuestions: sql<number>`(count(*) filter (where ${isGuild}))::int`,
      guildTokens: sql<number>`coalesce(sum(${tokens}) filter (where ${isGuild}), 0)::float8`,
    })
    .from(admissions)
    .leftJoin(agentRuns, eq(agentRuns.runId, admissions.messageId))
    .where(and(eq(admissions.day, given('day')), sql`(${isUser} or ${isGuild})`));
});
