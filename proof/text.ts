import fc from 'fast-check';
import { outgoingText } from '../src/discord/text/outgoing.ts';
import { splitMarkdown } from '../src/discord/text/split.ts';
import { documents, faultsOfDocument } from '../test/support/discord-documents.ts';
import { faultsOfSaying, NAMED, sayings } from '../test/support/discord-sayings.ts';
import { faultsOfSplit, hostileTexts, rooms, wildTexts } from '../test/support/discord-texts.ts';
import { readOptions } from './options.ts';

/**
 * Cuts texts for Discord and makes them safe to say, each drawn from a seed: half of them wild, the rest documents and
 * mentions. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ cases: 100_000, seed: 1 });
const { cases, seed } = numbers;
const started = performance.now();
let slowestMs = 0;
/** What takes more than proportional time takes minutes for these. */
const HOSTILE_CHARS = 1_000_000;
const HOSTILE_LIMIT_MS = 5_000;

const results = [
  checked(Math.ceil(cases / 2), fc.tuple(wildTexts, rooms), ([text, room]) =>
    faultsOfSplit(text, room),
  ),
  checked(Math.ceil(cases / 4), fc.tuple(documents, rooms), ([text, room]) =>
    faultsOfDocument(text, room),
  ),
  checked(Math.floor(cases / 4), sayings, faultsOfSaying),
];

const hostileMs = Math.max(...hostileTexts(HOSTILE_CHARS).map(([, text]) => msFor(text)));

const secs = Math.round((performance.now() - started) / 100) / 10;
const ok = results.every(({ failed }) => !failed) && hostileMs < HOSTILE_LIMIT_MS;
const ran = results.reduce((sum, { numRuns }) => sum + numRuns, 0);
const figures = { cases: ran, slowestMs: Math.round(slowestMs), hostileMs, secs };
console.log(JSON.stringify({ suite: 'text', seed, ok, ...figures }));
if (!ok) process.exitCode = 1;

/** Made safe and cut, in whole milliseconds. */
function msFor(text: string): number {
  const before = performance.now();
  splitMarkdown(outgoingText(text, NAMED), 2_000);
  return Math.round(performance.now() - before);
}

function checked<Case>(
  numRuns: number,
  cases: fc.Arbitrary<Case>,
  faultsOf: (one: Case) => readonly string[],
): fc.RunDetails<[Case]> {
  const property = fc.property(cases, (one) => {
    const before = performance.now();
    const faults = faultsOf(one);
    slowestMs = Math.max(slowestMs, performance.now() - before);
    if (faults.length > 0) throw new Error(faults.join('; '));
  });
  const details = fc.check(property, { numRuns, seed });
  if (details.failed) console.error(fc.defaultReportMessage(details));
  return details;
}
