import type { Log, LogFields } from '../../src/shared/log.ts';

export interface RecordedLog extends Log {
  /** Every line so far: level, event, fields. */
  readonly lines: readonly {
    readonly level: string;
    readonly event: string;
    readonly fields: LogFields;
  }[];
  /** The events of the lines of that level. */
  events(level: 'debug' | 'info' | 'warn' | 'error'): readonly string[];
}

/** A log that remembers what it was told. */
export function recordedLog(): RecordedLog {
  const lines: { level: string; event: string; fields: LogFields }[] = [];
  const keep =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields });
    };
  return {
    lines,
    events: (level) => lines.filter((line) => line.level === level).map(({ event }) => event),
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}
