import pino from 'pino';
import type { Config } from './config.ts';
import type { Log, LogFields } from './shared/log.ts';

/** One JSON object a line: `level`, `time` (ISO 8601), `event`, and the fields. */
export function jsonLog(level: Config['logLevel'], write: (line: string) => void): Log {
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
