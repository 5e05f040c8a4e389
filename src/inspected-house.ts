import { getHeapStatistics } from 'node:v8';
import { chartOf } from './inspector/chart.ts';
import type { Feed } from './inspector/feed.ts';
import { layOut } from './inspector/layout.ts';
import { MACHINES } from './inspector/machines.ts';
import type { DrawnChart } from './shared/inspection.ts';
import type { Store } from './store/store.ts';
import type { Troupe } from './troupe.ts';
import type { AdminPowers, Census, CensusWindow, InspectedHouse } from './web/inspector/house.ts';

/** Users named of those who wait for a place. */
const MAX_WAITING = 100;

export interface InspectedParts {
  readonly troupe: Troupe;
  readonly store: Store;
  readonly feed: Feed;
  /** Whoever has the console's token may act, and read texts. */
  readonly isAdmin: boolean;
}

/** The house as the inspector sees it. */
export function inspectedHouse(parts: InspectedParts): InspectedHouse {
  const { troupe, store, feed, isAdmin } = parts;
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
    queues: (page) => store.inspection.queues(page),
    admin: isAdmin ? powersOver(parts) : undefined,
  };
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
