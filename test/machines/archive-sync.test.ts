import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArchivedMessage, Reach } from '../../machines/archive/archived.ts';
import { beginSync, nextPage, PAGE, type Sync, takePage } from '../../machines/archive/sync.ts';
import { ChannelId, UserId } from '../../machines/ids.ts';

const channel = { channelId: ChannelId('discord:1') };
const HOUR = 3_600_000;

const aMessage = (n: number): ArchivedMessage => ({
  id: `discord:${n}`,
  position: String(n),
  channelId: channel.channelId,
  authorId: UserId('discord:9'),
  authorName: 'Ada',
  isBot: false,
  content: `${n}`,
  attachments: [],
  sentAt: n,
});

/** Newest first, as Discord gives them. */
const messages = (from: number, to: number): readonly ArchivedMessage[] =>
  Array.from({ length: to - from + 1 }, (_, n) => aMessage(to - n));

const reaching = (oldest: number, newest: number, complete = false): Reach => ({
  oldest: String(oldest),
  newest: String(newest),
  complete,
});

describe('bringing an archive up to date', () => {
  it('begins a channel that was never archived at its end', () => {
    const sync = beginSync(channel, undefined, 1_000);

    expect(nextPage(sync)).toEqual({ limit: PAGE });
    const { sync: next } = takePage(sync, { messages: messages(901, 1_000), at: HOUR });
    expect(next.reach).toEqual(reaching(901, 1_000));
    expect(nextPage(next)).toEqual({ limit: PAGE, before: '901' });
  });

  it('reads on from where it was, page after page, then looks back, then fills', () => {
    const sync = beginSync(channel, reaching(50, 100), 1_000);
    const first = takePage(sync, { messages: messages(101, 200), at: HOUR }).sync;
    const second = takePage(first, { messages: messages(201, 210), at: HOUR }).sync;
    const third = takePage(second, { messages: messages(111, 210), at: HOUR }).sync;

    expect([sync, first, second, third].map(nextPage)).toEqual([
      { limit: PAGE, after: '100' },
      { limit: PAGE, after: '200' },
      { limit: PAGE },
      { limit: PAGE, before: '50' },
    ]);
    expect(third.reach).toEqual(reaching(50, 210));
  });

  it('comes from the other end when it is too far behind, and leaves no hole', () => {
    const sync = beginSync(channel, reaching(50, 100), 100);
    const { sync: next } = takePage(sync, { messages: messages(101, 200), at: HOUR });

    expect(next).toMatchObject({ phase: 'filling', reach: undefined });
    expect(nextPage(next)).toEqual({ limit: PAGE });
  });

  it('is complete when a page is not full, and never because of an empty channel it knows nothing of', () => {
    const sync = beginSync(channel, undefined, 1_000);

    const short = takePage(sync, { messages: messages(1, 7), at: HOUR }).sync;
    const empty = takePage(sync, { messages: [], at: HOUR }).sync;

    expect(short).toMatchObject({ phase: 'done', reach: { complete: true } });
    expect(empty).toMatchObject({ phase: 'done', reach: undefined });
  });

  it('ends at the limit', () => {
    const sync = beginSync(channel, undefined, 100);
    const { sync: next } = takePage(sync, { messages: messages(901, 1_000), at: HOUR });

    expect(next).toMatchObject({ phase: 'done', reach: { complete: false } });
    expect(nextPage(beginSync(channel, undefined, 0))).toBeUndefined();
  });

  it('compares within what the page tells all of, and no further', () => {
    const filling = beginSync(channel, reaching(500, 1_000), 1_000);
    const back = { ...filling, phase: 'filling' } as const;

    const after = takePage(filling, { messages: messages(1_003, 1_004), at: HOUR }).compare;
    const before = takePage(back, { messages: messages(399, 498), at: HOUR }).compare;
    const first = takePage(back, { messages: messages(401, 498), at: HOUR }).compare;
    const empty = takePage(back, { messages: [], at: HOUR }).compare;

    expect(after).toMatchObject({ from: '1001', to: '1004', sentBefore: HOUR - 60_000 });
    expect(before).toMatchObject({ from: '399', to: '499' });
    expect(first).toMatchObject({ from: '0', to: '499' });
    expect(empty).toBeUndefined();
  });

  it('has no hole within its reach, whatever happens between the pages and however often it dies', () => {
    const acts = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('written' as const),
          count: fc.integer({ min: 1, max: 250 }),
        }),
        fc.record({ kind: fc.constant('deleted' as const), which: fc.nat() }),
        fc.record({ kind: fc.constant('page' as const), count: fc.integer({ min: 1, max: 6 }) }),
        fc.constant({ kind: 'died' as const }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(acts, fc.integer({ min: 100, max: 900 }), (all, limit) => {
        const world = new World(limit);
        for (const act of all) world.play(act);
        world.play({ kind: 'died' });
        world.finish();

        expect(world.holes()).toEqual([]);
        expect(world.ghosts()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

type Act =
  | { readonly kind: 'written' | 'page'; readonly count: number }
  | { readonly kind: 'deleted'; readonly which: number }
  | { readonly kind: 'died' };

/** A channel and its archive; the bot hears nothing of what happens there. */
class World {
  readonly #limit: number;
  readonly #channel = new Map<number, ArchivedMessage>();
  readonly #archive = new Map<number, ArchivedMessage>();
  #next = 1;
  #reach: Reach | undefined;
  #sync: Sync;

  constructor(limit: number) {
    this.#limit = limit;
    this.#sync = beginSync(channel, undefined, limit);
  }

  play(act: Act): void {
    switch (act.kind) {
      case 'written':
        for (let n = 0; n < act.count; n++, this.#next++) {
          this.#channel.set(this.#next, aMessage(this.#next));
        }
        return;
      case 'deleted':
        this.#channel.delete([...this.#channel.keys()][act.which % (this.#channel.size + 1)] ?? 0);
        return;
      case 'page':
        for (let n = 0; n < act.count; n++) this.#page();
        return;
      case 'died':
        this.#sync = beginSync(channel, this.#reach, this.#limit);
    }
  }

  finish(): void {
    while (nextPage(this.#sync) !== undefined) this.#page();
  }

  /** What the channel has within reach, and the archive has not. */
  holes(): readonly number[] {
    const [oldest, newest] = [Number(this.#reach?.oldest), Number(this.#reach?.newest)];
    return [...this.#channel.keys()].filter(
      (n) => n >= oldest && n <= newest && !this.#archive.has(n),
    );
  }

  /** What the archive has of the last page, and the channel has not. */
  ghosts(): readonly number[] {
    const [oldest = 0] = [...this.#channel.keys()].slice(-PAGE);
    const newest = [...this.#channel.keys()].at(-1) ?? 0;
    return [...this.#archive.keys()].filter(
      (n) => n >= oldest && n <= newest && !this.#channel.has(n),
    );
  }

  #page(): void {
    const request = nextPage(this.#sync);
    if (request === undefined) return;
    const all = [...this.#channel.values()];
    const { before, after } = request;
    const found =
      after === undefined
        ? all.filter((one) => before === undefined || one.sentAt < Number(before)).slice(-PAGE)
        : all.filter((one) => one.sentAt > Number(after)).slice(0, PAGE);
    const page = { messages: found.toReversed(), at: HOUR };
    const { sync, compare } = takePage(this.#sync, page);
    for (const message of found) this.#archive.set(message.sentAt, message);
    for (const n of this.#archive.keys()) {
      const isTold = compare && n >= Number(compare.from) && n <= Number(compare.to);
      if (isTold && !compare.ids.includes(`discord:${n}`)) this.#archive.delete(n);
    }
    this.#sync = sync;
    if (sync.reach !== undefined) this.#reach = sync.reach;
  }
}
