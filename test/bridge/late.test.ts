import { describe, expect, it } from 'vitest';
import { createBridge } from '../../src/bridge-house.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { Secret } from '../../src/shared/secret.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { readSql } from '../support/postgres-admin.ts';
import { aRun, aStep, untilDone } from '../support/store-builders.ts';
import {
  aBridgedHouse,
  aDatabase,
  aPlatform,
  aStore,
  closeAfterEach,
  standing,
  TOKEN,
} from './bridged-house.ts';

guardAgainstLeaks();
closeAfterEach();

describe('what was written too long ago', () => {
  const HOUR_MS = 60 * 60_000;
  const maxAgeMs = 15 * 60_000;

  it('gets one note per channel instead of late answers, and what is new is answered', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const at = Date.now() - HOUR_MS;
    for (const messageId of ['m1', 'm2', 'm3']) platform.say({ messageId, at });
    platform.say({ messageId: 'm4', channelId: 'other', at });
    platform.say({ messageId: 'm5' });

    await aBridgedHouse({ platform, store, maxAgeMs });
    await platform.until(() => platform.posted.some(({ replyTo }) => replyTo === 'm5'));
    await platform.until(() => platform.posted.length === 3);

    const told = platform.posted.map(({ replyTo, content }) => [replyTo, content.slice(0, 10)]);
    expect(told.sort()).toEqual([
      ['m1', 'I was away'],
      ['m4', 'I was away'],
      ['m5', 'Done.'],
    ]);
  });

  const old = (name: string) => ({
    ...aQuestion({ run: `bridge:${name}`, user: 'bridge:ada', channel: 'bridge:lobby' }),
    at: Date.now() - 10 * HOUR_MS,
    origin: { platform: 'bridge', channelId: 'lobby', replyTo: name, position: 1 },
  });

  it('is not answered either when an earlier life had kept it and not begun it, unlike what it had begun', async () => {
    const [platform, database] = [await aPlatform(), await aDatabase()];
    const store = await aStore(database);
    for (const name of ['m1', 'm2', 'm3']) await store.inbox.accept(old(name));
    await store.runs.begin(aRun(old('m3')), old('m3'), untilDone);
    await store.runs.record(aStep(old('m3')), untilDone);
    await store.inbox.leave();

    const second = await aBridgedHouse({ platform, store, maxAgeMs });
    await platform.until(() => platform.posted.length === 2);
    await second.close();

    const told = standing(platform).map((line) => line.slice(0, 14));
    expect([...told].sort()).toEqual(['m1: I was away', 'm3: Done.\n\nI w']);
    expect(await store.inbox.unfinished(9)).toEqual([]);
    const kept = "select reason->>'kind' as kind from agent_runs where outcome = 'refused'";
    expect(await readSql(database, kept)).toEqual([{ kind: 'too_old' }, { kind: 'too_old' }]);
  });

  it('gets that note once, though something new is taken up between two that an earlier life had kept', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const [m1, m2] = [old('m1'), old('m2')];
    for (const question of [m1, m2]) await store.inbox.accept(question);
    await store.inbox.leave();
    await store.inbox.claim({ limit: 9 });
    const bridge = createBridge(
      { url: platform.url, token: new Secret(TOKEN), maxAgeMs, dedupeWindowMs: 1, maxChars: 200 },
      { store, clock: systemClock, log: recordedLog() },
    );

    expect(await bridge.lapse(m1)).toBe(true);
    const fresh = { ...old('m3'), at: Date.now() };
    await store.inbox.accept({ ...fresh, origin: { ...fresh.origin, position: 2 } });
    expect(await bridge.lapse(m2)).toBe(true);
    await platform.until(() => platform.posted.length > 0);
    await bridge.close();
    await store.inbox.leave();
    await aBridgedHouse({ platform, store, maxAgeMs });
    await platform.until(() => platform.posted.some(({ replyTo }) => replyTo === 'm3'));

    expect(platform.posted.map(({ replyTo }) => replyTo)).toEqual(['m1', 'm3']);
  });

  it('gets that note once, though the house is closed while it catches up', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const at = Date.now() - HOUR_MS;
    platform.say({ messageId: 'm1', at });
    const first = await aBridgedHouse({ platform, store, maxAgeMs });
    await platform.until(() => platform.posted.length === 1);
    await first.close();

    platform.say({ messageId: 'm2', at });
    platform.say({ messageId: 'm3' });
    await aBridgedHouse({ platform, store, maxAgeMs });
    await platform.until(() => platform.posted.length === 2);

    expect(platform.posted.map(({ replyTo }) => replyTo)).toEqual(['m1', 'm3']);
  });

  it('gets another note for another absence', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const at = Date.now() - HOUR_MS;
    await aBridgedHouse({ platform, store, maxAgeMs });

    for (const said of [{ messageId: 'm1', at }, { messageId: 'm2' }, { messageId: 'm3', at }]) {
      platform.say(said);
    }
    await platform.until(() => platform.posted.length === 3);

    expect(platform.posted.map(({ replyTo }) => replyTo).sort()).toEqual(['m1', 'm2', 'm3']);
  });

  it('is answered all the same when no limit is set', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    platform.say({ messageId: 'm1', at: Date.now() - 1_000 * HOUR_MS });

    await aBridgedHouse({ platform, store, maxAgeMs: 0 });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
  });
});
