import type { Config } from './config.ts';
import { createLog, type Log } from './shared/log.ts';

/** The log of a process: on standard error, with the configured secrets blotted out. */
export function processLog(config: Config): Log {
  const secrets = [config.databaseUrl, config.groq?.apiKey, config.custom?.apiKey];
  return createLog({
    level: config.logLevel,
    now: Date.now,
    write: (line) => process.stderr.write(line),
    secrets: secrets.flatMap((secret) => (secret === undefined ? [] : [secret.reveal()])),
  });
}
