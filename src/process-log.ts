import type { Config } from './config.ts';
import { createLog, type Log } from './shared/log.ts';

/** The log of a process: on standard error, with the configured secrets blotted out. */
export const processLog = ({ logLevel, secrets }: Config): Log =>
  createLog({
    level: logLevel,
    now: Date.now,
    write: (line) => process.stderr.write(line),
    secrets: secrets.map((secret) => secret.reveal()),
  });
