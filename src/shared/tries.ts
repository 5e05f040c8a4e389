/** How often a question was begun again because a process had died with it. */
export interface Tries {
  readonly inAll: number;
  /** Since its run last got further than ever before: kept a step that it had not kept yet. */
  readonly inVain: number;
}
