import { parseArgs } from 'node:util';

/**
 * Takes `--name choice` off a command line; the first choice is the default. Gives back the rest, for `readOptions`. A
 * choice that is none ends the process with one readable message.
 */
export function takeChoice<Choice extends string>(
  name: string,
  choices: readonly [Choice, ...Choice[]],
  args: readonly string[],
): { readonly choice: Choice; readonly rest: readonly string[] } {
  const at = args.indexOf(`--${name}`);
  if (at === -1) return { choice: choices[0], rest: args };
  const choice = choices.find((known) => known === args[at + 1]);
  if (choice !== undefined) return { choice, rest: args.toSpliced(at, 2) };
  console.error(`--${name} must be one of ${choices.join(', ')}, got "${args[at + 1] ?? ''}".`);
  process.exit(2);
}

/** Takes `--name text` off a command line; undefined when it is not there. Gives back the rest, for `readOptions`. */
export function takeText(
  name: string,
  args: readonly string[],
): { readonly text: string | undefined; readonly rest: readonly string[] } {
  const at = args.indexOf(`--${name}`);
  if (at === -1) return { text: undefined, rest: args };
  const text = args[at + 1];
  if (text !== undefined) return { text, rest: args.toSpliced(at, 2) };
  console.error(`--${name} needs a value.`);
  process.exit(2);
}

/** The whole numbers that a proof takes on its command line, with their defaults. */
type Numbers = Readonly<Record<string, number>>;

/**
 * Reads `--name N` for every number and `--name` for every flag. A command line that holds anything else ends the
 * process with one readable message.
 */
export function readOptions<Defaults extends Numbers, Flag extends string>(
  defaults: Defaults,
  flags: readonly Flag[] = [],
  args: readonly string[] = process.argv.slice(2),
): Options<Defaults, Flag> {
  try {
    return parse(defaults, flags, args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

interface Options<Defaults extends Numbers, Flag extends string> {
  readonly numbers: { readonly [Name in keyof Defaults]: number };
  readonly flags: ReadonlySet<Flag>;
}

function parse<Defaults extends Numbers, Flag extends string>(
  defaults: Defaults,
  flags: readonly Flag[],
  args: readonly string[],
): Options<Defaults, Flag> {
  const { values: given }: { readonly values: Readonly<Record<string, unknown>> } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
      ...flags.map((name) => [name, { type: 'boolean' as const }]),
    ]),
  });
  const numbers = Object.entries(defaults).map(([name, usual]) => {
    const text = given[name];
    return [name, typeof text === 'string' ? wholeNumber(name, text) : usual];
  });
  return {
    // The entries were made from the keys of `defaults`: they are the same keys.
    numbers: Object.fromEntries(numbers) as { readonly [Name in keyof Defaults]: number },
    flags: new Set(flags.filter((name) => given[name] === true)),
  };
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new RangeError(`--${name} must be a whole number from 1 up, got "${text}".`);
}
