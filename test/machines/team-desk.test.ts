import { describe, expect, it } from 'vitest';
import { ChannelId, RunId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import {
  afterBeginning,
  afterFinishing,
  type Desk,
  emptyDesk,
  isAtRest,
  nextRuns,
  placeOf,
} from '../../machines/team/desk.ts';
import {
  EMPTY_MAILBOX,
  firstRunnable,
  hasRoomFor,
  matches,
  waitingIn,
  without,
} from '../../machines/team/mailbox.ts';
import { aQuestion, aRoster } from '../../src/testing/builders.ts';
import { nobody } from '../../src/testing/stepped-machine.ts';

const LIMITS = { concurrency: 2, maxQueuedPerChannel: 2, maxQueued: 3 };

/** `lobby1` is question 1 of the channel lobby. */
const q = (name: string): Question => aQuestion({ run: name, channel: name.replace(/\d+$/, '') });

const desk = (over: { mailbox?: readonly string[]; running?: readonly string[] } = {}): Desk => {
  const userId = q('lobby1').userId;
  const input = { userId, epoch: 1, roster: aRoster(), limits: LIMITS, reportTo: nobody };
  const { mailbox = [], running = [] } = over;
  const slots = ['leader0', 'leader1'] as const;
  return {
    ...emptyDesk(input),
    mailbox: mailbox.map(q),
    running: running.flatMap((name, n) => {
      const slot = slots[n];
      return slot === undefined ? [] : [{ slot, question: q(name) }];
    }),
  };
};

const begun = (over: Parameters<typeof desk>[0]) =>
  nextRuns(desk(over)).map(({ slot, question }) => `${slot}:${question.runId}`);

describe('a mailbox', () => {
  const mailbox = ['lobby1', 'den1', 'lobby2'].map(q);

  it('counts what waits in a channel', () => {
    expect(waitingIn(mailbox, ChannelId('lobby'))).toBe(2);
    expect(waitingIn(mailbox, ChannelId('attic'))).toBe(0);
  });

  it.each([
    { mailbox: [], asks: 'lobby1', room: true },
    { mailbox: ['lobby1'], asks: 'lobby2', room: true },
    { mailbox: ['lobby1', 'lobby2'], asks: 'lobby3', room: false },
    { mailbox: ['lobby1', 'lobby2'], asks: 'den1', room: true },
    { mailbox: ['lobby1', 'lobby2', 'den1'], asks: 'den2', room: false },
  ])('has room for $asks beside $mailbox: $room', ({ mailbox: waiting, asks, room }) => {
    expect(hasRoomFor(waiting.map(q), q(asks), LIMITS)).toBe(room);
  });

  it('gives the oldest question whose channel is not busy', () => {
    expect(firstRunnable(mailbox, [])?.runId).toBe('lobby1');
    expect(firstRunnable(mailbox, [ChannelId('lobby')])?.runId).toBe('den1');
    expect(firstRunnable(mailbox, [ChannelId('lobby'), ChannelId('den')])).toBeUndefined();
  });

  it('keeps the order of what stays', () => {
    const [first] = mailbox;
    expect(without(mailbox, first === undefined ? [] : [first]).map(({ runId }) => runId)).toEqual([
      'den1',
      'lobby2',
    ]);
  });

  it.each([
    { scope: {}, hits: ['lobby1', 'den1', 'lobby2'] },
    { scope: { channelId: ChannelId('lobby') }, hits: ['lobby1', 'lobby2'] },
    { scope: { runId: RunId('den1') }, hits: ['den1'] },
    { scope: { runId: RunId('den1'), channelId: ChannelId('lobby') }, hits: [] },
  ])('matches $hits for $scope', ({ scope, hits }) => {
    expect(mailbox.filter((one) => matches(one, scope)).map(({ runId }) => runId)).toEqual(hits);
  });
});

describe('the runs that can begin', () => {
  it.each([
    { mailbox: [], running: [], begins: [] },
    { mailbox: ['lobby1'], running: [], begins: ['leader0:lobby1'] },
    { mailbox: ['lobby1', 'lobby2'], running: [], begins: ['leader0:lobby1'] },
    { mailbox: ['lobby1', 'den1'], running: [], begins: ['leader0:lobby1', 'leader1:den1'] },
    { mailbox: ['lobby2', 'den1'], running: ['lobby1'], begins: ['leader1:den1'] },
    { mailbox: ['lobby2'], running: ['lobby1'], begins: [] },
    { mailbox: ['attic1'], running: ['lobby1', 'den1'], begins: [] },
  ])('are $begins of $mailbox beside $running', ({ mailbox, running, begins }) => {
    expect(begun({ mailbox, running })).toEqual(begins);
  });

  it('take the free place, not the next one', () => {
    const busy = desk({ running: ['lobby1', 'den1'] });
    const free = { ...busy, ...afterFinishing(busy, 'leader0'), mailbox: [q('attic1')] };
    expect(nextRuns(free)).toEqual([{ slot: 'leader0', question: q('attic1') }]);
  });
});

describe('the place of a question', () => {
  it.each([
    { asks: 'lobby1', mailbox: [], running: [], place: 0 },
    { asks: 'lobby2', mailbox: [], running: ['lobby1'], place: 1 },
    { asks: 'lobby3', mailbox: ['lobby2'], running: ['lobby1'], place: 2 },
    { asks: 'den1', mailbox: ['lobby2'], running: ['lobby1'], place: 0 },
    { asks: 'attic1', mailbox: [], running: ['lobby1', 'den1'], place: 1 },
    { asks: 'attic1', mailbox: ['lobby2'], running: ['lobby1', 'den1'], place: 2 },
  ])('is $place for $asks behind $running and $mailbox', ({ asks, mailbox, running, place }) => {
    expect(placeOf(desk({ mailbox, running }), q(asks))).toBe(place);
  });
});

describe('a desk', () => {
  it('is at rest with nothing waiting and nothing running', () => {
    expect(isAtRest(desk())).toBe(true);
    expect(isAtRest(desk({ mailbox: ['lobby1'] }))).toBe(false);
    expect(isAtRest(desk({ running: ['lobby1'] }))).toBe(false);
  });

  it('shares its empty lists with every other idle one', () => {
    const idle = desk({ mailbox: ['lobby1'] });
    const busy = { ...idle, ...afterBeginning(idle, nextRuns(idle)) };
    expect(busy.mailbox).toBe(EMPTY_MAILBOX);
    const done = { ...busy, ...afterFinishing(busy, 'leader0') };
    expect(done.running).toBe(emptyDesk(idle.input).running);
  });
});
