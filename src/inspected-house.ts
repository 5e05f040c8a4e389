import { getHeapStatistics } from 'node:v8';
import { chartOf } from './inspector/chart.ts';
import type { Feed } from './inspector/feed.ts';
import { layOut } from './inspector/layout.ts';
import { MACHINES } from './inspector/machines.ts';
import type { RecordingRead } from './inspector/read-recording.ts';
import { recordedEvents } from './inspector/recorded-events.ts';
import { replay } from './inspector/replay.ts';
import { wordsOf } from './inspector/replay-words.ts';
import type { Records } from './recording-house.ts';
import type { DrawnChart } from './shared/inspection.ts';
import type { Store } from './store/store.ts';
import type { Troupe } from './troupe.ts';
import type {
  AdminPowers,
  Census,
  CensusWindow,
  InspectedHouse,
  Replayed,
} from './web/inspector/house.ts';

/** Users named of those who wait for a place. */
const MAX_WAITING = 100;

export interface InspectedParts {
  readonly troupe: Troupe;
  readonly store: Store;
  readonly feed: Feed;
  readonly records: Records;
  /** Whoever has the console's token may act, and read texts. */
  readonly isAdmin: boolean;
}

/** The house as the inspector sees it. */
export function inspectedHouse(parts: InspectedParts): InspectedHouse {
  const { troupe, store, feed, records, isAdmin } = parts;
  // Drawing takes a moment: it is done when somebody looks for the first time.
  let charts: readonly DrawnChart[] | undefined;
  return {
    charts() {
      charts ??= MACHINES.map((machine) => layOut(chartOf(machine)));
      return charts;
    },
    census: (window) => censusOf(troupe, window),
    follow: (userId, tell) =>
      userId === undefined ? feed.followHouse(tell) : feed.follow(userId, tell),
    runs: (page) => store.inspection.runs(page),
    run: (runId, options) => store.inspection.steps(runId, options),
    async recording(runId) {
      const read = await records.recordingOf(runId);
      return read === undefined ? undefined : replayed(read);
    },
    queues: (page) => store.inspection.queues(page),
    admin: isAdmin ? powersOver(parts) : undefined,
  };
}

/** The texts are gone already when a recording comes here. */
function replayed(read: RecordingRead): Replayed {
  if (read.kind === 'refused') return { events: [], trouble: read.message };
  const run = replay(read.recording);
  const events = recordedEvents(run);
  return run.diverges === undefined ? { events } : { events, trouble: wordsOf(run.diverges) };
}

function censusOf(troupe: Troupe, { from, count, find = '' }: CensusWindow): Census {
  const view = troupe.view(Number.MAX_SAFE_INTEGER);
  const found = find === '' ? view.teams : view.teams.filter(({ userId }) => userId.includes(find));
  return {
    supervisor: view.phase,
    teams: found.slice(from, from + count),
    found: found.length,
    teamCount: view.teamCount,
    maxTeams: view.maxTeams,
    waiting: view.waiting.slice(0, MAX_WAITING),
    waitingCount: view.waitingCount,
    memory: {
      heapUsed: getHeapStatistics().used_heap_size,
      resident: process.memoryUsage.rss(),
    },
  };
}

const powersOver = ({ troupe, store }: InspectedParts): AdminPowers => ({
  texts: (runId, options) => store.inspection.texts(runId, options),
  stop: (what) => troupe.cancel(what),
  dismiss: (userId) => troupe.dismiss(userId),
  resize: (maxTeams) => troupe.resize(maxTeams),
});
