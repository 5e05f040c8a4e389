import { describe, expect, it } from 'vitest';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { aQuestion, someone } from '../support/store-builders.ts';
import { aDatabase, open, outcomeOf, query } from './postgres-kit.ts';
import { underTest } from './store-under-test.ts';

const TABLES = ['user_memories', 'memory_audit', 'agent_runs', 'agent_sessions'] as const;

describe('The second fence round memories and past runs, in PostgreSQL', {
  timeout: 60_000,
}, () => {
  it('shows a statement that asks for everybody’s only those of the user it is sent for', async () => {
    const { url } = await aDatabase();
    const store = await open(url);
    const house = underTest(() => store);
    for (const text of ['I like tea.', 'I like coffee.']) {
      const question = aQuestion({ text });
      await house.answered(question);
      await store.memories.apply(question, addingMemory(aMemory(question)));
    }
    const everybody = await query(url, 'select user_id from user_memories');
    const [one] = everybody;
    const seenAs = (userId: string, table: string) =>
      query(
        url,
        `begin; select set_config('app.user_id', '${userId}', true); set local role troupe_user;
         select count(*)::int as rows from ${table}; commit`,
      ).then((results) => results.flat().flatMap((row) => ('rows' in row ? [row['rows']] : [])));

    const own = await Promise.all(TABLES.map((table) => seenAs(String(one?.['user_id']), table)));
    const nobodys = await Promise.all(TABLES.map((table) => seenAs('', table)));

    expect(everybody).toHaveLength(2);
    expect(own).toEqual([[1], [1], [1], [1]]);
    expect(nobodys).toEqual([[0], [0], [0], [0]]);
  });

  it('says why a statement could not be sent for its user, not what followed from that', async () => {
    const { url } = await aDatabase();
    await open(url);
    await query(
      url,
      `create table pg_roles (something_else text);
       do $$ begin
         execute format('alter database %I set search_path = public, pg_catalog', current_database());
       end $$`,
    );
    const store = await open(url);

    const refused = await outcomeOf(store.memories.all({ userId: someone() }));

    expect(refused).toMatchObject({ message: expect.stringContaining('42703') });
  });
});
