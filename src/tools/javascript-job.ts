export interface SandboxLimits {
  /** How long the code may run, in milliseconds. */
  readonly timeMs: number;
  readonly memoryMb: number;
  /** Characters of the result, and again of everything it prints. */
  readonly outputChars: number;
}

/** What crosses into the thread. */
export interface SandboxJob {
  readonly code: string;
  readonly limits: SandboxLimits;
}

/** What comes back out of it. */
export interface SandboxOutcome {
  readonly kind: 'finished' | 'threw' | 'out_of_time' | 'out_of_memory' | 'never_settled';
  /** The value or the error, as text; empty for the other kinds. */
  readonly text: string;
  /** What the code printed. */
  readonly log: string;
  /** How many printed characters were dropped. */
  readonly unlogged: number;
}
