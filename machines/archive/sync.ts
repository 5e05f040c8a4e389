import type { ArchivedChannel, ArchivedMessage, Reach, Stretch } from './archived.ts';

/** How far bringing one channel's archive up to date has come. */
export interface Sync {
  readonly channel: ArchivedChannel;
  readonly phase: Phase;
  /** Undefined until the first page of a channel that was never archived. */
  readonly reach: Reach | undefined;
  /** Messages of one phase, at most. */
  readonly limit: number;
  /** Messages that this phase has brought. */
  readonly inPhase: number;
  readonly fetched: number;
}

/**
 * `catching_up` reads on from the newest one that is known, so that no death of the process leaves a hole; `looking_back`
 * reads the last page again, for what was edited or deleted meanwhile; `filling` reads towards the beginning.
 */
export type Phase = 'catching_up' | 'looking_back' | 'filling' | 'done';

/** What is asked of a platform: the page before or after a position, or the last one. */
export interface PageRequest {
  readonly limit: number;
  readonly before?: string;
  readonly after?: string;
}

/** A page that was read, newest first. */
export interface FetchedPage {
  readonly messages: readonly ArchivedMessage[];
  /** When it was asked for. */
  readonly at: number;
}

/** Messages of a page: the most that Discord gives at once. A shorter page ends its direction. */
export const PAGE = 100;
/** A message may become visible a little later than one that is younger. */
const SETTLING_MS = 60_000;

/** Begins with what is known of a channel. `limit`: how many messages one start may read in each direction. */
export function beginSync(channel: ArchivedChannel, reach: Reach | undefined, limit: number): Sync {
  const phase = reach === undefined ? 'filling' : 'catching_up';
  return settled({ channel, phase, reach, limit, inPhase: 0, fetched: 0 });
}

/** The page to read next; undefined when all is done. */
export function nextPage({ phase, reach }: Sync): PageRequest | undefined {
  switch (phase) {
    case 'catching_up':
      return reach === undefined ? { limit: PAGE } : { limit: PAGE, after: reach.newest };
    case 'looking_back':
      return { limit: PAGE };
    case 'filling':
      return reach === undefined ? { limit: PAGE } : { limit: PAGE, before: reach.oldest };
    case 'done':
      return undefined;
  }
}

/** What follows from a page. The stretch, if there is one, is compared with the archive when the page is kept. */
export function takePage(
  sync: Sync,
  page: FetchedPage,
): { readonly sync: Sync; readonly compare?: Stretch } {
  const count = page.messages.length;
  const read = { ...sync, inPhase: sync.inPhase + count, fetched: sync.fetched + count };
  const next = settled(AFTER_PAGE[sync.phase](read, page.messages));
  const stretch = stretchOf(page, nextPage(sync) ?? { limit: PAGE });
  if (stretch === undefined) return { sync: next };
  const ids = page.messages.map(({ id }) => id);
  const sentBefore = page.at - SETTLING_MS;
  return {
    sync: next,
    compare: { channelId: sync.channel.channelId, ...stretch, ids, sentBefore },
  };
}

type AfterPage = (sync: Sync, messages: readonly ArchivedMessage[]) => Sync;

const AFTER_PAGE: Readonly<Record<Phase, AfterPage>> = {
  catching_up: caughtUp,
  looking_back: (sync) => ({ ...sync, phase: 'filling', inPhase: 0 }),
  filling: filled,
  done: (sync) => sync,
};

function caughtUp(sync: Sync, messages: readonly ArchivedMessage[]): Sync {
  const { reach } = sync;
  const newest = messages[0]?.position;
  const grown = reach && newest !== undefined ? { ...reach, newest } : reach;
  if (messages.length < PAGE) return { ...sync, reach: grown, phase: 'looking_back', inPhase: 0 };
  if (sync.inPhase < sync.limit) return { ...sync, reach: grown };
  // Too far behind: it is quicker to come from the other end, and what lies between is read on the way.
  return { ...sync, reach: undefined, phase: 'filling', inPhase: 0 };
}

function filled(sync: Sync, messages: readonly ArchivedMessage[]): Sync {
  const { reach } = sync;
  const [newest, oldest] = [messages[0]?.position, messages.at(-1)?.position];
  if (newest === undefined || oldest === undefined) {
    return { ...sync, reach: reach && { ...reach, complete: true }, phase: 'done' };
  }
  const complete = messages.length < PAGE;
  return { ...sync, reach: { oldest, newest: reach?.newest ?? newest, complete } };
}

/** Filling ends at the beginning of the channel, or at the limit. */
function settled(sync: Sync): Sync {
  const isDone =
    sync.phase === 'filling' && (sync.reach?.complete === true || sync.inPhase >= sync.limit);
  return isDone ? { ...sync, phase: 'done' } : sync;
}

/**
 * What the page tells all of: from its oldest message to its newest, or to where it was asked to begin. One that is not
 * full tells that there is nothing before it; one with nothing in it tells nothing.
 */
function stretchOf(
  { messages }: FetchedPage,
  { before, after }: PageRequest,
): { readonly from: string; readonly to: string } | undefined {
  const [newest, oldest] = [messages[0]?.position, messages.at(-1)?.position];
  if (newest === undefined || oldest === undefined) return undefined;
  if (after !== undefined) return { from: String(BigInt(after) + 1n), to: newest };
  const from = messages.length < PAGE ? '0' : oldest;
  return { from, to: before === undefined ? newest : String(BigInt(before) - 1n) };
}
