import type { ToolCall } from '../../machines/conversation.ts';
import { DELEGATE_TO_ALL, DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { isRecord, parseJson } from '../shared/parse.ts';
import type { Part } from './demo-question.ts';
import type { Offer } from './demo-team.ts';
import { tellPerson } from './demo-use.ts';
import { tellWeb } from './demo-web.ts';

/** The first line of every answer that a person reads. */
export const ANNOUNCEMENT =
  '*Demo mode: no model is configured, so a handful of simple rules wrote this. Set `GROQ_API_KEY` to talk to a real one.*';

/** A call that was made, and what it brought. */
export interface Work {
  readonly call: ToolCall;
  readonly content: string;
}

export interface Findings {
  readonly work: readonly Work[];
  /** What was asked and no rule fits. */
  readonly unknown: readonly string[];
  /** How many further parts were not taken up. */
  readonly left: number;
}

/** One text with all that was found, and all that was not. */
export function composeAnswer({ work, unknown, left }: Findings): string {
  const found = work.map(({ call, content }) => tell(call, content));
  const rest = unknown.map((text) => `I have no rule for “${shorten(text)}”.`);
  const skipped = left > 0 ? [`${left} more parts of the question were left out.`] : [];
  const all = [...found, ...rest, ...skipped];
  return all.length === 1 ? all.join('') : all.map((one) => `- ${indented(one)}`).join('\n');
}

/** What can be said without having done anything: what it cannot do, and what it can. */
export function introduction(parts: readonly Part[], offer: Offer): string {
  const known = parts.filter((part) => part.kind !== 'other');
  const unable = known.map((part) => `Nobody here can help with this: ${NEEDS[part.kind]}.`);
  const unknown = parts.flatMap((part) =>
    part.kind === 'other' && !isGreeting(part.text)
      ? [`I have no rule for “${shorten(part.text)}”, and rules are all I have.`]
      : [],
  );
  // Members report to a leader: it needs no list of examples.
  const examples = offer.colleagues.length > 0 || known.length === 0 ? [EXAMPLES] : [];
  return [...unable, ...unknown, ...examples].join('\n\n');
}

const WEB_NEEDED = 'it needs the web';

const NEEDS: Readonly<Record<Part['kind'], string>> = {
  sum: 'it needs a calculator',
  time: 'it needs a calendar',
  code: 'it needs a place to run code',
  recall: 'it needs the history of the conversation',
  page: WEB_NEEDED,
  video: WEB_NEEDED,
  web: WEB_NEEDED,
  article: WEB_NEEDED,
  use: 'nobody has that tool',
  person: 'it needs Discord',
  told: 'nothing is remembered here',
  about_me: 'nothing is remembered here',
  other: 'no rule fits',
};

const EXAMPLES = `Here is what I can do. Try one of these:

- \`What is (12 + 7) * 3^2?\`
- \`What time is it in Tokyo?\`
- \`How many days until 2030-01-01?\`
- \`List the first 20 primes\`
- \`Run [3, 1, 2].toSorted()\`
- \`Read https://example.com\`
- \`Search the web for statecharts\`
- \`What did I ask about primes?\`
- \`Use run_python with print(6 * 7)\`, or any other tool by its name
- \`Remember that I live in Oslo\`, and later \`Where do I live?\`
- \`What is 15% of 80, and what day is 2028-02-29?\` (two members work side by side)`;

const isGreeting = (text: string): boolean =>
  /^(?:hi|hello|hey|thanks?|thank you|good (?:morning|day|evening)|help|who are you|what can you do)\b/i.test(
    text,
  );

const MAX_QUOTE_CHARS = 120;

function shorten(text: string): string {
  const letters = [...text];
  return letters.length > MAX_QUOTE_CHARS ? `${letters.slice(0, MAX_QUOTE_CHARS).join('')}…` : text;
}

const indented = (text: string): string => text.replaceAll('\n', '\n  ');

function tell(call: ToolCall, content: string): string {
  if (call.name === DELEGATE_TO_ONE || call.name === DELEGATE_TO_ALL) return tellReport(content);
  const error = /^Error \([a-z_]+\): ([\s\S]*)$/.exec(content)?.[1];
  if (error !== undefined) return `That did not work. ${error}`;
  switch (call.name) {
    case 'calculator':
      return tellSum(String(call.input['expression']), content);
    case 'run_javascript':
    case 'run_python':
      return `The code ran:\n\n\`\`\`\n${content.replaceAll('```', "'''")}\n\`\`\``;
    case 'date_time':
      return tellTime(content);
    case 'read_chat_history':
    case 'search_chat_history':
      return tellRecords(content);
    case 'search_memory':
      return tellMemories(content);
    case 'web_search':
    case 'wikipedia':
    case 'read_page':
    case 'youtube_transcript':
      return tellWeb(content) ?? content;
    case 'discord_user':
      return tellPerson(content) ?? content;
    default:
      return content;
  }
}

/** Reports are passed on as they are, with the name of who wrote them. */
function tellReport(content: string): string {
  return content
    .replaceAll(/^Report of ([a-z0-9_]+):\n/gm, '**$1**: ')
    .replaceAll(/^([a-z0-9_]+) failed \([a-z_]+\): /gm, '**$1** could not do it: ');
}

const tellSum = (expression: string, result: string): string =>
  `\`${expression}\` ${result.startsWith('≈') ? result : `= ${result}`}`;

function tellTime(content: string): string {
  const parsed = parseJson(content);
  if (!parsed.ok || !isRecord(parsed.value)) return content;
  const { at, weekday, from, until, totalDays } = parsed.value;
  if (typeof at === 'string') return `${readable(at)} is a ${String(weekday)}.`;
  if (typeof from !== 'string' || typeof until !== 'string') return content;
  return `From ${readable(from)} to ${readable(until)} it is ${String(totalDays)} days.`;
}

/** 2026-03-29T01:30:00+01:00[Europe/Berlin] → 2026-03-29 01:30 (Europe/Berlin) */
const readable = (moment: string): string =>
  moment.replace(/^(\S+?)T(\d\d:\d\d)\S*\[(.+)\]$/, '$1 $2 ($3)');

function tellRecords(content: string): string {
  const parsed = parseJson(content);
  const records =
    parsed.ok && isRecord(parsed.value) && Array.isArray(parsed.value['records'])
      ? parsed.value['records'].filter(isRecord)
      : [];
  if (records.length === 0) return 'Nothing about that was said in this conversation.';
  const lines = records.map(({ at, author, text }) => {
    const who = author === 'user' ? 'you' : 'the team';
    const said = String(text).replace(ANNOUNCEMENT, '').trim().replaceAll('\n', ' ');
    return `- ${String(at).slice(0, 10)}, ${who}: “${shorten(said)}”`;
  });
  return ['This was said:', ...lines].join('\n');
}

function tellMemories(content: string): string {
  const parsed = parseJson(content);
  const memories = parsed.ok && isRecord(parsed.value) ? parsed.value['memories'] : undefined;
  const known = Array.isArray(memories) ? memories.filter(isRecord) : [];
  if (known.length === 0) return 'I know nothing about that.';
  const lines = known.map(({ said, text }) => `- ${String(text)} (said on ${String(said)})`);
  return ['This is what I know:', ...lines].join('\n');
}
