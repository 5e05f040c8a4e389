import type { Clock } from '../shared/clock.ts';
import type { InspectedEvent } from '../shared/inspected-event.ts';

/** Of one window: 2,000 events a second get through whole. */
const MAX_EVENTS = 200;
const WINDOW_MS = 100;

export interface Thinned {
  readonly tell: (event: InspectedEvent) => void;
  /** True while anything but starts, ends and places would be left out: then it need not be made. */
  readonly isCrowded: () => boolean;
  /** Something was left out that was not even made. */
  readonly drop: () => void;
  /** Tells nothing more. */
  end(): void;
}

/**
 * Tells at most so much in a tenth of a second. Beyond that, which machine starts and which stops is still told at once; of
 * everything else only where each machine has come to, when the tenth is over, and how much was left out.
 */
export function thinned(clock: Clock, tell: (event: InspectedEvent) => void): Thinned {
  const held = new Map<string, InspectedEvent>();
  let windowEnds = 0;
  let told = 0;
  let dropped = 0;
  let timer: unknown;

  const flush = (): void => {
    timer = undefined;
    const count = dropped;
    const places = [...held.values()];
    held.clear();
    dropped = 0;
    for (const event of places) tell(event);
    if (count > 0) tell({ type: 'feed.dropped', at: clock.now(), count });
  };
  const drop = (): void => {
    dropped += 1;
    timer ??= clock.setTimeout(flush, Math.max(0, windowEnds - clock.now()));
  };
  const hold = (event: InspectedEvent): void => {
    const key = placeOf(event);
    if (key === undefined || held.has(key)) drop();
    if (key !== undefined) held.set(key, event);
    timer ??= clock.setTimeout(flush, Math.max(0, windowEnds - clock.now()));
  };
  const isCrowded = (): boolean => {
    const now = clock.now();
    if (now >= windowEnds || now < windowEnds - WINDOW_MS) {
      windowEnds = now + WINDOW_MS;
      told = 0;
    }
    return told >= MAX_EVENTS || timer !== undefined;
  };

  return {
    isCrowded,
    drop,
    tell(event) {
      if (isCrowded() && !isLife(event)) {
        hold(event);
        return;
      }
      told += 1;
      // Where somebody was last is told before that it is over.
      if (event.type === 'actor.stopped') tellHeld(held, `moved ${event.actor}`, tell);
      tell(event);
    },
    end() {
      if (timer !== undefined) clock.clearTimeout(timer);
      held.clear();
    },
  };
}

function tellHeld(
  held: Map<string, InspectedEvent>,
  key: string,
  tell: (event: InspectedEvent) => void,
): void {
  const event = held.get(key);
  held.delete(key);
  if (event !== undefined) tell(event);
}

const isLife = ({ type }: InspectedEvent): boolean =>
  type === 'actor.started' || type === 'actor.stopped';

/** Whose place an event tells; `undefined` for what is over as soon as it has happened. */
function placeOf(event: InspectedEvent): string | undefined {
  switch (event.type) {
    case 'actor.moved':
      return `moved ${event.actor}`;
    case 'mailbox.changed':
      return `mailbox ${event.actor}`;
    case 'supervisor.moved':
      return 'supervisor';
    default:
      return undefined;
  }
}
