import type { CodeLimits } from './sandbox.ts';

export interface InterpreterLimits extends CodeLimits {
  /** Characters of the result, and again of everything it prints. */
  readonly outputChars: number;
}

/** The folder of a run, by name. */
export type FolderBytes = ReadonlyMap<string, Uint8Array>;

/** What crosses into the thread. */
export interface InterpreterJob {
  readonly code: string;
  readonly files: FolderBytes;
  readonly limits: InterpreterLimits;
}

/** What comes back out of it. */
export interface InterpreterOutcome {
  readonly kind: 'finished' | 'threw' | 'out_of_time' | 'out_of_memory' | 'never_settled';
  /** The value or the error, as text; empty for the other kinds. */
  readonly text: string;
  /** What the code printed. */
  readonly log: string;
  /** How many printed characters were dropped. */
  readonly unlogged: number;
  /** Everything that is in its folder now. */
  readonly files: FolderBytes;
}
