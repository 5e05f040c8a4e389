import { Secret } from '../shared/secret.ts';

/** The environment as it comes: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and collects every problem, so that all are told at once. */
export class EnvReader {
  readonly problems: string[] = [];
  /** Every secret that was read: what no log may show. */
  readonly secrets: Secret[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The text of a variable; empty counts as absent. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  secret(name: string): Secret | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : this.hide(value);
  }

  /** A secret that stands in a longer text. */
  hide(value: string): Secret {
    const secret = new Secret(value);
    this.secrets.push(secret);
    return secret;
  }

  /** A whole number within bounds. */
  whole<Fallback extends number | undefined>(
    name: string,
    fallback: Fallback,
    { min, max }: { min: number; max: number },
  ): number | Fallback {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} up` : `from ${min} to ${max}`;
    return this.#problem(`${name} must be a whole number ${range}, got "${value}".`, fallback);
  }

  /** A number within bounds; absent stays absent. */
  number(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (number >= min && number <= max) return number;
    return this.#problem(
      `${name} must be a number from ${min} to ${max}, got "${value}".`,
      undefined,
    );
  }

  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || ['false', '0', 'no', 'off'].includes(value)) return false;
    if (['true', '1', 'yes', 'on'].includes(value)) return true;
    return this.#problem(`${name} must be true or false, got "${value}".`, false);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    const choice = choices.find((known) => known === value);
    if (choice !== undefined) return choice;
    return this.#problem(`${name} must be one of ${choices.join(', ')}, got "${value}".`, fallback);
  }

  /** An address of the web; the message never shows it, since it may carry a password. */
  url(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
    return this.#problem(
      `${name} must be an address that begins with http:// or https://.`,
      undefined,
    );
  }

  /** A list of texts separated by commas. */
  list(name: string): readonly string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  timeZone(name: string, fallback: string): string {
    const value = this.text(name);
    if (value === undefined) return fallback;
    try {
      new Intl.DateTimeFormat('en', { timeZone: value });
      return value;
    } catch {
      // An unknown zone is what the constructor throws for; there is nothing else it can be.
      return this.#problem(
        `${name} must be a time zone such as Europe/Berlin, got "${value}".`,
        fallback,
      );
    }
  }

  #problem<Value>(message: string, value: Value): Value {
    this.problems.push(message);
    return value;
  }
}
