import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';
import { whyNotAtTheDoor } from '../../machines/supervisor/asking.ts';
import type { House } from '../../machines/supervisor/house.ts';
import type { TeamDispatcher } from './dispatcher.ts';
import type { Runs } from './runs.ts';

export interface AskOptions {
  /** A closing house that cuts it short refuses it, instead of going on with it in its next life. */
  readonly forNow?: boolean | undefined;
}

/** Takes up what is asked by people who watch. */
export const createAsking =
  (runs: Runs, dispatcher: TeamDispatcher, house: () => House) =>
  (question: Question, options: AskOptions = {}): AsyncIterable<RunEvent> =>
    refusedAtTheDoor(question, house(), runs) ?? ask({ ...options, question }, runs, dispatcher);

/**
 * Too many questions already: told at once, and nothing of it is kept. One by a platform is kept all the same: there, the
 * refusal is an answer that has to arrive.
 */
function refusedAtTheDoor(
  question: Question,
  house: House,
  runs: Runs,
): AsyncIterable<RunEvent> | undefined {
  const { runId, userId } = question;
  if (runs.questionOf(runId) !== undefined) return undefined;
  const refusal = whyNotAtTheDoor(house, question, runs.askers.crowdOf(userId));
  if (refusal === undefined) return undefined;
  return once({ type: 'run.settled', runId, outcome: { kind: 'refused', refusal } });
}

/** A question that is under way already, or has been answered, is refused as a duplicate. */
function ask(
  { question, forNow = false }: AskOptions & { readonly question: Question },
  runs: Runs,
  dispatcher: TeamDispatcher,
): AsyncIterable<RunEvent> {
  const { runId } = question;
  const events = runs.open(question);
  if (events === undefined) return once({ type: 'run.settled', runId, outcome: DUPLICATE });
  if (forNow) runs.endHere(runId);
  void dispatcher.submit(question).then(({ kind }) => {
    // Left over from an earlier life, it may have been taken up just now: then this is its feed.
    if (kind === 'duplicate' && !runs.isTaken(runId)) runs.settle(runId, DUPLICATE, 'saved');
  });
  return events;
}

const DUPLICATE: RunOutcome = { kind: 'refused', refusal: { kind: 'duplicate' } };

async function* once(event: RunEvent): AsyncGenerator<RunEvent> {
  yield event;
}
