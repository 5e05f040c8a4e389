/**
 * Gives the tests a real PostgreSQL: `TEST_DATABASE_URL`, else a server of our own that starts when the first test asks
 * for it. Test files run in other processes; they ask over a socket (see `postgres.ts`). Never skipped: without any
 * server, whoever asks fails.
 */
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/store.ts';
import { type MadeOnce, madeOnce } from './made-once.ts';
import { adminOf, runSql } from './postgres-admin.ts';
import { type PostgresProcess, startPostgres } from './postgres-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port where a test asks for a database. */
    readonly postgresBroker: number;
  }
}

let server: PostgresProcess | undefined;
let template: MadeOnce | undefined;

export async function setup(project: TestProject): Promise<void> {
  template = await madeOnce(makeTemplate);
  project.provide('postgresBroker', template.port);
}

export async function teardown(): Promise<void> {
  const made = await template?.close();
  if (server !== undefined) await server.stop();
  else if (made !== undefined) await dropDatabase(made);
}

/** Gives back the URL of a database that has our tables, to be copied. */
async function makeTemplate(): Promise<string> {
  const name = `troupe_template_${process.pid}`;
  const base = process.env['TEST_DATABASE_URL'] ?? (await ownServer());
  const url = new URL(base);
  url.pathname = `/${name}`;
  await runSql(adminOf(base), `create database ${name}`);
  const store = await openStore({ place: { kind: 'postgres', url: url.href } });
  await store.close();
  return url.href;
}

async function ownServer(): Promise<string> {
  server = await startPostgres();
  return server.url('postgres');
}

async function dropDatabase(url: string): Promise<void> {
  await runSql(adminOf(url), `drop database if exists ${new URL(url).pathname.slice(1)}`);
}
