import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cast, HANG, say, shownIn } from '../../src/testing/scripts.ts';
import { house } from '../support/house.ts';
import { adding, proposing } from '../support/proposing.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore({ place: { kind: 'memory' }, remembers: true });
});
afterAll(() => store.close());

/** Every sentence that begins with "Remember that I" becomes a memory. */
const attentive = proposing(({ messages }) =>
  messages.flatMap(({ text }) => {
    const [quote, told] = /remember that i ([^.]+)/i.exec(text) ?? [];
    return quote === undefined || told === undefined ? [] : [adding(told, quote)];
  }),
);

const untilKnown = async (user: string) => {
  const owner = { userId: UserId(user) };
  const known = async () => (await store.memories.known(owner)).memories;
  await expect.poll(known, { timeout: 10_000 }).toHaveLength(1);
};

describe('A team that remembers', { timeout: 60_000 }, () => {
  it('knows in another channel what its user asked it to remember', async () => {
    const remembering = await house({
      store,
      remembers: true,
      script: cast({ leader: () => say('Fine.'), memory: attentive }),
    });
    await remembering.say('Please remember that I live in Oslo.', { user: 'dan' });
    await untilKnown('dan');

    await remembering.say('Do I need an umbrella at home?', { user: 'dan', channel: 'kitchen' });

    const shown = shownIn(remembering.requests.at(-1) ?? never());
    expect(shown.at(-1)).toBe('user: Do I need an umbrella at home?');
    expect(shown.at(-2)).toContain('"text":"live in Oslo"');
  });

  it('gives two users of one channel each their own of two facts that contradict each other', async () => {
    const remembering = await house({
      store,
      remembers: true,
      script: cast({ leader: () => say('Fine.'), memory: attentive }),
    });
    await remembering.say('Remember that I drink tea.', { user: 'ada' });
    await remembering.say('Remember that I drink coffee.', { user: 'bob' });
    await untilKnown('ada');
    await untilKnown('bob');

    await remembering.say('What do I drink?', { user: 'ada', channel: 'a' });
    const forAda = shownIn(remembering.requests.at(-1) ?? never()).join('\n');
    await remembering.say('What do I drink?', { user: 'bob', channel: 'b' });
    const forBob = shownIn(remembering.requests.at(-1) ?? never()).join('\n');

    expect(forAda).toContain('drink tea');
    expect(forAda).not.toContain('coffee');
    expect(forBob).toContain('drink coffee');
    expect(forBob).not.toContain('tea');
  });

  it('keeps what was said in a direct message out of a server channel, unless its owner allows it', async () => {
    const remembering = await house({
      store,
      remembers: true,
      script: cast({ leader: () => say('Fine.'), memory: attentive }),
    });
    const asked = async (channel: string) => {
      await remembering.say('Where do I live?', { user: 'fay', channel, audience: 'others' });
      return shownIn(remembering.requests.at(-1) ?? never()).join('\n');
    };
    await remembering.say('Remember that I live in Oslo.', { user: 'fay', audience: 'asker' });
    await untilKnown('fay');

    const before = await asked('server');
    await remembering
      .kept()
      .memories.set({ userId: UserId('fay') }, { enabled: true, directEverywhere: true });
    // Settings are read with the team's memories: another life of the team knows them.
    remembering.troupe.dismiss('fay');
    const after = await asked('server2');

    expect(before).not.toContain('Oslo');
    expect(after).toContain('Oslo');
  });

  it('answers without waiting for what it learns', async () => {
    const remembering = await house({
      store,
      remembers: true,
      script: cast({ leader: () => say('Fine.'), memory: [HANG] }),
    });

    const outcomes = [
      await remembering.say('Remember that I live in Oslo.', { user: 'gus' }),
      await remembering.say('And now?', { user: 'gus' }),
    ];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
    expect(remembering.requests.map(({ agent }) => agent)).toContain('memory');
  });

  it('learns in its next life what it had no time for in this one', async () => {
    const first = await house({
      store,
      remembers: true,
      script: cast({ leader: [say('Fine.')], memory: [HANG] }),
    });
    await first.say('By the way, I live in Oslo.', { user: 'eve' });
    await first.troupe.stop();

    const second = await house({
      store,
      remembers: true,
      script: cast({
        leader: [say('Fine.')],
        memory: proposing(() => [adding('live in Oslo', 'I live in Oslo')]),
      }),
    });
    await second.say('Remember that, please.', { user: 'eve' });

    await untilKnown('eve');
  });
});

function never(): never {
  throw new Error('The leader was not asked.');
}
