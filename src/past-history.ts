import type { RunId } from '../machines/ids.ts';
import { isValidId, RunId as toRunId } from '../machines/ids.ts';
import { type ChannelsFor, quotableFrom } from './channel-history.ts';
import type { PastRun } from './store/past-run.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';
import type {
  HistoryFound,
  HistoryPort,
  HistoryRecord,
  HistoryScope,
  SessionsPort,
} from './tools/history.ts';

/** The store's past runs as the history tools want them: a question and its answer are two records. */
export function historyOf(store: Store): HistoryPort {
  return {
    recent: ({ userId, channelId }, { limit, before, signal }) =>
      found({ limit, keep: 'latest' }, (runs) => {
        const past = before === undefined ? undefined : runIdOf(before);
        const page = { limit: runs, signal, ...(past === undefined ? {} : { before: past }) };
        return store.conversation({ userId, channelId }, channelId, page);
      }),
    search: ({ userId, channelId }: HistoryScope, { query, limit, signal }) =>
      found({ limit, keep: 'first' }, (runs) =>
        store.searchRuns({ userId, channelId }, { query, channelId, limit: runs, signal }),
      ),
  };
}

/**
 * The asker's own runs in every channel, for the tool that searches them: as far as everybody who reads the answer may
 * read them, too.
 */
export function sessionsOf(
  store: Pick<Store, 'searchRuns'>,
  channelsFor: ChannelsFor,
): SessionsPort {
  const quotable = quotableFrom(channelsFor);
  return {
    search: async ({ runId, userId, channelId }, { query, limit, signal }) => {
      const channels = [channelId, ...(await quotable({ userId, channelId }, signal))];
      const readers = { runId, channels };
      return await found({ limit, keep: 'first', records: recordsWithChannel }, (count) =>
        store.searchRuns({ userId, channelId }, { query, limit: count, readers, signal }),
      );
    },
  };
}

interface Wanted {
  readonly limit: number;
  readonly keep: 'first' | 'latest';
  readonly records?: (run: PastRun) => readonly HistoryRecord[];
}

/** Whole runs only, so that no question comes without its answer; one more than shown tells of more. */
async function found(
  { limit, keep, records = recordsOf }: Wanted,
  read: (runs: number) => Promise<readonly PastRun[]>,
): Promise<HistoryFound> {
  const shown = Math.max(1, Math.floor(limit / 2));
  try {
    const runs = await read(shown + 1);
    const more = runs.length > shown;
    const kept = keep === 'first' ? runs.slice(0, shown) : runs.slice(-shown);
    return { kind: 'found', records: kept.flatMap(records), more };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

const recordsOf = ({
  runId,
  question,
  askedAt,
  endedAt,
  outcome,
}: PastRun): readonly HistoryRecord[] => {
  const asked: HistoryRecord = { id: runId, at: askedAt, author: 'user', text: question };
  if (outcome.kind !== 'answered') return [asked];
  return [asked, { id: runId, at: endedAt, author: 'team', text: outcome.text }];
};

const recordsWithChannel = (run: PastRun): readonly HistoryRecord[] =>
  recordsOf(run).map((record) => ({ ...record, channel: run.channelId }));

/** Both records of a run have its id, so that `before` names the run whichever of them it was read from. */
const runIdOf = (id: string): RunId | undefined => (isValidId(id) ? toRunId(id) : undefined);
