import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { HouseOverview, WebHouse } from './house.ts';
import type { WebLimits } from './limits.ts';
import { overviewOnWire } from './wire.ts';

/** Overviews for whoever looks: looked up only while somebody does, told only when they changed. */
export interface HouseFeed {
  /** The present overview is told before this returns. The result ends it. */
  subscribe(tell: (overview: HouseOverview) => void): () => void;
}

export function createHouseFeed(options: {
  readonly house: Pick<WebHouse, 'overview'>;
  readonly limits: WebLimits;
  readonly clock: Clock;
  readonly log: Log;
}): HouseFeed {
  const { house, limits, clock, log } = options;
  const subscribers = new Set<(overview: HouseOverview) => void>();
  let last = '';
  let timer: unknown;

  const look = () => {
    const overview = overviewOnWire(house.overview(limits.maxOverviewRows));
    const text = JSON.stringify(overview);
    if (text !== last) for (const tell of subscribers) tell(overview);
    last = text;
    return overview;
  };
  const lookAgain = () => {
    try {
      look();
    } catch (error) {
      // Thrown from a timer this would end the process; a view is no reason for that.
      log.error('web.overview_failed', { error: String(error) });
    }
    timer = clock.setTimeout(lookAgain, limits.overviewEveryMs);
  };

  return {
    subscribe(tell) {
      tell(look());
      subscribers.add(tell);
      if (subscribers.size === 1) timer = clock.setTimeout(lookAgain, limits.overviewEveryMs);
      return () => {
        subscribers.delete(tell);
        if (subscribers.size === 0) clock.clearTimeout(timer);
      };
    },
  };
}
