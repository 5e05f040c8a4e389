import { setImmediate as nextTurn } from 'node:timers/promises';
import postgres from 'postgres';
import { expect, it } from 'vitest';
import { countRoundTrips } from '../support/round-trips.ts';
import { aQuestion, aRun, aStep, untilDone } from '../support/store-builders.ts';
import { aDatabase, later, open, wiredTo } from './postgres-kit.ts';

/** Somebody else at the same database, in a transaction of their own. */
const aNeighbour = (url: string) =>
  later(postgres(url, { max: 1 }), (sql) => sql.end({ timeout: 5 }));

/** Resolves when somebody waits for what this one holds. The database tells when: no polling from here. */
const somebodyWaits = (sql: postgres.Sql) =>
  sql.unsafe(
    `do $$ begin
       for n in 1..1000 loop
         if exists (select from pg_locks where not granted
                    and pg_backend_pid() = any(pg_blocking_pids(pid))) then return; end if;
         perform pg_sleep(0.005);
       end loop;
       raise exception 'nobody ever waited';
     end $$`,
  );

it('keeps no step of a run that is being taken over just then', async () => {
  const { url } = await aDatabase();
  const store = await open(url);
  const question = aQuestion();
  await store.runs.begin(aRun(question), question, untilDone);
  const newer = await aNeighbour(url).reserve();
  await newer`begin`;
  await newer`update agent_runs set fence = fence + 1 where run_id = ${question.runId}`;

  const told = store.runs.record(aStep(question), untilDone);
  await somebodyWaits(newer);
  await newer`commit`;

  expect(await told).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
  expect(await newer`select * from run_steps`).toEqual([]);
  newer.release();
}, 60_000);

it('gives a run that is taken over the step that was being kept just then', async () => {
  const { url } = await aDatabase();
  const store = await open(url);
  const question = aQuestion();
  await store.runs.begin(aRun(question), question, untilDone);
  await store.runs.record(aStep(question), untilDone);
  const older = await aNeighbour(url).reserve();
  await older`begin`;
  await older`select from agent_runs where run_id = ${question.runId} for share`;
  await older`insert into run_steps
    select run_id, 'leader/2', kind, input_hash, output, recorded_at from run_steps`;

  const start = store.runs.begin(aRun(question, 2), question, untilDone);
  await somebodyWaits(older);
  await older`commit`;

  expect(await start).toMatchObject({ steps: [{}, { stepKey: 'leader/2' }] });
  older.release();
}, 60_000);

it('keeps steps that become ready in the same moment in one round trip', async () => {
  const { wire, url } = await wiredTo((await aDatabase()).url);
  const store = await open(url);
  const questions = Array.from({ length: 20 }, () => aQuestion());
  for (const question of questions) await store.runs.begin(aRun(question), question, untilDone);
  const count = countRoundTrips(wire);

  await Promise.all(questions.map((question) => store.runs.record(aStep(question), untilDone)));

  expect(count()).toBe(1);
}, 60_000);

it('takes along what comes while every connection is busy', async () => {
  const database = await aDatabase();
  const { wire, url } = await wiredTo(database.url);
  const store = await open(url, { maxConnections: 1 });
  const questions = Array.from({ length: 6 }, () => aQuestion());
  for (const question of questions) await store.runs.begin(aRun(question), question, untilDone);
  const [first, ...others] = questions.map((question) => aStep(question));
  const holder = await aNeighbour(database.url).reserve();
  await holder`begin`;
  await holder`select from agent_runs where run_id = ${String(first?.run.runId)} for update`;
  const count = countRoundTrips(wire);
  const keep = (step: ReturnType<typeof aStep>) => store.runs.record(step, untilDone);

  const told = first === undefined ? [] : [keep(first)];
  await somebodyWaits(holder);
  for (const step of others) {
    told.push(keep(step));
    await nextTurn();
  }
  await holder`commit`;

  expect(await Promise.all(told)).toEqual(questions.map(() => ({ kind: 'saved' })));
  expect(count()).toBe(2);
  holder.release();
}, 60_000);
