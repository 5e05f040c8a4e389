import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { PURE } from '../machines/tool-policy.ts';
import { openChanges } from '../src/changes-house.ts';
import { keptIn } from '../src/house-store.ts';
import { createKeeper } from '../src/memory/keeper.ts';
import { createMemoryHouse } from '../src/memory-house.ts';
import { scriptedModel } from '../src/model/scripted.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { openStore } from '../src/store/store.ts';
import { anAgent, aRoster } from '../src/testing/builders.ts';
import { createTroupe } from '../src/troupe.ts';
import { startPostgres } from '../test/support/postgres-process.ts';
import { seeded } from '../test/support/random.ts';
import { RIVALS, type Rival, race } from './forget/races.ts';
import { readOptions } from './options.ts';

/**
 * Users are forgotten while their questions are worked on, their teams leave, old incarnations write, memories are kept,
 * questions come again, erasures are cut short and asked for in another process: on a real PostgreSQL, with a second process on it. Afterwards nothing of
 * them may be there, and nothing may have come back at the very end. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ races: 1_000, seed: 1, batch: 10 });
const { seed } = numbers;
const random = seeded(seed);
const started = performance.now();

const server = await startPostgres();
const url = server.url('postgres');
const place = { kind: 'postgres', url } as const;
const store = await openStore({ place, remembers: true });
const other = await openStore({ place, remembers: true });
const clock = systemClock;
const model = scriptedModel(({ agent, messages }) =>
  agent === 'memory'
    ? {
        kind: 'use',
        calls: [
          {
            name: 'propose_memory_changes',
            input: { operations: likingsIn(messages.at(-1)?.content ?? '') },
          },
        ],
        delayMs: random.upTo(6),
      }
    : { kind: 'say', text: 'Noted.', delayMs: random.upTo(15) },
);
const keeper = createKeeper({
  store: store.memories,
  model,
  clock,
  log: silentLog,
  newId: randomUUID,
});
const troupe = await createTroupe({
  roster: aRoster({ leader: anAgent('leader'), members: [] }),
  model,
  tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
  store: keptIn(store, { clock, log: silentLog }),
  memories: keeper,
});
const memory = createMemoryHouse({ store, troupe, onChanged: (userId) => keeper.changed(userId) });
const command = createMemoryHouse({ store: other });
const changes = await openChanges({ store, clock, log: silentLog });
changes.follow(memory);
const sql = postgres(url, { max: 1, onnotice: () => {} });

const seen = new Map<Rival, number>();
const users: string[] = [];
let rows = 0;
for (let nth = 0; nth < numbers.races; nth += numbers.batch) {
  const rivals = Array.from({ length: Math.min(numbers.batch, numbers.races - nth) }, () =>
    random.pick(RIVALS),
  );
  for (const rival of rivals) seen.set(rival, (seen.get(rival) ?? 0) + 1);
  const forgotten = await Promise.all(
    rivals.map((rival) => race({ troupe, memory, command, store, other, random }, rival)),
  );
  rows += await rowsOf(forgotten);
  users.push(...forgotten);
  if (users.length % 200 === 0)
    console.error(`${users.length} of ${numbers.races} races, ${rows} rows left`);
}
await troupe.stop();
// Whatever was still on its way has arrived by now.
const resurrections = await rowsOf(users);
await sql.end();
await changes.close();
await store.close();
await other.close();
await server.stop();

for (const [rival, times] of [...seen].sort())
  console.error(`${String(times).padStart(6)}  ${rival}`);
const ok = rows === 0 && resurrections === 0;
const secs = Math.round((performance.now() - started) / 100) / 10;
console.log(
  JSON.stringify({ suite: 'forget', seed, ok, races: users.length, rows, resurrections, secs }),
);
if (!ok) process.exitCode = 1;

/** Everything in the database that is of these users, in every table that has users in it. */
async function rowsOf(userIds: readonly string[]): Promise<number> {
  const tables = await sql<{ name: string; owner: string }[]>`
    select table_name as name, column_name as owner from information_schema.columns
    where table_schema = 'public' and column_name in ('user_id', 'author_id')
      and table_name not in ('forgotten', 'user_changes', 'usage_days')`;
  let count = 0;
  for (const { name, owner } of tables) {
    const [found] = await sql<{ rows: number }[]>`
      select count(*)::int as rows from ${sql(name)} where ${sql(owner)} in ${sql([...userIds])}`;
    if (found !== undefined && found.rows > 0) console.error(`${found.rows} rows in ${name}`);
    count += found?.rows ?? 0;
  }
  const [orphans] = await sql<{ rows: number }[]>`
    select count(*)::int as rows from run_steps s where not exists (select from agent_runs r where r.run_id = s.run_id)`;
  return count + (orphans?.rows ?? 0);
}

/** What the memory's model makes of "I like …". */
function likingsIn(text: string) {
  return [...text.matchAll(/I (like number \d+)/g)].map(([quote, told]) => ({
    op: 'add',
    kind: 'preference',
    text: told,
    evidence_quote: quote,
  }));
}
