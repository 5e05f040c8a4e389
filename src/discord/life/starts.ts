import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../../shared/parse.ts';

/** When we identified with Discord lately, kept through crashes: beyond a thousand a day, Discord takes the token away. */
export interface Starts {
  /** Notes that we identify as soon as the pause given back is over; the pause grows with the starts of the last hour. */
  next(now: number): Promise<number>;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** So many in an hour need no pause. */
const FREE_PER_HOUR = 5;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** Of the thousand that Discord allows. */
const MAX_PER_DAY = 500;

/** Keeps them in a file of the data folder. A file that cannot be read counts as empty. */
export const startsIn = (folder: string): Starts => ({
  async next(now) {
    const file = path.join(folder, 'discord-starts.json');
    const recent = (await readStarts(file)).filter((at) => at > now - DAY_MS && at <= now + DAY_MS);
    const pause = pauseBefore(recent, now);
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify([...recent, now + pause]));
    await rename(`${file}.new`, file);
    return pause;
  },
});

/** How long to wait, given the starts of the last day, oldest first. Pure. */
export function pauseBefore(recent: readonly number[], now: number): number {
  const last = recent.at(-1) ?? 0;
  const inHour = recent.filter((at) => at > now - HOUR_MS).length;
  const doubled = FIRST_PAUSE_MS * 2 ** Math.min(inHour - FREE_PER_HOUR, 20);
  const grown = inHour < FREE_PER_HOUR ? 0 : last + Math.min(doubled, LONGEST_PAUSE_MS) - now;
  const oldest = recent.at(-MAX_PER_DAY);
  const spent = oldest === undefined ? 0 : oldest + DAY_MS - now;
  return Math.max(0, grown, spent);
}

async function readStarts(file: string): Promise<readonly number[]> {
  try {
    const parsed = parseJson(await readFile(file, 'utf8'));
    if (!parsed.ok || !Array.isArray(parsed.value)) return [];
    return parsed.value.filter((at: unknown) => typeof at === 'number').sort((a, b) => a - b);
  } catch {
    // There is none yet, or nobody may read it: then nothing is known of earlier starts.
    return [];
  }
}
