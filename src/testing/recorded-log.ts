import type { Log, LogFields } from '../shared/log.ts';

export interface RecordedLog extends Log {
  /** Every line so far: level, event, fields. */
  readonly lines: readonly {
    readonly level: string;
    readonly event: string;
    readonly fields: LogFields;
  }[];
  /** The events of the lines of that level. */
  events(level: 'debug' | 'info' | 'warn' | 'error'): readonly string[];
  /** Resolves when it has been told that event. */
  told(event: string): Promise<void>;
}

/** A log that remembers what it was told. */
export function recordedLog(): RecordedLog {
  const lines: { level: string; event: string; fields: LogFields }[] = [];
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const keep =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields });
      waiting.get(event)?.resolve();
    };
  return {
    lines,
    events: (level) => lines.filter((line) => line.level === level).map(({ event }) => event),
    async told(event) {
      if (lines.some((line) => line.event === event)) return;
      const told = waiting.get(event) ?? Promise.withResolvers<void>();
      waiting.set(event, told);
      await told.promise;
    },
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}
