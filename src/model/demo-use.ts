import { isRecord, parseJson } from '../shared/parse.ts';
import type { Colleague, Offer } from './demo-team.ts';

/** What a question asks to be done with a tool that it names, and who it asks about. */
export type UsePart =
  | { readonly kind: 'use'; readonly tool: string; readonly given: string }
  /** Without an id: whoever asks. */
  | { readonly kind: 'person'; readonly id?: string };

const USE =
  /^\s*(?:please\s+)?use\s+(?:the\s+)?(?:(?:(?<server>[a-z][\w-]*)\s+)?tool\s+(?<tool>[a-z][\w-]*)|(?<name>[a-z][\w-]*))(?:\s+(?:with|on|for)\b|\s*:)?\s*(?<given>[\s\S]*)$/i;
/** Tools whose names are words like others: no need to say that they are tools. */
const PLAIN = /_|^(?:calculator|wikipedia|files)$/i;
const FILES =
  /^\s*(?:please\s+)?(?:list|show)\s+(?:me\s+)?(?:(?:my|the|all)\s+)*files?(?:\s+(?<name>\S+\.\w+))?\s*[?.]?\s*$/i;

/** "use everything tool echo with {…}", "use run_python with 1 + 1": the whole question is one wish. */
export function readUse(question: string): UsePart | undefined {
  const files = FILES.exec(question);
  if (files !== null) return { kind: 'use', tool: 'files', given: files.groups?.['name'] ?? '' };
  const { server, tool, name, given = '' } = USE.exec(question)?.groups ?? {};
  if (tool !== undefined) {
    const prefix = server === undefined ? '' : `${server.toLowerCase()}__`;
    return { kind: 'use', tool: `${prefix}${plainName(tool)}`, given: given.trim() };
  }
  if (name === undefined || !PLAIN.test(name)) return undefined;
  return { kind: 'use', tool: plainName(name), given: given.trim() };
}

/** As tools of services are called in the house. */
const plainName = (name: string): string => name.toLowerCase().replaceAll('-', '_');

const PERSON =
  /^\s*who\s+(?:am\s+i\s+(?:here|on\s+discord|on\s+this\s+server)|is\s+<@!?(?<id>\d{15,21})>)/i;

/** "who am I on Discord", "who is <@…>". */
export function readPerson(sentence: string): UsePart | undefined {
  const found = PERSON.exec(sentence);
  if (found === null) return undefined;
  const id = found.groups?.['id'];
  return id === undefined ? { kind: 'person' } : { kind: 'person', id };
}

/** A task in words that the same rules read back as the same part. */
export function useTask(part: UsePart): string {
  if (part.kind === 'use') return `Use tool ${part.tool} with ${part.given}`.trim();
  return part.id === undefined ? 'Who am I on Discord?' : `Who is <@${part.id}>?`;
}

export function useCall(part: UsePart, offer: Offer) {
  if (part.kind === 'person')
    return { name: 'discord_user', input: part.id === undefined ? {} : { user_id: part.id } };
  return { name: part.tool, input: inputOf(part.given, offer.textField(part.tool)) };
}

/** What is given, as the object that it is, or as the one text that the tool wants. */
function inputOf(given: string, field: string | undefined): Readonly<Record<string, unknown>> {
  const parsed = given.startsWith('{') ? parseJson(given) : undefined;
  if (parsed?.ok && isRecord(parsed.value)) return parsed.value;
  return given === '' || field === undefined ? {} : { [field]: given };
}

const TRADES: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:run_|files$)/, /\bcode\b/i],
  [/^(?:calculator|date_time)$/, /comput|calculat/i],
  [/^(?:web_search|read_page|wikipedia|youtube_transcript)$/, /research|\bweb\b/i],
  [/chat_history$/, /\bchat\b|conversation/i],
];

/** Who says that they have the tool, or is of its trade; else whoever uses services. */
export function userOf({ colleagues }: Offer, part: UsePart): Colleague | undefined {
  if (part.kind === 'person') return undefined;
  const named = colleagues.find(({ description }) => description.includes(part.tool));
  const trade = TRADES.find(([tools]) => tools.test(part.tool))?.[1] ?? /\bservices?\b/i;
  return (
    named ??
    colleagues.find(({ id }) => trade.test(id)) ??
    colleagues.find(({ description }) => trade.test(description))
  );
}

/** What Discord shows of somebody, for people; `undefined` when it is in no known form. */
export function tellPerson(content: string): string | undefined {
  const parsed = parseJson(content);
  if (!parsed.ok || !isRecord(parsed.value)) return undefined;
  const { displayName, username, createdAt, here } = parsed.value;
  if (typeof username !== 'string') return undefined;
  const roles = isRecord(here) && Array.isArray(here['roles']) ? here['roles'] : [];
  const since = typeof createdAt === 'string' ? [`on Discord since ${createdAt}`] : [];
  const has = roles.length === 0 ? [] : [`with the roles ${roles.map(String).join(', ')}`];
  return `${[`${String(displayName)} (@${username})`, ...since, ...has].join(', ')}.`;
}
