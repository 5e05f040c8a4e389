/** What a tool touches: whoever builds a roster decides by it which tools may meet in one agent. */
export interface ToolPolicy {
  /** Its result may carry text of strangers (the web, other people). */
  readonly readsUntrusted: boolean;
  /** Its result may carry what only its user may know. */
  readonly readsPrivate: boolean;
  /** It can carry data out of the house. */
  readonly sendsOutward: boolean;
  /** Running it twice does no more than running it once; if not, a resumed run is told that it may have happened. */
  readonly repeatable: boolean;
  /** It is run only if the asker allows it, each time. */
  readonly needsConfirmation: boolean;
}

/** Reads nothing, sends nothing, may be repeated: a pure computation. */
export const PURE: ToolPolicy = {
  readsUntrusted: false,
  readsPrivate: false,
  sendsOutward: false,
  repeatable: true,
  needsConfirmation: false,
};
