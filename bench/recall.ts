import { readOptions } from '../proof/options.ts';
import { seeded } from '../test/support/random.ts';
import { openBaseline } from './recall/baseline.ts';
import { type Dialogue, drawDialogue } from './recall/dialogues.ts';
import { learningLatency, recallMedianMs } from './recall/latency.ts';
import { readLocomo } from './recall/locomo.ts';
import { byMeaning, ours, recallOf } from './recall/measure.ts';
import { embedAll } from './recall/sentence-embedder.ts';

/**
 * How much of what answers a question is found: our ranking beside PostgreSQL's own on a real server, in one run; how long
 * recall takes, and what learning costs an answer. The last line on stdout is one JSON object. `--locomo file.json` takes
 * conversations in that format instead of drawn ones; `--seeds 10` compares words alone with the baseline on further seeds, too, each of
 * which must reach the goal.
 */
const { file, rest } = takeFile(process.argv.slice(2));
const { numbers } = readOptions(
  { dialogues: 10, turns: 590, questions: 110, seed: 1, seeds: 1, asks: 60 },
  [],
  rest,
);
const { seed } = numbers;
const dialogues = file === undefined ? drawn(seed) : readLocomo(file);

console.error('baseline: ts_rank_cd on a PostgreSQL of its own; lexical: BM25 over stems');
const { baseline, lexical } = await byWords(dialogues);
const further: { readonly seed: number; readonly lexicalGain: number }[] = [];
for (let next = seed + 1; file === undefined && next < seed + numbers.seeds; next++) {
  const found = await byWords(drawn(next));
  const lexicalGain = rounded(found.lexical.r10 / found.baseline.r10);
  further.push({ seed: next, lexicalGain });
  console.log(
    `seed ${next}: R@10 ${found.baseline.r10} and ${found.lexical.r10}, ${lexicalGain} times`,
  );
}
console.error('fused: BM25 and a sentence encoder, added');
const texts = dialogues.flatMap(({ turns, questions }) => [
  ...turns,
  ...questions.map(({ text }) => text),
]);
const vectors = await embedAll(texts);
const fused = await recallOf(dialogues, (dialogue) => ours(dialogue, vectors));
const meaning = await recallOf(dialogues, (dialogue) => byMeaning(dialogue, vectors));

const recallMs = recallMedianMs(seed);
const latency = await learningLatency(numbers.asks);
const goals = {
  lexical:
    lexical.r10 >= 1.15 * baseline.r10 && further.every(({ lexicalGain }) => lexicalGain >= 1.15),
  fused: fused.r10 >= 1.25 * baseline.r10,
  recallMs: recallMs <= 3,
  latency: latency.addedMs <= latency.noiseMs,
};
for (const [name, { r5, r10, r20 }] of Object.entries({ baseline, lexical, meaning, fused })) {
  console.log(
    `${name.padEnd(10)} R@5 ${r5.toFixed(4)}  R@10 ${r10.toFixed(4)}  R@20 ${r20.toFixed(4)}`,
  );
}
const ok = Object.values(goals).every(Boolean);
console.log(
  JSON.stringify({
    suite: 'recall',
    seed,
    ok,
    set: file === undefined ? 'generated' : 'locomo',
    turns: dialogues.reduce((sum, { turns }) => sum + turns.length, 0),
    questions: dialogues.reduce((sum, { questions }) => sum + questions.length, 0),
    baseline,
    lexical,
    meaning,
    fused,
    lexicalGain: rounded(lexical.r10 / baseline.r10),
    fusedGain: rounded(fused.r10 / baseline.r10),
    further,
    recallMs: rounded(recallMs),
    latency,
    goals,
  }),
);
if (!ok) process.exitCode = 1;

function drawn(from: number): readonly Dialogue[] {
  const random = seeded(from);
  return Array.from({ length: numbers.dialogues }, () => drawDialogue(random, numbers));
}

async function byWords(all: readonly Dialogue[]) {
  const server = await openBaseline(all);
  try {
    return {
      baseline: await recallOf(all, (_, nth) => server.method(nth)),
      lexical: await recallOf(all, (dialogue) => ours(dialogue)),
    };
  } finally {
    await server.close();
  }
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function takeFile(args: readonly string[]) {
  const at = args.indexOf('--locomo');
  if (at === -1) return { file: undefined, rest: args };
  const path = args[at + 1];
  if (path !== undefined) return { file: path, rest: args.toSpliced(at, 2) };
  console.error('--locomo needs the path of a file.');
  process.exit(2);
}
