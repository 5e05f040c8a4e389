import type { EnvReader } from './env-reader.ts';

/** What becomes of the recordings of runs. */
export interface RecordingConfig {
  /** Which ones are kept as files; `off`: none is made at all. */
  readonly runs: 'off' | 'failed' | 'all';
  /** With what people, models and tools wrote; else only what the machines need to go the same way. */
  readonly texts: boolean;
  /** Files that are kept. */
  readonly keep: number;
}

export const readRecordingConfig = (
  reader: EnvReader,
): { readonly recording: RecordingConfig } => ({
  recording: {
    runs: reader.oneOf('RECORD_RUNS', ['off', 'failed', 'all'], 'failed'),
    texts: reader.flag('RECORD_TEXTS'),
    keep: reader.whole('RECORDINGS_KEPT', 100, { min: 1, max: 100_000 }),
  },
});
