import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';
import type { ConversationEntry } from '../../src/web/house.ts';

export type Asked = Omit<Question, 'at'>;
export type Told = (event: RunEvent) => void;

/** A run of a house that does what the test says. */
export interface Run {
  readonly question: Asked;
  readonly at: number;
  readonly events: RunEvent[];
  readonly listeners: Set<Told>;
  readonly onLeave: () => void;
}

export const outcomeOf = (run: Run): RunOutcome | undefined => {
  const last = run.events.at(-1);
  return last?.type === 'run.settled' ? last.outcome : undefined;
};

export function entryOf(run: Run): ConversationEntry {
  const entry = { runId: run.question.runId, at: run.at, question: run.question.text };
  const outcome = outcomeOf(run);
  return outcome === undefined ? entry : { ...entry, outcome };
}

/** Listens from this moment on, also before the first event is taken. */
export function listen(run: Run, signal: AbortSignal): AsyncIterable<RunEvent> {
  const queue = [...run.events];
  let wake = () => {};
  const hear = (event: RunEvent) => {
    queue.push(event);
    wake();
  };
  run.listeners.add(hear);
  const leave = () => {
    run.listeners.delete(hear);
    run.onLeave();
    wake();
  };
  signal.addEventListener('abort', leave, { once: true });
  async function* events(): AsyncGenerator<RunEvent> {
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else yield event;
        if (event?.type === 'run.settled') return;
      }
    } finally {
      leave();
      signal.removeEventListener('abort', leave);
    }
  }
  return events();
}
