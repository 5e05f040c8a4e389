import type { EnvReader } from './env-reader.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What the process says of itself. */
export interface LoggingConfig {
  readonly logLevel: LogLevel;
  /** `text`: a readable line for each event; `json`: an object. */
  readonly logFormat: 'text' | 'json';
  /** Given: every step of every run is written out, texts included; 2: whole prompts. */
  readonly debugLevel?: 1 | 2;
}

export function readLogging(reader: EnvReader): LoggingConfig {
  const isDebugging = reader.flag('DEBUG_MODE');
  const level = reader.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'warn');
  const steps = reader.oneOf('DEBUG_LEVEL', ['1', '2'], '1') === '2' ? 2 : 1;
  return {
    logLevel: isDebugging ? 'debug' : level,
    logFormat: reader.oneOf('LOG_FORMAT', ['text', 'json'], 'text'),
    ...(isDebugging ? { debugLevel: steps } : {}),
  };
}
