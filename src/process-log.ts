import pino from 'pino';
import type { Config } from './config.ts';
import { createLog, type Log, type LogFields, redactor } from './shared/log.ts';

type LogConfig = Pick<Config, 'logLevel' | 'logFormat' | 'secrets'>;

/** The log of a process: on standard error, with the configured secrets blotted out. */
export function processLog({ logLevel, logFormat, secrets }: LogConfig): Log {
  if (logFormat === 'json') return jsonLog(logLevel, redactedWriter(secrets));
  return createLog({
    level: logLevel,
    now: Date.now,
    write: (line) => process.stderr.write(line),
    secrets: secrets.map((secret) => secret.reveal()),
  });
}

/** Says longer texts on standard error, likewise. */
export const processVoice = ({ secrets }: LogConfig): ((text: string) => void) => {
  const write = redactedWriter(secrets);
  return (text) => write(`${text}\n`);
};

function redactedWriter(secrets: LogConfig['secrets']): (text: string) => void {
  const redacted = redactor(secrets.map((secret) => secret.reveal()));
  return (text) => void process.stderr.write(redacted(text));
}

/** One JSON object a line: `level`, `time` (ISO 8601), `event`, and the fields. */
function jsonLog(level: LogConfig['logLevel'], write: (line: string) => void): Log {
  const logger = pino(
    {
      level,
      messageKey: 'event',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const at =
    (label: keyof Log) =>
    (event: string, fields: LogFields = {}): void =>
      logger[label](fields, event);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
