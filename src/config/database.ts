import { parseDatabaseUrl } from '../shared/database-url.ts';
import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

export function readDatabaseUrl(reader: EnvReader, name: string): Secret | undefined {
  const secret = reader.secret(name);
  const url = secret === undefined ? undefined : parseDatabaseUrl(secret.reveal());
  if (url?.ok === false) reader.problems.push(`${name} ${url.problem}.`);
  return secret;
}
