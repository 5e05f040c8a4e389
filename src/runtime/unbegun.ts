import { NO_USAGE } from '../../machines/conversation.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { Log } from '../shared/log.ts';
import { closeQuestion, type Inbox, type Lapse, type Unfinished } from './dispatcher.ts';
import { companyOf, GIVEN_UP } from './suspicion.ts';

interface House {
  readonly inbox: Inbox;
  readonly log: Log;
  /** Left out: no question becomes too old. */
  readonly lapse: Lapse | undefined;
}

/** A question of an earlier life, and whether its asker has stopped it in this one. */
interface Unbegun extends Unfinished {
  readonly isCancelled: boolean;
}

/** Ends what is not to be begun: it was stopped, the process died with it too often, or it is too old. True when it was. */
export async function endUnbegun(one: Unbegun, house: House): Promise<boolean> {
  if (one.isCancelled) await endStopped(one, house);
  else if (companyOf(one.tries) === 'given_up') await giveUp(one, house);
  else return await lapses(one, house);
  return true;
}

const STOPPED: RunOutcome = { kind: 'cancelled', usage: NO_USAGE };

/** What somebody stops while it waits for its turn is over, in every life. */
export const endStopped = (
  { question }: Unfinished,
  { inbox, log }: Omit<House, 'lapse'>,
): Promise<void> => closeQuestion(inbox, { question, outcome: STOPPED, log });

async function giveUp({ question, tries }: Unfinished, { inbox, log }: House): Promise<void> {
  log.error('inbox.given_up', { runId: question.runId, ...tries });
  await closeQuestion(inbox, { question, outcome: GIVEN_UP, log });
}

async function lapses(
  { question, tries, isUntouched }: Unfinished,
  { lapse, log }: House,
): Promise<boolean> {
  if (lapse === undefined || isUntouched !== true || !(await lapse(question))) return false;
  log.info('inbox.lapsed', { runId: question.runId, ...tries });
  return true;
}
