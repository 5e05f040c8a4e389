import type { ToolPolicy } from '../../../machines/tool-policy.ts';
import type { Clock } from '../../shared/clock.ts';

/** What comes from the web is written by strangers, and what is asked of it is seen there: an address or a query can carry anything out. */
export const READS_THE_WEB: ToolPolicy = {
  readsUntrusted: true,
  readsPrivate: false,
  sendsOutward: true,
  repeatable: true,
  needsConfirmation: false,
};

export interface WebTiming {
  readonly clock: Clock;
}
