import { seeded } from '../test/support/random.ts';
import { excusesIn, judge, questionText } from './kill9-judge.ts';
import { openWorld, type Program } from './kill9-world.ts';
import { readOptions, takeChoice } from './options.ts';
import { pause, within } from './waiting.ts';

/**
 * Kills the real program at random moments, again and again, while people write and the platform fails, and looks at
 * the end whether every message was answered exactly once. The last line on stdout is one JSON object.
 * `--late`: it stays down until the platform has forgotten its nonces. `--drain`: it is asked to end instead. From 100
 * kills on, it is `ok` only if it was open for a tenth as many messages whether they were there.
 */
const args = takeChoice('store', ['postgres', 'embedded'], process.argv.slice(2));
const { numbers, flags } = readOptions({ kills: 1_000, seed: 1 }, ['late', 'drain'], args.rest);
const { kills, seed } = numbers;
const isLate = flags.has('late');
const isDrain = flags.has('drain');

/** Of the kills: while it starts, before it reads its first event. */
const WHILE_STARTING = 0.1;
/** Of the lives: left alone until all that was written is answered, as most are in the world. */
const IN_PEACE = 0.05;
/** Of the times that it is down: somebody writes meanwhile. */
const WHILE_DOWN = 0.3;
const LONGEST_LIFE_MS = 120;
/** Fewer kills may by chance all fall where nothing is sent. */
const TELLING_KILLS = 100;
/** Of the kills: messages of which it was open whether they had arrived, at least: cut off, or looked for because of a death. */
const OPEN_SHARE = 0.1;
const LATE_NONCE_SECONDS = 1;
const LATE_DOWN_MS = 1_100;
/** A life of the program that has not connected by then never will. */
const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 25_000;
const SETTLE_WITHIN_MS = 120_000;

const started = performance.now();
const random = seeded(seed);
const world = await openWorld({
  random: seeded(seed + 1),
  store: args.choice,
  nonceSeconds: isLate ? LATE_NONCE_SECONDS : undefined,
});
const { platform } = world;
const complaints: string[] = [];
let messages = 0;
let startMs = 500;
let slowestEndMs = 0;

try {
  // What Node makes of our sources is kept by a life that ends in peace; the others start the faster.
  await liveInPeace();
  for (let nth = 1; nth <= kills; nth++) {
    await live();
    if (random.hits(WHILE_DOWN)) write(1 + random.upTo(2));
    if (isLate) {
      await pause(LATE_DOWN_MS);
      world.skip(LATE_NONCE_SECONDS * 1_000);
    }
    if (nth % 50 === 0) console.error(`${nth} of ${kills} kills, ${messages} messages`);
  }
  await settle();
} finally {
  await world.close();
}

/** One life of the program, to its violent end. */
async function live(): Promise<void> {
  const program = world.start();
  const before = performance.now();
  const connected = platform.counts.streams + 1;
  if (random.hits(WHILE_STARTING)) {
    await pause(random.next() * startMs);
  } else {
    await connects(program, connected);
    startMs = performance.now() - before;
    write(1 + random.upTo(4));
    if (random.hits(IN_PEACE)) await isAnswered(program);
    else await pause(random.next() * LONGEST_LIFE_MS);
  }
  await end(program);
}

async function end(program: Program): Promise<void> {
  const before = performance.now();
  program.child.kill(isDrain ? 'SIGTERM' : 'SIGKILL');
  const how = await within(END_WITHIN_MS, program.ended);
  if (how === undefined) {
    complaints.push(`It had not ended ${END_WITHIN_MS} ms after it was asked to.`);
    program.child.kill('SIGKILL');
    await program.ended;
  }
  slowestEndMs = Math.max(slowestEndMs, performance.now() - before);
  // Asked before it listens to signals, it just dies.
  const expected = isDrain ? ['0', 'SIGTERM'] : ['SIGKILL'];
  if (how !== undefined && !expected.includes(how)) {
    complaints.push(`It ended with ${how}: ${program.errors()}`);
  }
}

async function settle(): Promise<void> {
  world.calm();
  await liveInPeace();
}

/** A life that is left alone until everything is answered, and then asked to end. */
async function liveInPeace(): Promise<void> {
  const program = world.start();
  await connects(program, platform.counts.streams + 1);
  await isAnswered(program);
  program.child.kill('SIGTERM');
  const how = await within(END_WITHIN_MS, program.ended);
  if (how !== '0') complaints.push(`In peace it ended with ${how}: ${program.errors()}`);
  program.child.kill('SIGKILL');
  await program.ended;
}

async function isAnswered(program: Program): Promise<void> {
  const isDone = (): boolean => {
    const { lost, partial } = judge(platform.posted, messages);
    return lost + partial === 0;
  };
  if (
    (await within(
      SETTLE_WITHIN_MS,
      platform.until(isDone).then(() => true),
    )) === undefined
  ) {
    complaints.push(`Not everything was answered in time. ${program.errors()}`);
  }
}

async function connects({ ended, errors }: Program, streams: number): Promise<void> {
  const isConnected = platform.until(() => platform.counts.streams >= streams).then(() => 'yes');
  const how = await within(START_WITHIN_MS, Promise.race([isConnected, ended]));
  if (how !== 'yes') throw new Error(`The program did not connect (${how}): ${errors()}`);
}

function write(count: number): void {
  for (let n = 0; n < count; n++) {
    messages += 1;
    platform.say({
      messageId: `m${messages}`,
      channelId: `channel${random.upTo(4)}`,
      userId: `user${random.upTo(8)}`,
      text: questionText(messages),
    });
  }
}

const verdict = judge(platform.posted, messages);
const { ambiguous, finds } = platform.counts;
const { excused, lost, partial, doubled } = verdict;
// A run in which nobody ever wondered whether a message was there has shown little.
const openAtLeast = kills < TELLING_KILLS ? 0 : kills * OPEN_SHARE;
const open = ambiguous + finds;
if (open < openAtLeast) {
  complaints.push(
    `Of ${open} messages it was open whether they were there; ${openAtLeast} were to be.`,
  );
}
const ok = complaints.length === 0 && excused + lost + partial + doubled === 0;
if (excused > 0) complaints.push(`Instead of an answer: ${excusesIn(platform.posted).join(' | ')}`);
for (const complaint of complaints) console.error(complaint);
console.log(
  JSON.stringify({
    suite: 'kill9',
    seed,
    ok,
    kills,
    late: isLate,
    drain: isDrain,
    messages,
    ambiguous,
    finds,
    ...verdict,
    store: args.choice,
    slowestEndMs: Math.round(slowestEndMs),
    secs: Math.round((performance.now() - started) / 100) / 10,
  }),
);
if (!ok) process.exitCode = 1;
