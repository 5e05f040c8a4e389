import type { Question, Reply, RunOutcome } from '../../machines/question.ts';
import type { Inbox } from './dispatcher.ts';

/** What becomes of the outcomes of questions that came by a platform. */
export interface Replying {
  /** What is said of it there; nothing of a question that came another way. */
  readonly partsOf: Reply;
  /** True for an end that is not kept, because the next life of the house gives the question a better one. */
  readonly isForNextLife: (question: Question, outcome: RunOutcome) => boolean;
}

/** Whoever asked by a platform need not be told that the house was closed for a moment. */
export const createReplying = (reply: Reply | undefined, isClosing: () => boolean): Replying => ({
  partsOf: (question, outcome) =>
    question.origin === undefined ? [] : (reply?.(question, outcome) ?? []),
  isForNextLife: ({ origin }, outcome) =>
    origin !== undefined && isClosing() && isCutShort(outcome),
});

/** The same inbox, which keeps what is said on its platform of a question that ended without a run. */
export function saying(inbox: Inbox | undefined, { partsOf }: Replying): Inbox | undefined {
  if (inbox === undefined) return undefined;
  return {
    accept: (question) => inbox.accept(question),
    claim: (page) => inbox.claim(page),
    leave: () => inbox.leave(),
    countTry: (left) => inbox.countTry(left),
    finish: (question, outcome) => inbox.finish(question, outcome, partsOf(question, outcome)),
  };
}

/** Ends that only the closing of the house brings about. */
const isCutShort = (outcome: RunOutcome): boolean =>
  outcome.kind === 'cancelled' ||
  (outcome.kind === 'refused' && outcome.refusal.kind === 'draining');
