import type { EnvReader } from './env-reader.ts';

/** For how many days what is over is kept; 0: for ever. */
export interface RetentionConfig {
  /** Delivered questions and parts, and journals of runs. */
  readonly overDays: number;
  /** What was said and answered: of it, only ids, times and figures stay. */
  readonly bodyDays: number;
}

export function readRetention(reader: EnvReader): { readonly retention: RetentionConfig } {
  const days = (name: string, usual: number): number =>
    reader.whole(name, usual, { min: 0, max: 36_500 });
  return {
    retention: {
      overDays: days('RETENTION_DAYS', 30),
      bodyDays: days('SESSION_RETENTION_DAYS', 0),
    },
  };
}
