import { describe, expect, it } from 'vitest';
import { ChannelId } from '../../machines/ids.ts';
import { openChanges } from '../../src/changes-house.ts';
import type { ChangeOfUser } from '../../src/store/changes.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { aQuestion, someone } from '../support/store-builders.ts';
import { aDatabase, open } from './postgres-kit.ts';
import { underTest } from './store-under-test.ts';

describe('What another process erases or sets of a user', { timeout: 60_000 }, () => {
  it('is told once, in order, and never to the process that did it', async () => {
    const { url } = await aDatabase();
    const [house, command] = [await open(url), await open(url)];
    const userId = someone();
    const question = aQuestion({ userId });
    await underTest(() => command).answered(question);
    const memory = aMemory(question);
    await command.memories.apply({ userId }, addingMemory(memory));
    await command.memories.set({ userId }, { enabled: true, directEverywhere: true });
    const whenOpened = [await house.changes.ofOthers(), await command.changes.ofOthers()];

    await command.memories.erase({ userId }, memory.id);
    await command.memories.set({ userId }, { enabled: false, directEverywhere: false });
    await command.forgetting.forget(userId, { kind: 'channel', channelId: ChannelId('lab') });
    const told = await house.changes.ofOthers();
    await command.forgetting.forget(userId, { kind: 'everything' });
    const toldNext = await house.changes.ofOthers();

    const channel = { kind: 'channel', channelId: 'lab' };
    expect(whenOpened).toEqual([[], []]);
    expect(told).toEqual(
      [{ kind: 'memory' }, { kind: 'mind' }, channel, { kind: 'mind' }].map((what) => ({
        userId,
        what,
      })),
    );
    expect(toldNext.map(({ what }) => what.kind)).toEqual(['everything', 'mind']);
    expect(await house.changes.ofOthers()).toEqual([]);
    expect(await command.changes.ofOthers()).toEqual([]);
  });

  it('is not noted where nothing was erased', async () => {
    const { url } = await aDatabase();
    const [house, command] = [await open(url), await open(url)];
    await house.changes.ofOthers();

    await command.memories.erase({ userId: someone() }, crypto.randomUUID());

    expect(await house.changes.ofOthers()).toEqual([]);
  });

  it('reaches what this process holds of them within two seconds, and what cannot be let go is told to the operator', async () => {
    const { url } = await aDatabase();
    const [store, command] = [await open(url), await open(url)];
    const [stubborn, other] = [someone(), someone()];
    const [clock, log] = [simulatedClock(), recordedLog()];
    const { promise: reached, resolve } = Promise.withResolvers<ChangeOfUser>();
    const changes = await openChanges({ store, clock, log });
    changes.follow({
      async changedElsewhere({ userId }, what) {
        if (userId === stubborn) throw new Error('A file cannot be erased.');
        resolve(what);
      },
    });
    const settings = { enabled: false, directEverywhere: false };
    await command.memories.set({ userId: stubborn }, settings);
    await command.memories.set({ userId: other }, settings);

    await clock.advance(2_000);

    expect(await reached).toEqual({ kind: 'mind' });
    expect(log.events('error')).toEqual(['memory.not_let_go']);
    await changes.close();
    expect(clock.pending).toBe(0);
  });
});
