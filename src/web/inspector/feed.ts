import type { UserId } from '../../../machines/ids.ts';
import type { Clock } from '../../shared/clock.ts';
import type { InspectedEvent } from '../../shared/inspected-event.ts';
import type { LineStream } from '../streams.ts';
import type { InspectedHouse } from './house.ts';

/** A page draws no faster than this. */
const EVERY_MS = 100;

/**
 * Sends what happens in a user's team (without a user: what the supervisor does) on a stream, ten times a second at
 * most. Ends with the stream, or when the result is called.
 */
export function feedTo(
  stream: LineStream,
  userId: UserId | undefined,
  { house, clock }: { readonly house: InspectedHouse; readonly clock: Clock },
): () => void {
  const whose = userId === undefined ? {} : { userId };
  let events: InspectedEvent[] = [];
  let timer: unknown;
  const flush = (): void => {
    stream.send({ type: 'inspect.events', ...whose, events });
    timer = undefined;
    events = [];
  };
  const leave = house.follow(userId, (event) => {
    events.push(event);
    timer ??= clock.setTimeout(flush, EVERY_MS);
  });
  const end = (): void => {
    leave();
    clock.clearTimeout(timer);
    stream.signal.removeEventListener('abort', end);
  };
  stream.signal.addEventListener('abort', end, { once: true });
  return end;
}
