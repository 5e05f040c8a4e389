import type { Figure } from './figures.ts';

export interface BenchOptions {
  /** The size for continuous integration: a minute for all parts together. */
  readonly quick: boolean;
}

/** One part of the benchmark. `measure` throws when what it measures goes wrong. */
export interface Part {
  /** How `--only` names it. */
  readonly key: string;
  readonly title: string;
  measure(options: BenchOptions): Promise<readonly Figure[]>;
}

/** Says what is being measured; on stderr, so that stdout is the table and the result. */
export const progress = (what: string): void => {
  process.stderr.write(`  ${what}\n`);
};
