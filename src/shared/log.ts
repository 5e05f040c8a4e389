/** What a log line may carry: never message texts, never secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** A log line is an event name and fields. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Says nothing: the default of everything that can be embedded. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
