import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { isValidId, RunId } from '../machines/ids.ts';
import { readProcessConfig } from './config.ts';
import { asTest } from './inspector/as-test.ts';
import { MACHINES } from './inspector/machines.ts';
import { readRecording } from './inspector/read-recording.ts';
import { recordedEvents } from './inspector/recorded-events.ts';
import type { Recording } from './inspector/recording.ts';
import { type Replay, replay } from './inspector/replay.ts';
import { diffOf } from './inspector/replay-diff.ts';
import { lineOf, startOf, summaryOf } from './inspector/replay-words.ts';
import { StatelyTranslator } from './inspector/stately.ts';
import { Stepper } from './inspector/stepper.ts';
import { recordingsIn } from './recording-house.ts';
import { silentLog } from './shared/log.ts';
import { messageOf } from './shared/thrown.ts';

const USAGE =
  'npm run replay -- <run id or file> [--diff <run id or file>] [--as-test <out.test.ts>] [--stately <out.json>]';

const out = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${line}\n`).join(''));

// A reader that has enough (`| head`) is no trouble.
process.stdout.on('error', () => {});

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`Troupe: ${messageOf(error)}\n`);
  process.exitCode = 2;
}

/** The exit code: 1 when a step went otherwise than it was recorded, or two replays differ. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      diff: { type: 'string' },
      'as-test': { type: 'string' },
      stately: { type: 'string' },
    },
  });
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw new Error(`Say which run: ${USAGE}`);
  const played = replay(await load(name));
  if (values.diff !== undefined) return showDiff(played, replay(await load(values.diff)));
  if (values['as-test'] !== undefined) return writeTest(played, values['as-test']);
  if (values.stately !== undefined) return writeStately(played, values.stately);
  if (process.stdin.isTTY && process.stdout.isTTY) await step(played);
  else out([...summaryOf(played), ...played.frames.map((one) => lineOf(one, startOf(played)))]);
  return played.diverges === undefined ? 0 : 1;
}

/** By its file, else by its run id in the data folder. */
async function load(name: string): Promise<Recording> {
  const read = existsSync(name) ? readRecording(await readFile(name, 'utf8')) : await kept(name);
  if (read.kind === 'read') return read.recording;
  throw new Error(`${name} cannot be replayed. ${read.message}`);
}

async function kept(name: string) {
  const reading = readProcessConfig();
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  const { dataDir } = reading.config;
  if (!isValidId(name)) throw new Error(`There is no file ${name}, and it is no run id.`);
  const read = await recordingsIn(dataDir, 1, silentLog).read(RunId(name));
  if (read !== undefined) return read;
  throw new Error(
    `There is no recording of run ${name} in ${dataDir}: RECORD_RUNS=all keeps every run, not only those that failed.`,
  );
}

function showDiff(one: Replay, other: Replay): number {
  const lines = diffOf(one, other);
  out([...summaryOf(one), '', ...summaryOf(other), '']);
  out(lines.map(({ sign, text }) => `${sign} ${text}`));
  return lines.every(({ sign }) => sign === ' ') ? 0 : 1;
}

async function writeTest(played: Replay, file: string): Promise<number> {
  const recordingFile = `${file.replace(/(\.test)?\.[cm]?[jt]s$/, '')}.recording.json`;
  await writeFile(recordingFile, `${JSON.stringify(played.recording, null, 1)}\n`);
  await writeFile(file, asTest(played, basename(recordingFile)));
  out([...summaryOf(played), `Written: ${file}, and ${recordingFile} which it reads.`]);
  return 0;
}

/** What an inspector would have been told of the run, in Stately's protocol: a JSON array of messages. */
async function writeStately(played: Replay, file: string): Promise<number> {
  const translator = new StatelyTranslator(MACHINES);
  const messages = recordedEvents(played).flatMap((event) => translator.translate(event) ?? []);
  await writeFile(file, `${JSON.stringify(messages, null, 1)}\n`);
  out([...summaryOf(played), `Written: ${file}, ${messages.length} messages.`]);
  return 0;
}

/** Until `q` or the end of input. */
async function step(played: Replay): Promise<void> {
  const stepper = new Stepper(played);
  out(stepper.begin());
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  terminal.prompt();
  for await (const line of terminal) {
    const { lines, isOver } = stepper.obey(line);
    out(lines);
    if (isOver) break;
    terminal.prompt();
  }
  terminal.close();
}
