/** What was done to the house by the simulation: the only causes there may be. */
export interface Causes {
  maxTeams: number;
  isClosing: boolean;
  isForced: boolean;
  /** By how much the hour was set forward in all. */
  claimedMs: number;
  /** By how much the hour was changed in all. */
  jumpedMs: number;
  /** How often it was set back. */
  jumpsBack: number;
}

export const nothingDone = (maxTeams: number): Causes => ({
  maxTeams,
  isClosing: false,
  isForced: false,
  claimedMs: 0,
  jumpedMs: 0,
  jumpsBack: 0,
});
