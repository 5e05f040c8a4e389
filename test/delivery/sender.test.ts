import { describe, expect, it } from 'vitest';
import { quiet } from '../../src/testing/clock.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aSender, away, never, there } from './a-sender.ts';

const guard = guardAgainstLeaks();
const HOUR_MS = 60 * 60_000;

describe('a sender', () => {
  it('sends what is committed, and marks it with the id it has there', async () => {
    const { commit, sent, asked, clock } = aSender();
    guard.clock(clock);

    await commit('a');

    expect(asked).toEqual(['send a.0']);
    expect(sent).toEqual(['a.0']);
  });

  it('begins with what an earlier life has left', async () => {
    const { sent } = aSender({ left: ['a', 'b'] });

    await quiet();

    expect(sent).toEqual(['a.0', 'b.0']);
  });

  it('sleeps while nothing waits: no timer, no reading', async () => {
    const { commit, clock, reads } = aSender();
    await commit('a');
    const before = reads();

    await clock.advance(24 * HOUR_MS);

    expect(clock.pending).toBe(0);
    expect(reads()).toBe(before);
  });

  it('reads once more, and no oftener, when it is woken many times while it looks', async () => {
    const { sender, reads } = aSender();
    await quiet();
    const before = reads();

    for (let n = 0; n < 100; n++) sender.wake();
    await quiet();

    expect(reads() - before).toBeLessThanOrEqual(2);
  });

  it('sends the parts of a channel one after the other, answer after answer', async () => {
    const { commit, held, asked } = aSender({ send: () => 'hold' });
    await commit('a', { channel: 'lobby', parts: 2 });
    await commit('b', { channel: 'lobby' });

    const before = [...asked];
    for (let n = 0; n < 3; n++) await held[n]?.settle(there);

    expect(before).toEqual(['send a.0']);
    expect(asked).toEqual(['send a.0', 'send a.1', 'send b.0']);
  });

  it('sends to channels side by side, up to its bound', async () => {
    const { commit, held, asked, sent } = aSender({
      send: () => 'hold',
      limits: { channelsAtOnce: 2 },
    });
    for (const answer of ['a', 'b', 'c']) await commit(answer);

    const before = [...asked];
    await held[1]?.settle(there);

    expect(before).toEqual(['send a.0', 'send b.0']);
    expect(asked.at(-1)).toBe('send c.0');
    expect(sent).toEqual(['b.0']);
    for (const one of held) await one.settle(there);
  });

  it('tries what was not taken again, with the same nonce, after pauses that double up to their cap', async () => {
    const nonces = new Set<string>();
    const times: number[] = [];
    const { commit, clock } = aSender({
      limits: { backoff: { firstMs: 100, longestMs: 400 } },
      dedupeWindowMs: HOUR_MS,
      send({ nonce }, nth) {
        nonces.add(nonce);
        times.push(clock.now());
        return nth < 5 ? away() : there;
      },
    });
    await commit('a');

    await clock.advance(HOUR_MS);

    const pauses = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    expect(pauses).toEqual([100, 200, 400, 400, 400]);
    expect(nonces.size).toBe(1);
  });

  it('waits as long as the platform asks for, but not for ever', async () => {
    const times: number[] = [];
    const waits = [5_000, HOUR_MS * 24];
    const { commit, clock } = aSender({
      dedupeWindowMs: HOUR_MS * 48,
      send(_, nth) {
        times.push(clock.now());
        return nth < 2 ? away(waits[nth]) : there;
      },
    });
    await commit('a');

    await clock.advance(HOUR_MS);

    expect(times.slice(1).map((time, n) => time - (times[n] ?? 0))).toEqual([5_000, 10 * 60_000]);
  });

  it('keeps a channel in order while its first part waits for its next attempt', async () => {
    const { commit, sent, clock } = aSender({ send: (_, nth) => (nth === 0 ? away() : there) });

    await commit('a', { channel: 'lobby', parts: 2 });
    await commit('b', { channel: 'lobby' });
    await commit('c', { channel: 'other' });
    const before = [...sent];
    await clock.advance(1_000);

    expect(before).toEqual(['c.0']);
    expect(sent).toEqual(['c.0', 'a.0', 'a.1', 'b.0']);
  });

  it('gives up what the platform will never take, says so, and goes on with the rest', async () => {
    const { commit, sent, failed, log } = aSender({
      send: ({ content }) => (content === 'a.1' ? never : there),
    });

    await commit('a', { channel: 'lobby', parts: 3 });
    await commit('b', { channel: 'lobby' });

    expect(sent).toEqual(['a.0', 'b.0']);
    expect(failed).toEqual(['a.1', 'a.2']);
    expect(log.events('error')).toEqual(['part.given_up']);
  });

  it('gives up what could not be sent for a day', async () => {
    const { commit, failed, clock } = aSender({ send: () => away() });
    await commit('a');

    await clock.advance(25 * HOUR_MS);

    expect(failed).toEqual(['a.0']);
    expect(clock.pending).toBe(0);
  });

  it('ends a request that takes too long, and tries again', async () => {
    const { commit, held, sent, clock } = aSender({
      limits: { requestMs: 1_000 },
      send: (_, nth) => (nth === 0 ? 'hold' : there),
    });
    await commit('a');

    await clock.advance(2_000);

    expect(held[0]?.signal.aborted).toBe(true);
    expect(sent).toEqual(['a.0']);
  });
});
