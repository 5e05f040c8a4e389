import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Log } from '../shared/log.ts';
import { isRecord, parseJson } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import { type RecordingRead, readRecording } from './read-recording.ts';
import type { Recording } from './recording.ts';

export interface RecordingsOptions {
  /** Made when the first recording is kept. */
  readonly folder: string;
  /** Files that are kept; beyond that the oldest go. */
  readonly keep: number;
  readonly log: Log;
}

/** Recordings as files: they can be read while the house is open, sent to somebody, or thrown away. */
export interface Recordings {
  /** Keeps a recording as it is, one after the other. What cannot be written is logged. */
  save(recording: Recording): void;
  /** The latest kept recording of a run; `undefined` when there is none. */
  read(runId: RunId): Promise<RecordingRead | undefined>;
  /** Erases every recording of these runs, those that wait to be written included. Rejects with the system's error. */
  forget(owner: RunsOf): Promise<void>;
  /** Erases at most `limit` recordings that were written before that moment; gives back how many. Rejects likewise. */
  dropBefore(page: { readonly before: number; readonly limit: number }): Promise<number>;
  /** Resolves when everything that was saved is written. */
  flush(): Promise<void>;
}

/** A user's runs: all of them, or those of one channel. */
export interface RunsOf {
  readonly userId: UserId;
  readonly channelId?: ChannelId | undefined;
}

/** Opens a folder of recordings, which may not be there yet. */
export function openRecordings({ folder, keep, log }: RecordingsOptions): Recordings {
  let last: Promise<void> = Promise.resolve();
  const write = async (recording: Recording): Promise<void> => {
    const { runId } = recording.run;
    try {
      await writeWhole(folder, recording);
      await dropOldest(folder, keep);
      log.info('recording.kept', { runId, end: recording.end, steps: recording.steps.length });
    } catch (error) {
      log.warn('recording.not_kept', { runId, why: messageOf(error) });
    }
  };
  return {
    save(recording) {
      last = last.then(() => write(recording));
    },
    async read(runId) {
      await last;
      const file = await latestOf(folder, runId);
      if (file === undefined) return undefined;
      return readRecording(await readFile(join(folder, file), 'utf8'));
    },
    async forget(owner) {
      await last;
      for (const name of await filesIn(folder, ANY_FILE)) {
        const path = join(folder, name);
        if (isOf(owner, await readFile(path, 'utf8'))) await rm(path, { force: true });
      }
    },
    async dropBefore({ before, limit }) {
      await last;
      const files = await datedFilesIn(folder, ANY_FILE);
      const old = files.filter(({ at }) => at < before).slice(0, limit);
      for (const { path } of old) await rm(path, { force: true });
      return old.length;
    },
    flush: () => last,
  };
}

/** Ids are safe in every file system but for the colon, which some do not take; the prefix keeps dots harmless. */
const prefixOf = (runId: RunId): string => `run-${runId.replaceAll(':', '%3A')}`;

/** A run that was begun again by a later incarnation has a recording of each. */
const EPOCH = /\.epoch(\d+)\.json$/;
/** Also what a process left half written. */
const ANY_FILE = /\.epoch\d+\.json(?:\.draft)?$/;

/** Whole or not at all, and for its owner only. */
async function writeWhole(folder: string, recording: Recording): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { runId, epoch } = recording.run;
  const path = join(folder, `${prefixOf(runId)}.epoch${epoch}.json`);
  await writeFile(`${path}.draft`, `${JSON.stringify(recording, null, 1)}\n`, { mode: 0o600 });
  await rename(`${path}.draft`, path);
}

async function latestOf(folder: string, runId: RunId): Promise<string | undefined> {
  const epochs = (await filesIn(folder)).filter(
    (name) => name.replace(EPOCH, '') === prefixOf(runId),
  );
  const epochOf = (name: string): number => Number(EPOCH.exec(name)?.[1]);
  return epochs.toSorted((a, b) => epochOf(b) - epochOf(a))[0];
}

async function filesIn(folder: string, pattern = EPOCH): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name));
  } catch (error) {
    // Nothing was kept yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The oldest first. */
async function datedFilesIn(folder: string, pattern = EPOCH) {
  const names = await filesIn(folder, pattern);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, at: (await stat(path)).mtimeMs };
    }),
  );
  return files.sort((a, b) => a.at - b.at);
}

async function dropOldest(folder: string, keep: number): Promise<void> {
  const files = await datedFilesIn(folder);
  for (const { path } of files.slice(0, Math.max(0, files.length - keep)))
    await rm(path, { force: true });
}

/** Whether a file is about such a run. Of one that cannot be read, the user's name anywhere in it decides. */
function isOf({ userId, channelId }: RunsOf, text: string): boolean {
  const parsed = parseJson(text);
  const run = parsed.ok && isRecord(parsed.value) ? parsed.value['run'] : undefined;
  if (!isRecord(run)) return text.includes(JSON.stringify(userId));
  return run['userId'] === userId && (channelId === undefined || run['channelId'] === channelId);
}
