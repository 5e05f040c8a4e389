import type { RunEvent, RunOutcome } from '../../machines/question.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** A question under way, as its asker sees it. */
export interface Asked {
  /** What came so far, in order. */
  readonly events: readonly RunEvent[];
  /** Resolves when the run is settled; rejects when its events end otherwise. */
  readonly outcome: Promise<RunOutcome>;
  /** The first event of this type, past or to come, that fits; rejects when the run ends without one. */
  sees<Type extends RunEvent['type']>(
    type: Type,
    fits?: (event: EventOf<Type>) => boolean,
  ): Promise<EventOf<Type>>;
  /** The text of the answer as it was written, drafts of earlier turns gone. */
  draft(): string;
}

/** Reads the events of a run to their end. */
export function listen(stream: AsyncIterable<RunEvent>): Asked {
  const events: RunEvent[] = [];
  const watchers = new Set<() => void>();
  let isOver = false;
  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const outcome = readAll(stream, (event) => {
    events.push(event);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  // Not every test looks at every outcome.
  outcome.catch(() => {});

  return {
    events,
    outcome,
    sees: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.filter((event) => isOf(event, type)).find(fits);
          if (found === undefined && !isOver) return;
          watchers.delete(look);
          if (found === undefined) reject(new Error(`No such ${type}: ${JSON.stringify(events)}`));
          else resolve(found);
        };
        watchers.add(look);
        look();
      }),
    draft() {
      const drafts = events.filter((event) => isOf(event, 'run.drafted'));
      const last = drafts.at(-1)?.turn;
      return drafts.flatMap(({ turn, delta }) => (turn === last ? [delta] : [])).join('');
    },
  };
}

const isOf = <Type extends RunEvent['type']>(event: RunEvent, type: Type): event is EventOf<Type> =>
  event.type === type;

async function readAll(
  stream: AsyncIterable<RunEvent>,
  heard: (event: RunEvent) => void,
): Promise<RunOutcome> {
  let last: RunEvent | undefined;
  for await (const event of stream) {
    heard(event);
    last = event;
  }
  if (last?.type === 'run.settled') return last.outcome;
  throw new Error(`The events ended without run.settled, after ${JSON.stringify(last)}`);
}
