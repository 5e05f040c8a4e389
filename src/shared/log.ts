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

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export interface LogOptions {
  /** Lines below it are dropped; `silent` drops all. */
  readonly level: (typeof LEVELS)[number] | 'silent';
  readonly now: () => number;
  readonly write: (line: string) => void;
  /** Values that must not appear in a line, wherever they come from. */
  readonly secrets: readonly string[];
}

/** A log of one readable line per event: time, level, event, `key=value` fields. */
export function createLog({ level, now, write, secrets }: LogOptions): Log {
  const redacted = redactor(secrets);
  const from = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level);
  const at =
    (index: number) =>
    (event: string, fields: LogFields = {}) => {
      if (index < from) return;
      const time = new Date(now()).toISOString();
      write(`${redacted(`${time} ${LEVELS[index]} ${event}${textOf(fields)}`)}\n`);
    };
  return { debug: at(0), info: at(1), warn: at(2), error: at(3) };
}

const textOf = (fields: LogFields): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? JSON.stringify(value) : value}`)
    .join('');

/** Blots these values out of a text, in whatever form they stand there. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap(formsOf);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '[secret]'), text);
}

/** A secret may come back as it is, quoted, in an address, or in a header; a short one would blot out words. */
function formsOf(secret: string): readonly string[] {
  if (secret.length < 6) return [];
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [secret, quoted, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}
