import type { Clock } from '../../shared/clock.ts';

/** Files by name; flat, as a run of code finds them in its folder. */
export type Files = ReadonlyMap<string, Buffer>;

export type Language = 'python' | 'javascript';

export interface CodeJob {
  readonly language: Language;
  readonly code: string;
  readonly files: Files;
}

export interface CodeLimits {
  /** Wall clock of one run, in milliseconds. */
  readonly timeMs: number;
  /** What all its processes may hold together, in megabytes. */
  readonly memoryMb: number;
}

export const CODE_LIMITS: Readonly<Record<Language, CodeLimits>> = {
  python: { timeMs: 30_000, memoryMb: 768 },
  javascript: { timeMs: 10_000, memoryMb: 256 },
};

/** What is kept of what a run prints, in bytes; far beyond it the run is ended. */
export const MAX_OUTPUT_BYTES = 64 * 1024;
/** Characters of the value of a last expression. */
export const MAX_RESULT_CHARS = 8_000;
/** Files that outlive a run: so many, and so many bytes together. */
export const MAX_FILES = 20;
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

interface Printed {
  readonly output: string;
  /** Bytes that were printed beyond `output`. */
  readonly dropped: number;
}

export type CodeOutcome =
  | (Printed & {
      readonly kind: 'ended';
      /** True when it ended by itself without an error. */
      readonly ok: boolean;
      /** Everything that is in its folder now. */
      readonly files: Files;
      /** True when its folder has gone with it: what it wrote is lost, and `files` are those from before. */
      readonly isLost?: true;
      /** Names of what could not be kept: too much, or no plain files. */
      readonly unkept: readonly string[];
    })
  | (Printed & { readonly kind: 'out_of_time' | 'out_of_memory' | 'out_of_output' | 'aborted' })
  /**
   * No end is known. `broken`: the sandbox itself failed, another one may run the code. `lost`: it had been given the code,
   * which may have run and must not be run again. `busy`: it is well, but too much code of this owner waits.
   */
  | {
      readonly kind: 'broken' | 'lost' | 'busy';
      readonly why: string;
      readonly transient: boolean;
    };

/** A place where code of strangers may run. It never rejects and always settles. */
export interface Sandbox {
  /** For people: which kind it is. */
  readonly name: string;
  readonly languages: readonly Language[];
  /** For people: what it holds now, where that is something. */
  state?(): string;
  run(job: CodeJob, options: CodeOptions): Promise<CodeOutcome>;
}

export interface CodeOptions {
  /** Whose run it is: what is kept between runs is kept apart by it. */
  readonly owner: string;
  readonly limits: CodeLimits;
  readonly clock: Clock;
  /** Ends the run with everything it started. */
  readonly signal: AbortSignal;
}
