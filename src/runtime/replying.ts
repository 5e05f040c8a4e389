import type { Question, Reply, RunOutcome } from '../../machines/question.ts';
import type { Inbox } from './dispatcher.ts';
import type { Runs } from './runs.ts';
import type { RuntimeOptions } from './runtime-options.ts';

/** What becomes of outcomes: what is kept, and what is said of them. */
export interface Replying {
  /** What is cut short from now on, nobody wanted to end. */
  readonly houseCloses: () => void;
  /** What is said of it there; nothing of a question that came another way. */
  readonly partsOf: Reply;
  /** True for an end that is not kept, because the next life of the house gives the question a better one. */
  readonly isForNextLife: (question: Question, outcome: RunOutcome) => boolean;
  /** What whoever watches is told: that the house closes, where that is what ended it. */
  readonly told: (question: Question, outcome: RunOutcome) => RunOutcome;
}

/**
 * `runs`: those under way. What somebody has stopped has its end in that, whatever happens to the house.
 *
 * What the closing house cuts short goes on in the next life, as after a crash: its steps are paid for. Whoever asked by a
 * platform need not be told that the house was closed for a moment, so a question that it did not take up waits there, too.
 * On the console it is refused instead: its asker sits there, is told so, and may have asked elsewhere by then.
 */
export function createReplying(
  { reply, inbox }: Pick<RuntimeOptions, 'reply' | 'inbox'>,
  runs: () => Pick<Runs, 'isTakenBack' | 'endsHere'>,
): Replying {
  let isClosing = false;
  // Without an inbox, no question outlives the process.
  const goesOn = ({ runId }: Question): boolean => inbox !== undefined && !runs().endsHere(runId);
  const isCut = ({ runId }: Question, { kind }: RunOutcome): boolean =>
    kind === 'cancelled' && isClosing && !runs().isTakenBack(runId);
  return {
    houseCloses() {
      isClosing = true;
    },
    partsOf: (question, outcome) =>
      question.origin === undefined ? [] : (reply?.(question, outcome) ?? []),
    isForNextLife: (question, outcome) =>
      goesOn(question) &&
      (isCut(question, outcome) ||
        (question.origin !== undefined && isClosing && isTurnedAway(outcome))),
    told: (question, outcome) =>
      isCut(question, outcome)
        ? { kind: 'refused', refusal: { kind: goesOn(question) ? 'postponed' : 'draining' } }
        : outcome,
  };
}

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

/** Only the closing of the house does that. */
const isTurnedAway = (outcome: RunOutcome): boolean =>
  outcome.kind === 'refused' && outcome.refusal.kind === 'draining';
