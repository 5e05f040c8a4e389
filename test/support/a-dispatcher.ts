import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Acceptance, Inbox, Lapse, Unfinished } from '../../src/runtime/dispatcher.ts';
import { createLocalDispatcher } from '../../src/runtime/local-dispatcher.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { claimsOf } from './claims.ts';

/** `ada1` is question 1 of ada. */
export const q = (name: string): Question =>
  aQuestion({ run: name, user: name.replace(/\d+$/, '') });

/** Of a question that was begun again so often, each time in vain if nothing else is said. */
export const left = (name: string, inAll = 0, inVain = inAll): Unfinished => ({
  question: q(name),
  tries: { inAll, inVain },
});

interface Given {
  readonly unfinished?: readonly Unfinished[];
  readonly accept?: (question: Question) => Promise<Acceptance>;
  readonly read?: Promise<void>;
  readonly claim?: Inbox['claim'];
  /** How long it takes to count a try of this question. */
  readonly counting?: (question: Question) => Promise<void>;
  readonly endsAtOnce?: boolean;
  readonly lapse?: Lapse;
}

/** A dispatcher over an inbox that writes down what is done to it, and runs that end when told to. */
export function aDispatcher({ unfinished = [], accept, read, ...given }: Given = {}) {
  const journal: string[] = [];
  const ends = new Map<string, () => void>();
  const finished: RunOutcome[] = [];
  const log = recordedLog();
  const clock = simulatedClock();
  const claim = given.claim ?? claimsOf(unfinished);
  const inbox: Inbox = {
    accept: accept ?? (() => Promise.resolve({ kind: 'accepted' })),
    async claim(page) {
      await read;
      return await claim(page);
    },
    async leave() {},
    async countTry({ question }) {
      journal.push(`count ${question.runId}`);
      await given.counting?.(question);
    },
    async finish({ runId }, outcome) {
      journal.push(`finish ${runId}`);
      finished.push(outcome);
      return undefined;
    },
  };
  const dispatcher = createLocalDispatcher({
    inbox,
    clock,
    log,
    lapse: given.lapse,
    cancel() {},
    onUnkept() {},
  });
  const execute = ({ runId }: Question): Promise<void> => {
    journal.push(runId);
    if (given.endsAtOnce) return Promise.resolve();
    return new Promise((resolve) => ends.set(runId, resolve));
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await quiet();
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 5_000 && !holds(); turn++) await quiet();
  };
  return {
    dispatcher,
    journal,
    finished,
    log,
    clock,
    until,
    end,
    start: () => dispatcher.start(execute),
  };
}
