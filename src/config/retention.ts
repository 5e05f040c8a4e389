import type { EnvReader } from './env-reader.ts';

/** For how many days what is over is kept: delivered questions and parts, and journals of runs; 0: for ever. */
export const readRetentionDays = (reader: EnvReader): number =>
  reader.whole('RETENTION_DAYS', 30, { min: 0, max: 36_500 });
