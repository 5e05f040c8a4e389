import type { ConfirmationPort, RunPort } from '../machines/ports.ts';
import type { Question, RunOutcome } from '../machines/question.ts';
import { type LateWrites, lateWrites } from './late-writes.ts';
import type { Inbox } from './runtime/dispatcher.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';

/** What a house keeps in its store. An end that could not be written is written when the store is back. */
export function keptIn(
  store: Store,
  { clock, log, onPosted = () => {} }: KeepingOptions,
): {
  readonly runs: RunPort;
  readonly inbox: Inbox;
  readonly confirmations: ConfirmationPort;
} {
  const parts = { store, log, onPosted, late: lateWrites(store, { clock, log }) };
  const runs = { ...store.runs, end: endOf(parts) };
  return { runs, inbox: inboxOf(parts), confirmations: store.confirmations };
}

export interface KeepingOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Called when something new has been put into the outbox. */
  readonly onPosted?: (() => void) | undefined;
}

interface Parts {
  readonly store: Store;
  readonly log: Log;
  readonly late: LateWrites;
  /** Called when something new has been put into the outbox. */
  readonly onPosted: () => void;
}

const endOf =
  ({ store: { runs }, late, onPosted }: Parts): RunPort['end'] =>
  async (record, { signal }) => {
    let isLate = false;
    const failed = await late.write(record.run.runId, async () => {
      // The run's own signal is about the first attempt only: the team may be gone when the store is back.
      const saved = await runs.end(record, { signal: isLate ? UNTIL_DONE : signal });
      isLate = true;
      if (saved.kind === 'saved' && record.parts !== undefined) onPosted();
      return saved.kind === 'failed' ? saved.failure : undefined;
    });
    return failed === undefined ? { kind: 'saved' } : { kind: 'failed', failure: failed };
  };

/** The store gives every call a deadline of its own. */
const UNTIL_DONE = new AbortController().signal;

function inboxOf({ store: { inbox }, late, log, onPosted }: Parts): Inbox {
  return {
    async accept(question) {
      const accepted = await inbox.accept(question);
      return typeof accepted === 'string'
        ? { kind: accepted }
        : { kind: 'failed', failure: accepted };
    },
    async claim({ limit, userId }) {
      try {
        const questions = await inbox.claim(userId === undefined ? { limit } : { limit, userId });
        return { kind: 'claimed', questions };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
    async leave() {
      const left = await inbox.leave();
      // Others take it for gone when its lease has run out.
      if (left !== 'left') log.warn('inbox.not_left', { why: left.message });
    },
    async countTry({ question: { userId, runId }, tries }) {
      try {
        await inbox.countTry({ userId }, { runId, before: tries });
      } catch (thrown) {
        // Not counted is no reason not to answer.
        log.warn('inbox.not_counted', { runId, why: failureOf(thrown).message });
      }
    },
    finish(question, outcome, parts = []) {
      return late.write(question.runId, async () => {
        const finished = await inbox.finish(question, { outcome, parts });
        if (finished !== 'finished') return finished;
        if (parts.length > 0) onPosted();
        return undefined;
      });
    },
  };
}

/** A question that nobody has begun, and the note that its platform is given for it. */
export interface Lapsed {
  /** Under the note's own id: said once, however many questions there are. */
  readonly note: Question;
  readonly part: string;
}

/**
 * Has the note said, then ends it. False when one of the two cannot be written: then it is answered after all, perhaps below
 * the note, since an answer too much is better than a question that is lost.
 */
export async function endLapsed(
  { inbox }: Store,
  question: Question,
  { note, part }: Lapsed,
): Promise<boolean> {
  const told = await inbox.decline(note, { parts: [part], isLate: true });
  if (typeof told !== 'string') return false;
  const outcome: RunOutcome = { kind: 'refused', refusal: { kind: 'too_old' } };
  return (await inbox.finish(question, { outcome })) === 'finished';
}

/** The other houses on this database, which a warning names: order and single teams end where another house begins. */
export async function neighboursIn({ inbox }: Store, log: Log): Promise<number> {
  const others = await inbox.neighbours();
  if (others > 0) log.warn('store.shared', { others });
  return others;
}
