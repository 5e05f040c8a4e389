import { desc, eq, sql } from 'drizzle-orm';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { Audience } from '../../machines/memory/memories.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import { type PastRun, pastRunColumns, theirRuns, toPastRun } from './past-run.ts';
import type { Principal } from './principal.ts';
import { memorySettings } from './schema/memories.ts';
import { agentRuns, searchable } from './schema/runs.ts';
import { anyWord, given, one, statement } from './statement.ts';

export interface PastSearch extends CallOptions {
  /** Words, as people write them; any of them may match. */
  readonly query: string;
  /** At most this many, from 1 up. */
  readonly limit: number;
  /** Only this channel's runs. */
  readonly channelId?: ChannelId;
  /** Who will read what is found. Left out: its owner alone. */
  readonly readers?: PastReaders;
}

/** Those who read along where a run is answered. */
export interface PastReaders {
  /** The run that asks: who reads along is kept with it. */
  readonly runId: RunId;
  /** Channels whose other readers include all of them. What was said elsewhere is not for them. */
  readonly channels: readonly ChannelId[];
}

/**
 * The principal's own ended runs whose question or answer has words of the query: best match first, newer before older.
 * Where others read along, only what was said before them all; what was said in private only if its owner allows it.
 */
export async function searchPast(
  database: Database,
  { userId }: Principal,
  { query, limit, channelId, readers, ...options }: PastSearch,
): Promise<readonly PastRun[]> {
  const shown = await shownTo(database, { userId }, { readers, options });
  const values = {
    ...shown,
    userId,
    limit,
    query: query.slice(0, 1_000),
    channelId: channelId ?? null,
    channels: cleanJson(readers?.channels ?? []),
  };
  // The index of words cannot be used through the second fence; what is read of the runs that it names goes through it.
  const found = await database.run(runsAbout, values, options);
  if (found.length === 0) return [];
  const runIds = cleanJson(found.map(({ runId }) => runId));
  const read = await database.runAs(
    userId,
    { what: runsNamed, values: { userId, runIds } },
    options,
  );
  const byId = new Map(read.map((row) => [row.runId, row]));
  return found.flatMap(({ runId }) => {
    const row = byId.get(runId);
    return row === undefined ? [] : [toPastRun(row)];
  });
}

/** What may be shown: all of it, or what was said before others in some channels, and perhaps what was said in private. */
interface Shown {
  readonly all: boolean;
  readonly direct: boolean;
}

async function shownTo(
  database: Database,
  { userId }: Principal,
  {
    readers,
    options,
  }: { readonly readers: PastReaders | undefined; readonly options: CallOptions },
): Promise<Shown> {
  if (readers === undefined) return { all: true, direct: true };
  const call = { what: readersOfRun, values: { userId, runId: readers.runId } };
  const [row] = await database.runAs(userId, call, options);
  return { all: row?.audience === 'asker', direct: row?.directEverywhere === true };
}

const readersOfRun = statement('past_readers', (db) =>
  db
    .select({
      audience: sql<Audience | null>`(select a.audience from ${agentRuns} a
        where a.run_id = ${given('runId')} and a.user_id = ${given('userId')})`,
      directEverywhere: memorySettings.directEverywhere,
    })
    .from(one)
    .leftJoin(memorySettings, eq(memorySettings.userId, given('userId'))),
);

const runsAbout = statement('runs_about', (db) => {
  const match = sql`ts_rank(${searchable(agentRuns)}, ${anyWord})`;
  const ageInMonths = sql`extract(epoch from now() - ${agentRuns.endedAt}) / 2592000`;
  return db
    .select({ runId: agentRuns.runId })
    .from(agentRuns)
    .where(
      sql`${theirRuns()} and ${searchable(agentRuns)} @@ ${anyWord}
        and (${given('channelId')}::text is null or ${agentRuns.channelId} = ${given('channelId')})
        and (${given('all')}::boolean
          or (${agentRuns.audience} = 'others' and ${agentRuns.channelId} in (
            select jsonb_array_elements_text(${given('channels')}::jsonb)))
          or (${agentRuns.audience} = 'asker' and ${given('direct')}::boolean))`,
    )
    .orderBy(desc(sql`${match} / (1 + greatest(0, ${ageInMonths}))`), desc(agentRuns.endedAt))
    .limit(given('limit'));
});

const runsNamed = statement('runs_named', (db) =>
  db
    .select(pastRunColumns)
    .from(agentRuns)
    .where(
      sql`${theirRuns()} and ${agentRuns.runId} in (
        select jsonb_array_elements_text(${given('runIds')}::jsonb))`,
    ),
);
