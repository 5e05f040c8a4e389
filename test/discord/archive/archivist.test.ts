import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ArchivedMessage } from '../../../machines/archive/archived.ts';
import type { PageRequest } from '../../../machines/archive/sync.ts';
import type { PageResult } from '../../../src/discord/archive/archive-ports.ts';
import { type Archivist, createArchivist } from '../../../src/discord/archive/archivist.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { Log } from '../../../src/shared/log.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { simulatedClock } from '../../../src/testing/clock.ts';
import { recordedLog } from '../../../src/testing/recorded-log.ts';
import { aMessage, anAudience, aPlace } from '../../support/archive-builders.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore({ place: { kind: 'memory' } });
}, 60_000);
afterAll(() => store.close());

const opened: Archivist[] = [];
afterEach(async () => {
  for (const archivist of opened.splice(0)) await archivist.close();
});

/** A channel of a platform: what it holds, and what it answers. */
class Channel {
  readonly channelId = aPlace();
  readonly requests: PageRequest[] = [];
  messages: readonly ArchivedMessage[] = [];
  /** Answers in the place of the next pages. */
  readonly instead: PageResult[] = [];
  /** Called while a page is on its way. */
  whileOnItsWay: () => void = () => {};

  write(count: number): void {
    const now = Date.now() - 3_600_000;
    const written = Array.from({ length: count }, () => aMessage(this.channelId, { sentAt: now }));
    this.messages = [...this.messages, ...written];
  }

  page({ before, after, limit }: PageRequest): PageResult {
    const is = ({ position }: ArchivedMessage): boolean =>
      (before === undefined || BigInt(position) < BigInt(before)) &&
      (after === undefined || BigInt(position) > BigInt(after));
    const found = this.messages.filter(is);
    const page = after === undefined ? found.slice(-limit) : found.slice(0, limit);
    this.whileOnItsWay();
    return { kind: 'page', messages: page.toReversed() };
  }

  archivist({ log, limit = 1_000, clock = systemClock }: Wishes = {}): Archivist {
    const archivist = createArchivist({
      store: store.archive,
      clock,
      log: log ?? recordedLog(),
      limit,
      readPage: async (_channel, request) => {
        this.requests.push(request);
        return this.instead.shift() ?? this.page(request);
      },
    });
    opened.push(archivist);
    return archivist;
  }

  async synced(wishes: Wishes = {}): Promise<Archivist> {
    const archivist = this.archivist(wishes);
    archivist.sync([this]);
    await archivist.idle();
    return archivist;
  }

  async archived(): Promise<readonly string[]> {
    const page = { channelId: this.channelId, limit: 2_000 };
    const found = await store.archive.recent(anAudience(this.channelId), page);
    return found.map(({ id }) => id);
  }

  ids(): readonly string[] {
    return this.messages.map(({ id }) => id);
  }
}

interface Wishes {
  readonly log?: Log;
  readonly limit?: number;
  readonly clock?: typeof systemClock;
}

describe('the archive of a channel', () => {
  it('is filled page by page, and says how far it is', async () => {
    const channel = new Channel();
    channel.write(250);

    const archivist = await channel.synced();

    expect(await channel.archived()).toEqual(channel.ids());
    expect(archivist.progress()).toEqual([
      { channelId: channel.channelId, state: 'done', fetched: 250, complete: true },
    ]);
  });

  it('goes on where an earlier life was, and learns what was edited and deleted meanwhile', async () => {
    const channel = new Channel();
    channel.write(30);
    await channel.synced();
    const [first, second] = channel.messages;
    channel.messages = channel.messages
      .filter((message) => message !== first)
      .map((message) =>
        message === second
          ? { ...message, content: 'edited', editedAt: message.sentAt + 1_000 }
          : message,
      );
    channel.write(3);
    channel.requests.length = 0;

    await channel.synced();

    expect(await channel.archived()).toEqual(channel.ids());
    expect(channel.requests).toHaveLength(2);
    const page = { channelId: channel.channelId, limit: 100 };
    const [edited] = await store.archive.recent(anAudience(channel.channelId), page);
    expect(edited?.content).toBe('edited');
  });

  it('loses nothing, and is not complete, while its history may not be read', async () => {
    const channel = new Channel();
    channel.write(20);
    await channel.synced({ limit: 0 });
    const archivist = channel.archivist();
    for (const message of channel.messages) archivist.heard(message);
    await archivist.idle();
    channel.instead.push({ kind: 'unreadable', why: 'Read Message History is missing.' });

    archivist.sync([channel]);
    await archivist.idle();

    expect(archivist.progress()).toMatchObject([{ state: 'unreadable', complete: false }]);
    expect(await channel.archived()).toEqual(channel.ids());
    expect(await store.archive.reach(channel.channelId)).toBeUndefined();
  });

  it('follows what is written, edited and removed while it listens', async () => {
    const channel = new Channel();
    channel.write(3);
    const archivist = await channel.synced();
    const [, second, third] = channel.messages;
    if (second === undefined || third === undefined) throw new Error('three were written');
    channel.write(1);

    for (const message of channel.messages) archivist.heard(message);
    archivist.heard({ ...third, content: 'edited', editedAt: third.sentAt + 1_000 });
    archivist.removed(channel.channelId, [second.id]);
    await archivist.idle();

    expect(await channel.archived()).toEqual(channel.ids().filter((id) => id !== second.id));
  });

  it('does not bring back what is removed while a page with it is on its way', async () => {
    const channel = new Channel();
    channel.write(5);
    const [gone] = channel.ids();
    const archivist = channel.archivist();
    channel.whileOnItsWay = () => archivist.removed(channel.channelId, [gone ?? '']);

    archivist.sync([channel]);
    await archivist.idle();

    expect(await channel.archived()).toEqual(channel.ids().slice(1));
  });

  it('reads no message again that was heard before it was closed', async () => {
    const channel = new Channel();
    channel.write(2);
    const archivist = await channel.synced();
    channel.write(3);
    for (const message of channel.messages) archivist.heard(message);
    await archivist.idle();
    await archivist.close();
    const newest = channel.messages.at(-1)?.position;
    channel.requests.length = 0;

    await channel.synced();

    expect(channel.requests[0]).toMatchObject({ after: newest });
  });

  it('waits and tries again when a page cannot be read, and gives up in the end', async () => {
    const channel = new Channel();
    channel.write(1);
    const clock = simulatedClock();
    const log = recordedLog();
    const failed = { kind: 'failed', why: 'Discord answered 502.' } as const;
    channel.instead.push(failed, failed);

    const archivist = channel.archivist({ clock, log });
    archivist.sync([channel]);
    await until(clock, () => archivist.progress()[0]?.state === 'done');
    expect(log.events('warn')).toEqual(['archive.interrupted', 'archive.interrupted']);

    channel.instead.push(...Array(6).fill(failed));
    archivist.sync([channel]);
    await until(clock, () => archivist.progress()[0]?.state === 'failed');
    await archivist.idle();
  });

  it('writes what it heard when the store is back', async () => {
    const channel = new Channel();
    channel.write(2);
    const clock = simulatedClock();
    const log = recordedLog();
    const failing = await openStore({ place: { kind: 'memory' } });
    await failing.close();
    let current = failing.archive;
    const archivist = createArchivist({
      store: { ...store.archive, keep: (messages) => current.keep(messages) },
      clock,
      log,
      limit: 0,
      readPage: async () => ({ kind: 'failed', why: 'nobody asks' }),
    });
    opened.push(archivist);

    for (const message of channel.messages) archivist.heard(message);
    await log.told('archive.not_written');
    current = store.archive;
    await clock.advance(1_000);
    await archivist.idle();

    expect(await channel.archived()).toEqual(channel.ids());
  });
});

/** Time goes on, from timer to timer, until that is so. */
async function until(clock: ReturnType<typeof simulatedClock>, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await clock.advance(1_000);
    // What is on its way to the database comes in between.
    await turn();
  }
}
