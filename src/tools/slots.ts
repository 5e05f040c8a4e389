/** A bounded number of places that are taken in the order of asking. */
export interface Slots {
  /** Waits for a place; gives the function that frees it, or nothing when aborted or the line is full. */
  take(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export function createSlots(limits: {
  readonly places: number;
  readonly maxWaiting: number;
}): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();

  /** The place passes straight to the next in line, so that nobody who comes later gets ahead. */
  const free = () => {
    const [next] = waiting;
    if (!next) {
      taken--;
      return;
    }
    waiting.delete(next);
    next();
  };
  const place = () => {
    let held = true;
    return () => {
      if (held) free();
      held = false;
    };
  };
  return {
    async take(signal) {
      if (signal.aborted) return undefined;
      if (taken < limits.places) {
        taken++;
        return place();
      }
      if (waiting.size >= limits.maxWaiting) return undefined;
      return new Promise((resolve) => {
        const onAbort = () => {
          waiting.delete(onTurn);
          resolve(undefined);
        };
        const onTurn = () => {
          signal.removeEventListener('abort', onAbort);
          resolve(place());
        };
        waiting.add(onTurn);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
