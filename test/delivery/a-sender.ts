import { onTestFinished } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { Outbox, PartKey, WaitingPart } from '../../src/delivery/outbox.ts';
import { createSender, type Sender, type SenderLimits } from '../../src/delivery/sender.ts';
import type { FindResult, OutgoingPart, SendResult } from '../../src/shared/platform.ts';
import { quiet, type SimulatedClock, simulatedClock } from '../../src/testing/clock.ts';
import { type RecordedLog, recordedLog } from '../../src/testing/recorded-log.ts';

/** How the platform answers one request; what is thrown at it waits until the test settles it. */
export interface Held {
  readonly part: OutgoingPart;
  readonly signal: AbortSignal;
  settle(result: SendResult): Promise<void>;
}

export const there: SendResult = { kind: 'sent', platformId: 'there' };
export const away = (retryAfterMs?: number): SendResult => ({
  kind: 'unsent',
  why: 'As told.',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
export const never: SendResult = { kind: 'refused', why: 'As told.' };

interface Wishes {
  /** Decides about each send; default: it is taken. `hold` waits for the test. */
  readonly send?: (part: OutgoingPart, nth: number) => SendResult | 'hold';
  readonly find?: (part: OutgoingPart) => FindResult;
  readonly limits?: Partial<SenderLimits>;
  readonly dedupeWindowMs?: number;
  /** Answers that an earlier life has left, a part each. */
  readonly left?: readonly string[];
}

export interface SenderUnderTest {
  readonly sender: Sender;
  readonly clock: SimulatedClock;
  readonly log: RecordedLog;
  /** Everything that was asked of the platform: `send a.0`, `find a.0`. */
  readonly asked: readonly string[];
  /** Sends that wait for the test. */
  readonly held: readonly Held[];
  /** The texts that are marked as sent, in order. */
  readonly sent: readonly string[];
  readonly failed: readonly string[];
  /** How often the outbox was read. */
  reads(): number;
  /** Commits an answer: `a` in channel `a`, its parts `a.0`, `a.1` … */
  commit(answer: string, over?: { channel?: string; parts?: number }): Promise<void>;
  /** The next writes to the outbox fail, or the next reads. */
  breakStore(what: { writes?: number; reads?: number }): void;
}

/** A sender on a clock that stands still, an outbox in memory and a platform that does as told. */
export function aSender(wishes: Wishes = {}): SenderUnderTest {
  const clock = simulatedClock();
  const log = recordedLog();
  const rows = (wishes.left ?? []).map((answer) =>
    aPart(answer, { channel: answer, part: 0, clock }),
  );
  const [asked, sent, failed]: string[][] = [[], [], []];
  const held: Held[] = [];
  const broken = { writes: 0, reads: 0 };
  let reads = 0;
  let sends = 0;
  const mark = (change: () => void): ReturnType<Outbox['failed']> => {
    if (broken.writes > 0) {
      broken.writes -= 1;
      return Promise.resolve(failure('storage', 'Away.'));
    }
    change();
    return Promise.resolve(undefined);
  };
  const take = ({ messageId, part }: PartKey, andAfter = false): readonly WaitingPart[] => {
    const isMeant = (row: WaitingPart): boolean =>
      row.messageId === messageId && (row.part === part || (andAfter && row.part > part));
    const taken = rows.filter(isMeant);
    for (const row of taken) rows.splice(rows.indexOf(row), 1);
    return taken;
  };
  const outbox: Outbox = {
    pending(_platform, { limit, now }) {
      reads += 1;
      if (broken.reads > 0) {
        broken.reads -= 1;
        return Promise.resolve({ kind: 'failed', failure: failure('storage', 'Away.') });
      }
      return Promise.resolve({ kind: 'read', parts: headsOf(rows, now).slice(0, limit) });
    },
    sent: (key) => mark(() => void sent?.push(...take(key).map(({ content }) => content))),
    failed: (key) =>
      mark(() => void failed?.push(...take(key, true).map(({ content }) => content))),
    retryLater: (key, notBefore) =>
      mark(() => {
        const at = rows.findIndex(
          (row) => row.messageId === key.messageId && row.part === key.part,
        );
        const row = rows[at];
        if (row !== undefined) rows[at] = { ...row, notBefore, tries: row.tries + 1 };
      }),
  };
  const sender = createSender({
    outbox,
    clock,
    log,
    random: () => 0,
    ...(wishes.limits === undefined ? {} : { limits: wishes.limits }),
    platform: {
      name: 'chat',
      dedupeWindowMs: wishes.dedupeWindowMs ?? 120_000,
      send(part, { signal }) {
        asked?.push(`send ${part.content}`);
        const result = wishes.send?.(part, sends++) ?? there;
        if (result !== 'hold') return Promise.resolve(result);
        const { promise, resolve } = Promise.withResolvers<SendResult>();
        signal.addEventListener('abort', () => resolve({ kind: 'unsent', why: 'Cut.' }));
        const settle = (how: SendResult): Promise<void> => {
          resolve(how);
          return quiet();
        };
        held.push({ part, signal, settle });
        return promise;
      },
      find(part) {
        asked?.push(`find ${part.content}`);
        return Promise.resolve(wishes.find?.(part) ?? { kind: 'absent' });
      },
    },
  });
  onTestFinished(() => sender.close());
  return {
    sender,
    clock,
    log,
    asked: asked ?? [],
    held,
    sent: sent ?? [],
    failed: failed ?? [],
    reads: () => reads,
    breakStore: (what) => Object.assign(broken, what),
    async commit(answer, { channel = answer, parts = 1 } = {}) {
      for (let part = 0; part < parts; part++) rows.push(aPart(answer, { channel, part, clock }));
      sender.wake();
      await quiet();
    },
  };
}

const aPart = (
  answer: string,
  { channel, part, clock }: { channel: string; part: number; clock: SimulatedClock },
): WaitingPart => ({
  messageId: answer,
  part,
  channelId: channel,
  origin: { platform: 'chat', channelId: channel, replyTo: answer, position: 1 },
  content: `${answer}.${part}`,
  nonce: `nonce-${answer}.${part}`,
  tries: 0,
  notBefore: clock.now(),
  createdAt: clock.now(),
});

/** What the store promises: the next part of each channel, those due first. */
function headsOf(rows: readonly WaitingPart[], now: number): readonly WaitingPart[] {
  const heads = new Map<string, WaitingPart>();
  for (const row of rows) if (!heads.has(row.channelId)) heads.set(row.channelId, row);
  const due = ({ notBefore }: WaitingPart): number => Math.max(notBefore, now);
  return [...heads.values()].sort((a, b) => due(a) - due(b));
}
