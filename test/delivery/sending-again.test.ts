import { describe, expect, it } from 'vitest';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aSender, away, there } from './a-sender.ts';

guardAgainstLeaks();
const HOUR_MS = 60 * 60_000;

describe('a part that an earlier attempt may have put there', () => {
  it('is sent again under its nonce while the platform remembers that for certain', async () => {
    const nonces: string[] = [];
    const { commit, asked, clock } = aSender({
      send({ nonce }, nth) {
        nonces.push(nonce);
        return nth < 2 ? away() : there;
      },
    });
    await commit('a');

    await clock.advance(10_000);

    expect(asked).toEqual(['send a.0', 'send a.0', 'send a.0']);
    expect(nonces).toEqual(['nonce-a.0', 'nonce-a.0', 'nonce-a.0']);
  });

  it('is looked for before it is sent, once the platform may have forgotten its nonce', async () => {
    const { commit, asked, sent, clock } = aSender({
      dedupeWindowMs: 60_000,
      send: (_, nth) => (nth === 0 ? away(40_000) : there),
      find: () => ({ kind: 'absent' }),
    });
    await commit('a');

    await clock.advance(60_000);

    expect(asked).toEqual(['send a.0', 'find a.0', 'send a.0']);
    expect(sent).toEqual(['a.0']);
  });

  it('is not sent again when it is found', async () => {
    const { commit, asked, sent, clock } = aSender({
      dedupeWindowMs: 60_000,
      send: () => away(40_000),
      find: () => ({ kind: 'found', platformId: 'there' }),
    });
    await commit('a');

    await clock.advance(60_000);

    expect(asked).toEqual(['send a.0', 'find a.0']);
    expect(sent).toEqual(['a.0']);
  });

  it('is not sent while nobody can say whether it is there', async () => {
    let isBack = false;
    const { commit, asked, sent, clock } = aSender({
      dedupeWindowMs: 60_000,
      send: (_, nth) => (nth === 0 ? away(40_000) : there),
      find: () => (isBack ? { kind: 'absent' } : { kind: 'unsent', why: 'As told.' }),
    });
    await commit('a');
    await clock.advance(60_000);
    const before = asked.filter((what) => what.startsWith('send'));

    isBack = true;
    await clock.advance(60_000);

    expect(before).toEqual(['send a.0']);
    expect(sent).toEqual(['a.0']);
  });

  it('is looked for when the clock was set back: nobody knows how old it is', async () => {
    const { commit, asked, clock } = aSender({ send: (_, nth) => (nth === 0 ? away() : there) });
    await commit('a');

    clock.jump(-HOUR_MS);
    await clock.advance(2 * HOUR_MS);

    expect(asked).toEqual(['send a.0', 'find a.0', 'send a.0']);
  });
});
