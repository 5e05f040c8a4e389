import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { askFor } from './made-once.ts';
import { adminOf, runSql } from './postgres-admin.ts';

/** A database of a test's own on the real server. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** With our tables in it, or `empty`. Rejects when there is no PostgreSQL to be had: such tests fail, they never skip. */
export async function freshDatabase(
  kind: 'migrated' | 'empty' = 'migrated',
): Promise<TestDatabase> {
  const template = await askFor(inject('postgresBroker'));
  const name = `troupe_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(template);
  url.pathname = `/${name}`;
  const origin = kind === 'empty' ? 'template0' : new URL(template).pathname.slice(1);
  await runSql(adminOf(template), `create database ${name} template ${origin}`);
  return {
    url: url.href,
    drop: () => runSql(adminOf(template), `drop database ${name} with (force)`),
  };
}
