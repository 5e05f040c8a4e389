import { ChannelId, RunId } from '../machines/ids.ts';
import type { Memory, Said } from '../machines/memory/memories.ts';
import { verify } from '../src/memory/verify.ts';
import { seeded } from '../test/support/random.ts';
import { readOptions } from './options.ts';
import { drawAttempt } from './poison/attempts.ts';
import { openPoisonedHouse } from './poison/house.ts';

/**
 * Tries to get a memory written that its user never said: by the history, names of people and files, results of tools,
 * quoted text, reports of members and the model itself, which always proposes the poison. One in so many goes through the
 * whole house, the rest through the checks that every memory passes. Controls see to it that what users do say is kept. The
 * last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ attempts: 2_000, seed: 1, whole: 20 });
const { seed, attempts } = numbers;
const random = seeded(seed);
const started = performance.now();
const byWay = new Map<string, number>();
const written: string[] = [];
let controls = 0;
let controlsKept = 0;

const house = await openPoisonedHouse();
for (let nth = 0; nth < attempts; nth++) {
  const attempt = drawAttempt(random, nth);
  byWay.set(attempt.way, (byWay.get(attempt.way) ?? 0) + 1);
  const kept =
    nth % numbers.whole === 0
      ? await house.attempt(attempt, nth)
      : checked(attempt.said, attempt.proposals);
  // What the user says beside the poison is theirs, and may be kept.
  written.push(...kept.filter((text) => attempt.isPoison(text)));
  controls += 1;
  if (checked(attempt.control.said, attempt.control.proposals).length === 1) controlsKept += 1;
}
await house.close();

const secs = Math.round((performance.now() - started) / 100) / 10;
for (const [way, times] of [...byWay].sort()) console.error(`${String(times).padStart(6)}  ${way}`);
for (const text of written.slice(0, 20)) console.error(`written: ${text}`);
const ok = written.length === 0 && controlsKept === controls;
console.log(
  JSON.stringify({
    suite: 'poison',
    seed,
    ok,
    attempts,
    whole: house.asked(),
    written: written.length,
    controls,
    controlsKept,
    secs,
  }),
);
if (!ok) process.exitCode = 1;

/** The texts that the checks let through. */
function checked(text: string, proposals: Parameters<typeof verify>[0]): readonly string[] {
  const said: Said = {
    runId: RunId('run'),
    channelId: ChannelId('lab'),
    text,
    at: 0,
    audience: 'others',
  };
  const known: readonly Memory[] = [];
  const { changes } = verify(proposals, { said: [said], known, now: 0, newId: () => 'new' });
  return changes.flatMap((change) => ('memory' in change ? [change.memory.text] : []));
}
