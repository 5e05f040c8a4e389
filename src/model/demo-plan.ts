import type { ChatMessage } from '../../machines/conversation.ts';
import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { composeAnswer, introduction, type Work } from './demo-answer.ts';
import { type Part, readQuestion } from './demo-question.ts';
import { findColleague, type Offer } from './demo-team.ts';
import { useCall, userOf, useTask } from './demo-use.ts';
import { webCall, webTask } from './demo-web.ts';

interface PlannedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type Plan =
  | { readonly kind: 'use'; readonly calls: readonly PlannedCall[] }
  | { readonly kind: 'say'; readonly text: string };

/** At most this many things are taken up at once: as many as a run usually allows delegations. */
const MAX_PARTS = 6;

/** What an agent does next, from its messages and from what it is offered: nothing else counts. */
export function planReply(messages: readonly ChatMessage[], offer: Offer): Plan {
  const asked = messages.findLastIndex((message) => message.role === 'user');
  const question = messages[asked]?.content ?? '';
  const work = workIn(messages.slice(asked + 1));
  const parts = readQuestion(question);
  const taken = parts.slice(0, MAX_PARTS);
  const unknown = taken.flatMap((part) => (part.kind === 'other' ? [part.text] : []));
  const left = parts.length - taken.length;
  if (work.length > 0) return { kind: 'say', text: composeAnswer({ work, unknown, left }) };
  const calls = taken.flatMap((part) => callFor(part, { offer, alone: parts.length === 1 }) ?? []);
  if (calls.length > 0) return { kind: 'use', calls };
  return { kind: 'say', text: introduction(taken, offer) };
}

/** Every call since the question, with its answer. */
function workIn(messages: readonly ChatMessage[]): readonly Work[] {
  const answers = new Map(
    messages.flatMap((message) =>
      message.role === 'tool' ? [[message.toolCallId, message.content] as const] : [],
    ),
  );
  return messages.flatMap((message) =>
    message.role === 'assistant'
      ? (message.toolCalls ?? []).map((call) => ({ call, content: answers.get(call.id) ?? '' }))
      : [],
  );
}

interface Circumstances {
  readonly offer: Offer;
  /** It is all that is asked: then a tool of one's own is quicker than a colleague. */
  readonly alone: boolean;
}

function callFor(part: Part, { offer, alone }: Circumstances): PlannedCall | undefined {
  if (part.kind === 'other') return undefined;
  const own = ownCall(part, offer);
  const delegated = delegation(part, offer);
  return alone || part.kind === 'time' ? (own ?? delegated) : (delegated ?? own);
}

type Known = Exclude<Part, { kind: 'other' }>;

function ownCall(part: Known, offer: Offer): PlannedCall | undefined {
  const call = toolCallFor(part, offer);
  return offer.has(call.name) ? call : fallbackFor(part, offer);
}

function toolCallFor(part: Known, offer: Offer): PlannedCall {
  switch (part.kind) {
    case 'sum':
      return { name: 'calculator', input: { expression: part.expression } };
    case 'time':
      return { name: 'date_time', input: { ...part.input } };
    case 'code':
      return {
        name: part.language === 'python' ? 'run_python' : 'run_javascript',
        input: { code: part.code },
      };
    case 'recall':
      return part.query === undefined
        ? { name: 'read_chat_history', input: {} }
        : { name: 'search_chat_history', input: { query: part.query } };
    case 'about_me':
      return { name: 'search_memory', input: { query: part.query } };
    case 'told': {
      const { text, kind, quote } = part.fact;
      return { name: 'update_user_memory', input: { action: 'remember', text, kind, quote } };
    }
    case 'use':
    case 'person':
      return useCall(part, offer);
    default:
      return webCall(part);
  }
}

/** Whoever cannot search can still read. */
function fallbackFor(part: Known, offer: Offer): PlannedCall | undefined {
  const reads = part.kind === 'recall' && offer.has('read_chat_history');
  return reads ? { name: 'read_chat_history', input: {} } : undefined;
}

const WEB_TRADE = /research|\bweb\b|internet/i;

/** What is known of the person is the leader's own business. */
const NOBODYS_TRADE = /$^/;

const TRADES: Readonly<Record<Known['kind'], RegExp>> = {
  sum: /comput|calculat|math|arithmetic/i,
  time: /\b(?:date|time|calendar|clock|comput)/i,
  code: /\bcod(?:e|er|ing)\b|program|javascript/i,
  page: WEB_TRADE,
  video: WEB_TRADE,
  web: WEB_TRADE,
  article: WEB_TRADE,
  recall: /\bchat|histor|remember|conversation|memor/i,
  about_me: NOBODYS_TRADE,
  told: NOBODYS_TRADE,
  use: NOBODYS_TRADE,
  person: NOBODYS_TRADE,
};

function delegation(part: Known, offer: Offer): PlannedCall | undefined {
  const colleague =
    part.kind === 'use' ? userOf(offer, part) : findColleague(offer, TRADES[part.kind]);
  if (!colleague) return undefined;
  return { name: DELEGATE_TO_ONE, input: { member_id: colleague.id, task: taskFor(part) } };
}

/** Complete in itself, and in words that the same rules read back as the same part. */
function taskFor(part: Known): string {
  switch (part.kind) {
    case 'sum':
      return `Compute ${part.expression}`;
    case 'time':
      return part.text;
    case 'code':
      return part.language === 'python'
        ? `Run this Python and report what it gives:\n\`\`\`python\n${part.code}\n\`\`\``
        : `Run this JavaScript and report what it gives:\n\`\`\`js\n${part.code}\n\`\`\``;
    case 'recall':
      return part.query === undefined
        ? 'Read the conversation and report its latest messages.'
        : `Search the conversation for: ${part.query}`;
    case 'about_me':
      return part.query;
    case 'told':
      return part.fact.quote;
    case 'use':
    case 'person':
      return useTask(part);
    default:
      return webTask(part);
  }
}
