import { describe, expect, it } from 'vitest';
import { aQuestion } from '../../src/testing/builders.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { readSql } from '../support/postgres-admin.ts';
import {
  aBridgedHouse,
  aDatabase,
  aPlatform,
  aStore,
  closeAfterEach,
  standing,
} from './bridged-house.ts';

guardAgainstLeaks();
closeAfterEach();

const never = new Promise<never>(() => {});

describe('a house that is opened again', () => {
  it('answers what was written while it was closed', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const first = await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.posted.length === 1);
    await first.close();

    platform.say({ messageId: 'm2' });
    platform.say({ messageId: 'm3', userId: 'bob' });
    await aBridgedHouse({ platform, store });
    await platform.until(() => platform.posted.length === 3);

    expect([...standing(platform)].sort()).toEqual(['m1: Done.', 'm2: Done.', 'm3: Done.']);
  });

  it('answers what it was thinking about when it was closed, instead of refusing it', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const thinking = Promise.withResolvers<void>();
    const first = await aBridgedHouse({
      platform,
      store,
      script: () => {
        thinking.resolve();
        return { kind: 'hang' };
      },
    });
    platform.say({ messageId: 'm1' });
    platform.say({ messageId: 'm2' });
    await thinking.promise;
    await first.close('now');
    const before = standing(platform);

    await aBridgedHouse({ platform, store });
    await platform.until(() => platform.posted.length === 2);

    expect(before).toEqual([]);
    expect(standing(platform)).toEqual(['m1: Done.', 'm2: Done.']);
  });

  it('sends what had been answered and not sent', async () => {
    let isDown = true;
    const platform = await aPlatform({ fault: () => (isDown ? 'error' : 'none') });
    const store = await aStore();
    const first = await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.counts.posts > 0);
    await first.close();

    isDown = false;
    await aBridgedHouse({ platform, store, script: () => ({ kind: 'say', text: 'Other.' }) });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
  });

  it('goes on with half an answer at the first part that was not sent', async () => {
    const text = Array.from({ length: 20 }, (_, n) => `Sentence number ${n} of it.`).join('\n');
    let isDown = true;
    const platform = await aPlatform({
      fault: (_, nth) => (isDown && nth > 0 ? 'error' : 'none'),
    });
    const store = await aStore();
    const wishes = { platform, store, maxChars: 200 };
    const first = await aBridgedHouse({ ...wishes, script: () => ({ kind: 'say', text }) });
    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.counts.posts > 1);
    await first.close();
    const half = platform.posted.length;

    isDown = false;
    await aBridgedHouse(wishes);
    await platform.until(() => platform.posted.at(-1)?.content.includes('19') === true);

    expect(half).toBe(1);
    expect(platform.posted.map(({ content }) => content).join('\n')).toBe(text);
  });

  it('does not send again what arrived without its being told', async () => {
    const platform = await aPlatform({
      fault: (_, nth) => (nth === 0 ? { after: never } : 'none'),
    });
    const store = await aStore();
    const first = await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.posted.length === 1);
    // The post is cut short at the sender's deadline.
    await first.close();

    await aBridgedHouse({ platform, store });
    await platform.until(() => platform.repeated() === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
  });
});

describe('a question that processes have died with', () => {
  const question = {
    ...aQuestion({ run: 'bridge:m1', user: 'bridge:ada', channel: 'bridge:lobby' }),
    origin: { platform: 'bridge', channelId: 'lobby', replyTo: 'm1', position: 1 },
  };

  /** By these it is known who lives; the server takes a moment to free them. */
  const LOCKS = `select from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`;

  /** Three processes that begin it, each with a store of its own, and are gone without a word. */
  async function dieWithIt(database: string): Promise<void> {
    for (let nth = 1; nth <= 3; nth++) {
      const store = await aStore(database);
      if (nth === 1) await store.inbox.accept(question);
      for (const { tries } of await store.inbox.claim({ limit: 9 })) {
        await store.inbox.countTry(question, { runId: question.runId, before: tries });
      }
      await store.close();
      while ((await readSql(database, LOCKS)).length > 0);
    }
  }

  it('three times is apologised for where it was asked, once, and its asker is answered again', async () => {
    const [platform, database] = [await aPlatform(), await aDatabase()];
    platform.say({ messageId: 'm1' });
    await dieWithIt(database);
    const store = await aStore(database);

    const house = await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm2' });
    await platform.until(() => platform.posted.length === 2);
    await house.close();
    await aBridgedHouse({ platform, store: await aStore(database) });
    platform.say({ messageId: 'm3' });
    await platform.until(() => platform.posted.length === 3);

    const set =
      'This question has brought the team down several times, so it was set aside. Sorry!';
    expect(standing(platform)).toEqual([`m1: ${set}`, 'm2: Done.', 'm3: Done.']);
    expect(house.log.events('error')).toEqual(['inbox.given_up']);
  });
});
