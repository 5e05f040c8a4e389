import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { Tries } from '../shared/tries.ts';

/** What may be under way beside a question that a process has died with. */
export type Company =
  /** Whatever there is. */
  | 'anybody'
  /** New questions, but nothing else of an earlier life. */
  | 'newcomers'
  /** Nothing at all, in a house that has stood for a while. */
  | 'nobody'
  /** It is not begun again. */
  | 'given_up';

/** Of three deaths at the same step, the first came before anything was tried again. */
const MOST_IN_VAIN = 2;
/** Of ten in all, likewise: a question that kills the process a little later each time ends, too. */
const MOST_IN_ALL = 9;

/**
 * Processes die for many reasons, and what was under way in them is rarely to blame. So a question is given up only when
 * the last of several deaths came while it was alone in a house that had stood: whoever kills processes at random would
 * have to hit that one step, again and again.
 */
export function companyOf({ inAll, inVain }: Tries): Company {
  if (inVain >= MOST_IN_VAIN || inAll >= MOST_IN_ALL) return 'given_up';
  if (inVain === MOST_IN_VAIN - 1 || inAll === MOST_IN_ALL - 1) return 'nobody';
  return inAll === 0 ? 'anybody' : 'newcomers';
}

/** Whether such a question may begin beside others, or ends without beginning. */
export function needsNoRoom(tries: Tries): boolean {
  const company = companyOf(tries);
  return company === 'anybody' || company === 'given_up';
}

/** Its end then. */
export const GIVEN_UP: RunOutcome = {
  kind: 'failed',
  failure: failure('poisonous', 'The process died with this question too often; it was given up.'),
  usage: NO_USAGE,
};
