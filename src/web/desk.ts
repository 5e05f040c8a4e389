import type { RunId, UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { WebHouse } from './house.ts';
import type { HouseFeed } from './house-feed.ts';
import type { InspectedHouse } from './inspector/house.ts';
import type { WebLimits } from './limits.ts';
import type { LineStream, Streams } from './streams.ts';

/** What the routes work with. */
export interface Desk {
  readonly house: WebHouse;
  readonly userId: UserId;
  readonly limits: WebLimits;
  readonly streams: Streams;
  readonly feed: HouseFeed;
  readonly log: Log;
  readonly clock: Clock;
  /** Left out: there is no inspector. */
  readonly inspected: InspectedHouse | undefined;
  /** The runs attached to each stream of the house. */
  readonly attached: WeakMap<LineStream, Set<RunId>>;
}
