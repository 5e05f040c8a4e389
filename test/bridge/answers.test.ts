import { describe, expect, it } from 'vitest';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aBridgedHouse, aPlatform, aStore, closeAfterEach, standing } from './bridged-house.ts';

guardAgainstLeaks();
closeAfterEach();

describe('a message on a platform', () => {
  it('is answered once, as a reply to it', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });

    platform.say({ messageId: 'm1', channelId: 'lobby' });
    await platform.until(() => platform.posted.length === 1);

    expect(platform.posted).toMatchObject([
      { channelId: 'lobby', replyTo: 'm1', content: 'Done.', nonce: expect.any(String) },
    ]);
  });

  it('belongs to a user of that platform, whoever has the same name elsewhere', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });

    platform.say({ messageId: 'm1', userId: 'local' });
    await platform.until(() => platform.posted.length === 1);

    const sessionsOf = async (userId: string) =>
      // A user id of the store's own kind: checked by whoever made it.
      (await store.sessions({ userId: userId as never }, { limit: 9 })).length;
    expect([await sessionsOf('local'), await sessionsOf('bridge:local')]).toEqual([0, 1]);
  });

  it('that is told twice is answered once', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });

    platform.say({ messageId: 'm1' });
    platform.say({ messageId: 'm1' });
    platform.say({ messageId: 'm2' });
    await platform.until(() => platform.posted.some(({ replyTo }) => replyTo === 'm2'));

    expect(standing(platform)).toEqual(['m1: Done.', 'm2: Done.']);
  });

  it('gets a long answer in parts that fit, in order', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const text = Array.from({ length: 40 }, (_, n) => `Sentence number ${n}.`).join('\n');
    await aBridgedHouse({
      platform,
      store,
      maxChars: 200,
      script: () => ({ kind: 'say', text }),
    });

    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.posted.at(-1)?.content.includes('39') === true);

    const parts = platform.posted.map(({ content }) => content);
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect(parts.join('\n')).toBe(text);
  });

  it('that cannot be answered is told why', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const auth = { kind: 'auth', message: 'No key.', transient: false } as const;
    await aBridgedHouse({ platform, store, script: () => ({ kind: 'fail', failure: auth }) });

    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual([
      'm1: The model provider did not accept the key. Please check it in the settings.',
    ]);
  });

  it('that finds too many before it is refused visibly, and the others are answered', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const open = Promise.withResolvers<void>();
    await aBridgedHouse({
      platform,
      store,
      script: async () => {
        await open.promise;
        return { kind: 'say', text: 'Done.' };
      },
    });

    for (let n = 1; n <= 8; n++) platform.say({ messageId: `m${n}` });
    await platform.until(() => platform.posted.length === 2);
    const refused = standing(platform);
    open.resolve();
    await platform.until(() => platform.posted.length === 8);

    expect(refused.map((line) => line.slice(4))).toEqual(
      Array(2).fill('There are too many questions waiting already. Let some be answered first.'),
    );
    expect(new Set(platform.posted.map(({ replyTo }) => replyTo)).size).toBe(8);
  });
});

describe('an unreliable platform', () => {
  it('gets an answer once, though it fails, asks for patience and cuts connections', async () => {
    const faults = ['error', 'cut', 'applied_and_cut', { retryAfter: 0.01 }, 'none'] as const;
    const platform = await aPlatform({ fault: (_, nth) => faults[nth] ?? 'none' });
    await aBridgedHouse({ platform, store: await aStore() });

    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.repeated() === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
    expect(platform.counts.ambiguous).toBe(1);
  });

  it('is asked whether an answer is there once it may have forgotten the nonce', async () => {
    let nowMs = Date.now();
    const platform = await aPlatform({
      windowMs: 1_000,
      now: () => nowMs,
      fault(_, nth) {
        if (nth > 0) return 'none';
        // By the next attempt, the platform has forgotten.
        nowMs += 60_000;
        return 'applied_and_cut';
      },
    });
    const store = await aStore();
    await aBridgedHouse({ platform, store, dedupeWindowMs: 0 });

    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.counts.finds === 2);
    platform.say({ messageId: 'm2' });
    await platform.until(() => platform.posted.some(({ replyTo }) => replyTo === 'm2'));

    expect(standing(platform)).toEqual(['m1: Done.', 'm2: Done.']);
  });

  it('that shuts us out of a channel loses that answer only, with a line in the log', async () => {
    const platform = await aPlatform({
      fault: ({ channelId }) => (channelId === 'shut' ? { status: 403 } : 'none'),
    });
    const { log } = await aBridgedHouse({ platform, store: await aStore() });

    platform.say({ messageId: 'm1', channelId: 'shut' });
    platform.say({ messageId: 'm2', channelId: 'open' });
    await platform.until(() => platform.posted.length === 1 && platform.counts.posts === 2);
    await log.told('part.given_up');

    expect(standing(platform)).toEqual(['m2: Done.']);
    expect(log.events('error')).toEqual(['part.given_up']);
  });
});
