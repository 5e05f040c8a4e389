import { join } from 'node:path';
import type { RunId } from '../machines/ids.ts';
import type { Config } from './config.ts';
import type { RecordingRead } from './inspector/read-recording.ts';
import { createRecorder, type EndedRun, type Recorder } from './inspector/recorder.ts';
import { openRecordings, type Recordings, type RunsOf } from './inspector/recordings.ts';
import { withoutTexts } from './inspector/without-texts.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';

/** The recordings of a house: made of every run, kept as files where that is wanted. */
export interface Records {
  /** Given to the house (`TroupeOptions.recorder`). Left out: recordings are switched off. */
  readonly recorder: Recorder | undefined;
  /**
   * The recording of a run, without its texts: from memory while it is there, else from its file. `undefined` when
   * there is none.
   */
  recordingOf(runId: RunId): Promise<RecordingRead | undefined>;
  /** Erases what was recorded of these runs, and what is being recorded. Rejects when a file cannot be erased. */
  forget(owner: RunsOf): Promise<void>;
  /** Erases at most `limit` files that were written before that moment; gives back how many. Rejects likewise. */
  dropBefore(page: { readonly before: number; readonly limit: number }): Promise<number>;
  /** Resolves when every recording that is to be kept is written. */
  close(): Promise<void>;
}

/** Opens the recordings of a data folder. */
export function openRecords(
  { dataDir, recording }: Pick<Config, 'dataDir' | 'recording'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Records {
  const recordings = recordingsIn(dataDir, recording.keep, log);
  const onEnded = (ended: EndedRun): void => {
    if (recording.runs === 'failed' && !hasFailed(ended)) return;
    const made = ended.recording();
    recordings.save(recording.texts ? made : withoutTexts(made));
  };
  const recorder = recording.runs === 'off' ? undefined : createRecorder({ clock, onEnded });
  return {
    recorder,
    async recordingOf(runId) {
      const made = recorder?.recordingOf(runId);
      if (made !== undefined) return { kind: 'read', recording: withoutTexts(made) };
      const kept = await recordings.read(runId);
      return kept?.kind === 'read' ? { ...kept, recording: withoutTexts(kept.recording) } : kept;
    },
    async forget(owner) {
      recorder?.forget(owner);
      await recordings.forget(owner);
    },
    dropBefore: recordings.dropBefore,
    close: recordings.flush,
  };
}

/** Where a data folder keeps its recordings. */
export const recordingsIn = (dataDir: string, keep: number, log: Log): Recordings =>
  openRecordings({ folder: join(dataDir, 'recordings'), keep, log });

const hasFailed = ({ end, outcome }: EndedRun): boolean =>
  end === 'crashed' || end === 'cut' || outcome?.kind === 'failed';
