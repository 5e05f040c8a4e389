import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { Memory, Said } from '../../machines/memory/memories.ts';
import type {
  KeepMemories,
  MemoryKept,
  MemoryReading,
} from '../../machines/memory/memory.protocol.ts';
import { messageOf } from '../shared/thrown.ts';
import { withEmbeddings } from './embedding.ts';
import type { KeeperOptions, Mind } from './mind.ts';
import { extractionMessages, MEMORY_AGENT, memoryMeant } from './prompt.ts';
import { PROPOSE, type Proposal, readProposals } from './proposals.ts';
import { createRanking } from './ranking.ts';
import { verify } from './verify.ts';

/** Messages of one reading, and characters of them. */
const MAX_MESSAGES = 20;
const MAX_CHARS = 24_000;
/** Known memories that the model is shown: those that the messages may change. */
const MAX_SHOWN = 30;
/** A batch that no model puts into the promised shape is passed over after so many tries. */
const MAX_UNREADABLE = 3;
const MAX_OUTPUT_TOKENS = 2_048;

interface ReadingOptions extends KeeperOptions {
  readonly signal: AbortSignal;
}

/** Goes through the next messages of a user. Never rejects. */
export async function readSaid(mind: Mind, options: ReadingOptions): Promise<MemoryReading> {
  const { store, signal } = options;
  try {
    const unread = await store.unread(mind.team, MAX_MESSAGES + 1, { signal });
    const said = firstOf(unread);
    const runs = said.map(({ runId }) => runId);
    const rest = { runs, usage: NO_USAGE, more: unread.length > said.length };
    if (said.length === 0 || !mind.settings.enabled) return { kind: 'read', changes: [], ...rest };
    return await askModel(mind, said, { ...options, rest });
  } catch (error) {
    return { kind: 'failed', failure: failure('storage', messageOf(error)) };
  }
}

/** One at least, however long. */
function firstOf(unread: readonly Said[]): readonly Said[] {
  let left = MAX_CHARS;
  return unread.slice(0, MAX_MESSAGES).filter(({ text }, at) => {
    left -= text.length;
    return at === 0 || left >= 0;
  });
}

interface Asking extends ReadingOptions {
  readonly rest: Omit<Extract<MemoryReading, { kind: 'read' }>, 'kind' | 'changes'>;
}

async function askModel(
  mind: Mind,
  said: readonly Said[],
  { rest, ...options }: Asking,
): Promise<MemoryReading> {
  const { model, clock, log, signal } = options;
  const shown = memoriesToShow(mind.memories, said, clock.now());
  const result = await model.call(requestFor(mind, said, { shown, now: clock.now() }), { signal });
  if (result.kind === 'failed') return result;
  const { usage } = result.reply;
  const read = readProposals(result.reply);
  if (read.kind === 'unreadable') {
    mind.unreadable += 1;
    if (mind.unreadable < MAX_UNREADABLE) return { kind: 'failed', failure: UNREADABLE };
    log.warn('memory.passed_over', { userId: mind.team.userId, messages: said.length });
  }
  mind.unreadable = 0;
  const proposals = read.kind === 'read' ? read.proposals.map((one) => meantBy(one, shown)) : [];
  const { changes, refused } = verify(proposals, {
    said,
    known: mind.memories,
    now: clock.now(),
    newId: options.newId,
  });
  const malformed = read.kind === 'read' ? read.malformed : 0;
  if (refused.length + malformed > 0) {
    log.info('memory.refused', { userId: mind.team.userId, why: refused.join(' '), malformed });
  }
  return { ...rest, kind: 'read', changes: await withEmbeddings(changes, options), usage };
}

const UNREADABLE = failure('bad_schema', 'The memory model proposed nothing that can be read.');

interface Shown {
  readonly shown: readonly Memory[];
  readonly now: number;
}

const requestFor = ({ team }: Mind, said: readonly Said[], { shown, now }: Shown) => {
  const [first] = said;
  // Nothing said, nothing asked: `readSaid` has seen to it.
  if (first === undefined) throw new Error('There is nothing to go through.');
  const { runId, channelId } = first;
  return {
    run: { runId, channelId, userId: team.userId, epoch: team.epoch },
    stepKey: 'memory/1',
    agent: MEMORY_AGENT,
    messages: extractionMessages(shown, said, now),
    tools: [PROPOSE],
    temperature: 0,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  };
};

/** What stands always, and what has to do with the messages. */
function memoriesToShow(
  memories: readonly Memory[],
  said: readonly Said[],
  now: number,
): readonly Memory[] {
  if (memories.length <= MAX_SHOWN) return memories;
  const text = said.map((one) => one.text).join('\n');
  return createRanking(memories)
    .rank({ text, now })
    .slice(0, MAX_SHOWN)
    .map(({ memory }) => memory);
}

/** Short ids of the prompt become ids; any other id means nothing. */
function meantBy(proposal: Proposal, shown: readonly Memory[]): Proposal {
  if (proposal.op === 'none' || proposal.id == null) return proposal;
  return { ...proposal, id: memoryMeant(shown, proposal.id)?.id ?? 'unknown' };
}

/** Keeps what a reading found. Never rejects. */
export async function keepChanges(
  { team, reading }: KeepMemories,
  { store, log, recalled, signal }: ReadingOptions & { readonly recalled: readonly string[] },
): Promise<MemoryKept> {
  const { changes, runs: read, usage } = reading;
  if (changes.length + read.length === 0) return { kind: 'kept' };
  try {
    await store.apply(team, { changes, read, recalled, usage }, { signal });
    log.info('memory.kept', { userId: team.userId, changes: changes.length, read: read.length });
    return { kind: 'kept' };
  } catch (error) {
    return { kind: 'failed', failure: failure('storage', messageOf(error)) };
  }
}
