import { describe, expect, it } from 'vitest';
import { quiet } from '../../src/testing/clock.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aSender, away, there } from './a-sender.ts';

const guard = guardAgainstLeaks();

describe('a sender whose store is away', () => {
  it('marks a sent part as soon as it can, and never sends it twice meanwhile', async () => {
    const { commit, breakStore, asked, sent, clock } = aSender();
    breakStore({ writes: 3 });

    await commit('a', { channel: 'lobby', parts: 2 });
    const before = [...asked];
    await clock.advance(60_000);

    expect(before).toEqual(['send a.0']);
    expect(asked).toEqual(['send a.0', 'send a.1']);
    expect(sent).toEqual(['a.0', 'a.1']);
  });

  it('reads again by itself, and at once when it is woken', async () => {
    const { commit, breakStore, sender, sent, clock } = aSender();
    await quiet();
    breakStore({ reads: 2 });

    await commit('a');
    const before = [...sent];
    await clock.advance(250);
    sender.wake();
    await quiet();

    expect(before).toEqual([]);
    expect(sent).toEqual(['a.0']);
  });
});

describe('a sender that closes', () => {
  it('lets the part in flight end, and begins no other', async () => {
    const { commit, sender, held, sent, asked } = aSender({ send: () => 'hold' });
    await commit('a', { parts: 2 });

    const closed = sender.close();
    await held[0]?.settle(there);
    await closed;

    expect(sent).toEqual(['a.0']);
    expect(asked).toEqual(['send a.0']);
  });

  it('cuts the part in flight short at its deadline, and leaves it in the outbox', async () => {
    const { commit, sender, held, sent, failed, clock } = aSender({ send: () => 'hold' });
    guard.clock(clock);
    await commit('a');

    const closed = sender.close();
    await clock.advance(3_000);
    await closed;

    expect(held[0]?.signal.aborted).toBe(true);
    expect([...sent, ...failed]).toEqual([]);
  });

  it('waits for no pause', async () => {
    const { commit, sender, clock } = aSender({ send: () => away() });
    guard.clock(clock);
    await commit('a');

    await sender.close();

    expect(clock.pending).toBe(0);
  });

  it('does not wait for a store that cannot take its marks', async () => {
    const { commit, breakStore, sender, clock } = aSender();
    guard.clock(clock);
    breakStore({ writes: 1_000 });
    await commit('a');

    await sender.close();

    expect(clock.pending).toBe(0);
  });
});
