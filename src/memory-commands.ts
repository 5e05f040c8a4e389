import type { ChannelId, UserId } from '../machines/ids.ts';
import type { Memory } from '../machines/memory/memories.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Forget } from './store/changes.ts';
import type { PastRun } from './store/past-run.ts';

/** One line that somebody typed, and who and where. */
export interface MemoryLine {
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly line: string;
}

interface Waiting {
  readonly signal?: AbortSignal;
}

/** Carries out `/memory …` and `/forget …`; gives back what is said. Rejects with `StoreError`. */
export async function memoryCommand(
  house: MemoryHouse,
  { userId, channelId, line }: MemoryLine,
  waiting: Waiting = {},
): Promise<string> {
  const [command = '', what = '', ...rest] = line.trim().split(/\s+/);
  const at: Place = { house, userId, channelId, waiting };
  if (command === '/forget') return forget(at, what, rest[0] === 'yes');
  if (command !== '/memory') return HELP;
  switch (what) {
    case '':
      return list(at);
    case 'forget':
      return forgetOne(at, rest[0] ?? '');
    case 'sessions':
      return sessions(at, rest.join(' '));
    case 'export':
      return JSON.stringify(await house.exportAll({ userId }, waiting), null, 2);
    case 'on':
    case 'off':
      return set(at, { enabled: what === 'on' });
    case 'direct':
      return rest[0] === 'on' || rest[0] === 'off'
        ? set(at, { directEverywhere: rest[0] === 'on' })
        : HELP;
    default:
      return HELP;
  }
}

const HELP = `/memory                 what is known about you
/memory forget NUMBER   erases one of these, for good
/memory sessions WORDS  finds what was said in your conversations, in every channel
/memory export          everything that is kept of you, as JSON
/memory on | off        whether anything is remembered
/memory direct on | off whether what you said in private may be used where others read along
/forget me              erases what is known about you
/forget channel         erases what was said in this conversation
/forget everything      erases all of it
`;

interface Place {
  readonly house: MemoryHouse;
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly waiting: Waiting;
}

async function list({ house, userId, waiting }: Place): Promise<string> {
  const memories = inOrder(await house.memories({ userId }, waiting));
  const { enabled } = await house.settings({ userId }, waiting);
  const off = enabled ? '' : 'Memory is off: nothing new is remembered, nothing is used.\n';
  if (memories.length === 0) return `${off}Nothing is known about you.`;
  return off + memories.map((memory, nth) => `${nth + 1}. ${told(memory)}`).join('\n');
}

const told = ({ text, kind, createdAt, audience }: Memory): string => {
  const day = new Date(createdAt).toISOString().slice(0, 10);
  return `${text} (${kind}, said on ${day}${audience === 'asker' ? ', in private' : ''})`;
};

/** Oldest first, so that numbers stay what they are when something is added. */
const inOrder = (memories: readonly Memory[]): readonly Memory[] =>
  memories.toSorted((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id));

/** Conversations shown by one search, and characters of each question and answer. */
const MAX_SESSIONS = 8;
const MAX_SHOWN_CHARS = 160;

async function sessions({ house, userId, waiting }: Place, words: string): Promise<string> {
  if (words === '') return HELP;
  const found = await house.search({ userId }, words, { ...waiting, limit: MAX_SESSIONS });
  if (found.length === 0) return 'Nothing was found.';
  return found.map(runShown).join('\n');
}

const runShown = ({ channelId, askedAt, question, outcome }: PastRun): string => {
  const day = new Date(askedAt).toISOString().slice(0, 10);
  const answer = outcome.kind === 'answered' ? shortened(outcome.text) : `(${outcome.kind})`;
  return `${day} in ${channelId}: ${shortened(question)}\n  → ${answer}`;
};

/** One line of it. */
function shortened(text: string): string {
  const points = [...text.replaceAll(/\s+/g, ' ').trim()];
  if (points.length <= MAX_SHOWN_CHARS) return points.join('');
  return `${points.slice(0, MAX_SHOWN_CHARS - 1).join('')}…`;
}

async function forgetOne({ house, userId, waiting }: Place, which: string): Promise<string> {
  const memories = inOrder(await house.memories({ userId }, waiting));
  const memory = memories.find(({ id }, nth) => id === which || String(nth + 1) === which);
  if (memory === undefined) return `There is no memory ${which}: /memory lists what there is.`;
  await house.forgetMemory({ userId }, memory.id, waiting);
  return `Erased: ${memory.text}`;
}

const SCOPES = ['me', 'channel', 'everything'] as const;

async function forget(
  { house, userId, channelId, waiting }: Place,
  scope: string,
  isSure: boolean,
): Promise<string> {
  const known = SCOPES.find((one) => one === scope);
  if (known === undefined) return HELP;
  if (!isSure) return `${WARNINGS[known]} Type "/forget ${known} yes" to do it.`;
  await house.forget({ userId }, scopeOf(known, channelId), waiting);
  return 'It is forgotten.';
}

const WARNINGS = {
  me: 'This erases what is known about you. Conversations stay.',
  channel: 'This erases everything said in this conversation and what was learnt from it.',
  everything: 'This erases all conversations and everything that is known about you.',
} as const;

function scopeOf(scope: (typeof SCOPES)[number], channelId: ChannelId): Forget {
  if (scope === 'channel') return { kind: 'channel', channelId };
  return { kind: scope === 'me' ? 'memories' : 'everything' };
}

async function set(
  { house, userId, waiting }: Place,
  change: { readonly enabled?: boolean; readonly directEverywhere?: boolean },
): Promise<string> {
  const settings = { ...(await house.settings({ userId }, waiting)), ...change };
  await house.set({ userId }, settings, waiting);
  const { enabled, directEverywhere } = settings;
  return `Memory is ${enabled ? 'on' : 'off'}; what you say in private is ${directEverywhere ? 'used everywhere' : 'used in private only'}.`;
}
