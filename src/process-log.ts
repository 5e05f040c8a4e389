import type { Config } from './config.ts';
import { createLog, type Log } from './shared/log.ts';

/** The log of a process: on standard error, with the configured secrets blotted out. */
export function processLog(config: Config): Log {
  const { exa, tavily, firecrawl } = config.web;
  const keys = [config.groq?.apiKey, config.custom?.apiKey, exa.key, tavily.key, firecrawl.key];
  const secrets = [config.databaseUrl, config.code.e2b?.key, ...keys];
  return createLog({
    level: config.logLevel,
    now: Date.now,
    write: (line) => process.stderr.write(line),
    secrets: secrets.flatMap((secret) => (secret === undefined ? [] : [secret.reveal()])),
  });
}
