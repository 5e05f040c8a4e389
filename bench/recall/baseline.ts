import postgres from 'postgres';
import { startPostgres } from '../../test/support/postgres-process.ts';
import type { Dialogue } from './dialogues.ts';
import type { Method } from './measure.ts';

/** PostgreSQL's own full text search on a real server, ranked by `ts_rank_cd`; any word of the question may match. */
export async function openBaseline(dialogues: readonly Dialogue[]) {
  const server = await startPostgres();
  const sql = postgres(server.url('postgres'), { max: 1, onnotice: () => {} });
  await sql`create table turns (dialogue int, at int, tsv tsvector)`;
  for (const [dialogue, { turns }] of dialogues.entries()) {
    const rows = turns.map((text, at) => ({ dialogue, at, text }));
    await sql`insert into turns select d.dialogue, d.at, to_tsvector('english', d.text)
      from jsonb_to_recordset(${sql.json(rows)}) as d(dialogue int, at int, text text)`;
  }
  await sql`create index on turns using gin (tsv)`;
  await sql`analyze turns`;
  return {
    method:
      (dialogue: number): Method =>
      async (question) => {
        const rows = await sql<{ at: number }[]>`
          with q as (select replace(plainto_tsquery('english', ${question})::text, ''' & ''', ''' | ''')::tsquery as q)
          select at from turns, q where dialogue = ${dialogue} and tsv @@ q
          order by ts_rank_cd(tsv, q) desc, at desc limit 20`;
        return rows.map(({ at }) => at);
      },
    async close() {
      await sql.end();
      await server.stop();
    },
  };
}
