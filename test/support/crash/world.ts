import { judge, type Verdict } from '../../../proof/kill9-judge.ts';
import { createBridge } from '../../../src/bridge-house.ts';
import { keptIn } from '../../../src/house-store.ts';
import { quiet, type SimulatedClock, simulatedClock } from '../../../src/testing/clock.ts';
import { recordedLog } from '../../../src/testing/recorded-log.ts';
import { createTroupe } from '../../../src/troupe.ts';
import { FakeChat } from '../fake-chat.ts';
import { type Ledger, MESSAGES, modelOf, PART_CHARS, ROSTER, toolsOf } from './cast.ts';
import { chatClient } from './chat.ts';
import type { LastingDatabase } from './database.ts';
import { Life } from './life.ts';

/** What became of three questions, whatever died meanwhile. */
export interface Ending extends Verdict {
  /** Steps that were done again although their result was kept, and a tool that was run twice for good. */
  readonly repeated: readonly string[];
  /** Changes of the world in each life. */
  readonly deeds: readonly number[];
  /** What each life did, line by line. */
  readonly story: readonly string[];
}

/** Time enough for every pause that a house makes. */
const PATIENCE_MS = 10 * 60_000;
const WINDOW_MS = 120_000;

/**
 * Three questions are asked; the first life dies after `deaths[0]` deeds, the next one after `deaths[1]`, and so on; the
 * last one lives. Everything is the real thing but the model, the tools, the platform and the wire to it.
 */
export async function live(database: LastingDatabase, deaths: readonly number[]): Promise<Ending> {
  await database.empty();
  const time = simulatedClock();
  const chat = new FakeChat({ windowMs: WINDOW_MS, now: () => time.now() });
  for (const message of MESSAGES) chat.say(message);
  const ledger: Ledger = { kept: new Set(), again: [], sent: 0 };
  const lives: Life[] = [];
  for (const diesAfter of [...deaths, Number.POSITIVE_INFINITY]) {
    const life = new Life(time, diesAfter);
    lives.push(life);
    ledger.kept = await keptSteps(database);
    await oneLife({ database, time, chat, ledger, life });
    // It was done before it could die.
    if (!life.isDead) break;
  }
  return {
    ...judge(chat.posted, MESSAGES.length),
    repeated: [...ledger.again, ...(ledger.sent > 1 ? ['send'] : [])],
    deeds: lives.map(({ deeds }) => deeds),
    story: lives.flatMap(({ story }, nth) => story.map((line) => `life ${nth + 1}: ${line}`)),
  };
}

interface Stage {
  readonly database: LastingDatabase;
  readonly time: SimulatedClock;
  readonly chat: FakeChat;
  readonly ledger: Ledger;
  readonly life: Life;
}

/** From the start of a process to its death, or until there is nothing left to do. */
async function oneLife({ database, time, chat, ledger, life }: Stage): Promise<void> {
  const opened = openHouse({ database, chat, ledger, life });
  await untilIdle(life);
  const isAnswered = (): boolean => {
    const { lost, partial } = judge(chat.posted, MESSAGES.length);
    return lost + partial === 0;
  };
  const giveUpAt = time.now() + PATIENCE_MS;
  while (!life.isDead && !isAnswered() && time.now() < giveUpAt && time.next()) {
    await untilIdle(life);
  }
  if (life.isDead) return;
  const close = await opened;
  let isClosed = false;
  void close().then(() => {
    isClosed = true;
  });
  await untilIdle(life);
  while (!isClosed && time.next()) await untilIdle(life);
}

/** As src/app.ts puts it together; gives back the way to close it. */
async function openHouse({ database, chat, ledger, life }: Omit<Stage, 'time'>) {
  const log = recordedLog();
  const { clock } = life;
  const store = await database.open(life, log);
  const bridge = createBridge(
    {
      url: 'http://chat',
      token: undefined,
      maxAgeMs: 0,
      dedupeWindowMs: WINDOW_MS,
      maxChars: PART_CHARS,
    },
    { store, clock, log, random: () => 0, client: chatClient(chat, life) },
  );
  const troupe = await createTroupe({
    roster: ROSTER,
    model: modelOf(ledger),
    tools: toolsOf(ledger, life),
    store: keptIn(store, { clock, log, onPosted: bridge.posted }),
    reply: bridge.reply,
    clock,
    log,
    random: () => 0,
  });
  const closeGateway = bridge.open(troupe);
  return async (): Promise<void> => {
    await closeGateway();
    await troupe.stop();
    await bridge.close();
    await store.close();
  };
}

/** Until nothing happens any more without time going by. */
async function untilIdle(life: Life): Promise<void> {
  const ROUNDS = 3;
  let begun = -1;
  for (let still = 0; still < ROUNDS; ) {
    await quiet();
    const isStill = !life.isBusy && life.begun === begun;
    still = isStill ? still + 1 : 0;
    begun = life.begun;
  }
}

async function keptSteps(database: LastingDatabase): Promise<ReadonlySet<string>> {
  const rows = await database.rows(
    "select run_id || ' ' || step_key as step from run_steps where kind <> 'intent'",
  );
  // That is the only column.
  return new Set(rows.map((row) => (row as { readonly step: string }).step));
}
