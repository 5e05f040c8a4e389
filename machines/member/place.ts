import type { MemberInput } from './member.protocol.ts';

/** Where in the tree of a run somebody works. */
type Place = Pick<MemberInput, 'slot' | 'delegation' | 'within'>;

/** `<delegation>/<agent>`, in a nested team after the team's own: unique in the run, and the same when it is resumed. */
export function keyOf({ delegation, within }: Omit<Place, 'slot'>, agent: string): string {
  const own = `${delegation}/${agent}`;
  return within === undefined ? own : `${within.delegation}/${within.team}/${own}`;
}

/** The slot, for whoever watches; in a nested team after the team's own: `member0/member1`. */
export const placeOf = ({ slot, within }: Omit<Place, 'delegation'>): string =>
  within === undefined ? slot : `${within.slot}/${slot}`;

/** Numbers the drafts of a delegation apart from all others: no agent makes that many calls. */
const DRAFTS_APART = 1_000;

/** What the drafts of a delegation are counted from. */
export const draftsOf = ({ delegation, within }: Omit<Place, 'slot'>): number =>
  DRAFTS_APART * (delegation + DRAFTS_APART * (within?.delegation ?? 0));
