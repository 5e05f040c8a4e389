import { PURE } from '../../machines/tool-policy.ts';
import { createBridge } from '../../src/bridge-house.ts';
import { keptIn } from '../../src/house-store.ts';
import { type Script, scriptedModel } from '../../src/model/scripted.ts';
import type { HouseView } from '../../src/runtime/house-view.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { aRoster } from '../../src/testing/builders.ts';
import { type RecordedLog, recordedLog } from '../../src/testing/recorded-log.ts';
import { askedIn, delegate, say } from '../../src/testing/scripts.ts';
import { createTroupe } from '../../src/troupe.ts';
import { chatClient } from '../../test/support/crash/chat.ts';
import { FakeChat } from '../../test/support/fake-chat.ts';
import type { Random } from '../../test/support/random.ts';
import { answerTo, judge, PART_CHARS, questionIn, questionText } from '../kill9-judge.ts';
import { within } from '../waiting.ts';
import { type Timings, timedStore } from './timed-store.ts';

/** A house on a database that has mishaps. */
export interface House {
  readonly log: RecordedLog;
  readonly store: Store;
  readonly timings: Timings;
  readonly chat: FakeChat;
  /** Questions so far; they are numbered from 1. */
  asked(): number;
  /** Somebody asks the next one, somewhere. */
  ask(random: Random): void;
  /** False when something is still missing after so long. */
  isAnswered(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
  view(): HouseView;
  /** What it closes just now, for whoever waits for too long. */
  closing(): string;
}

const WINDOW_MS = 120_000;

export async function openHouse(url: string, connections: number): Promise<House> {
  const log = recordedLog();
  const clock = systemClock;
  const place = { kind: 'postgres', url, maxConnections: connections } as const;
  const opened = await openStore({ place, clock, log });
  const { store, timings } = timedStore(opened);
  const chat = new FakeChat({ windowMs: WINDOW_MS, now: Date.now });
  const bridge = createBridge(
    {
      url: 'http://chat',
      token: undefined,
      maxAgeMs: 0,
      dedupeWindowMs: WINDOW_MS,
      maxChars: PART_CHARS,
    },
    { store, clock, log, client: chatClient(chat, EVERYWHERE) },
  );
  const troupe = await createTroupe({
    roster: aRoster(),
    model: scriptedModel(answering),
    tools: { policyOf: () => PURE, run: () => Promise.resolve({ kind: 'returned', content: '' }) },
    store: keptIn(store, { clock, log, onPosted: bridge.posted }),
    reply: bridge.reply,
    clock,
    log,
  });
  const closeGateway = bridge.open(troupe);
  let asked = 0;
  let closed: Promise<void> | undefined;
  let stage = 'nothing';
  const close = async (): Promise<void> => {
    stage = 'the gateway';
    await closeGateway();
    stage = 'the troupe';
    await troupe.stop();
    stage = 'the sender';
    await bridge.close();
    stage = 'the store';
    await opened.close();
    stage = 'nothing';
  };
  return {
    log,
    store,
    timings,
    chat,
    asked: () => asked,
    ask(random) {
      asked += 1;
      chat.say({
        messageId: `m${asked}`,
        userId: `user${random.upTo(6)}`,
        channelId: `channel${random.upTo(4)}`,
        text: questionText(asked),
      });
    },
    async isAnswered(withinMs) {
      const isDone = (): boolean => {
        const { lost, partial } = judge(chat.posted, asked);
        return lost + partial === 0;
      };
      return (
        (await within(
          withinMs,
          chat.until(isDone).then(() => true),
        )) ?? false
      );
    },
    close() {
      closed ??= close();
      return closed;
    },
    view: () => troupe.view(0),
    closing: () => stage,
  };
}

/** Only the database has mishaps here. */
const EVERYWHERE = {
  deed: <Result>(_: string, work: () => Promise<Result>): Promise<Result> => work(),
  look: <Result>(work: () => Promise<Result>): Promise<Result> => work(),
};

/** The leader asks a member, then answers with all lines of the question's own. */
const answering: Script = (request) => {
  if (request.agent !== 'leader') return say('My part is done.');
  if (request.stepKey === 'leader/1') return delegate({ math: 'Count.' });
  return say(answerTo(questionIn(askedIn(request)) ?? 0));
};
