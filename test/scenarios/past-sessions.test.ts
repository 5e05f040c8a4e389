import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { sessionsOf } from '../../src/past-history.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  someone,
  untilDone,
} from '../support/store-builders.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore({ place: { kind: 'memory' } });
});
afterAll(() => store.close());

const [HALL, BOARD, DIRECT] = ['discord:hall', 'discord:board', 'discord:direct'].map(ChannelId);

/** Somebody who has spoken of umbrellas everywhere; what a run of theirs is shown of it, by channel. */
async function aTalker({ readable }: { readonly readable: readonly (ChannelId | undefined)[] }) {
  const userId = UserId(`discord:${someone()}`);
  const said = async (channelId = ChannelId('none'), audience: Question['audience'] = 'others') => {
    const question = aQuestion({ userId, channelId, audience, text: 'Where is my umbrella?' });
    await store.runs.begin(aRun(question), question, untilDone);
    await store.runs.end(aRecord(question, anAnswer(`In ${channelId}.`)), untilDone);
    return question;
  };
  await said(BOARD);
  await said(DIRECT, 'asker');
  const asked: unknown[] = [];
  const sessions = sessionsOf(store, async (place) => {
    asked.push(place);
    return readable.flatMap((channel) => channel ?? []);
  });
  const found = async (channelId: ChannelId | undefined, audience: Question['audience']) => {
    const run = aRun(await said(channelId, audience));
    const search = await sessions.search(run, { query: 'umbrella', limit: 20, ...untilDone });
    if (search.kind === 'failed') throw new Error(search.failure.message);
    return [...new Set(search.records.map(({ channel }) => channel))].sort();
  };
  return { userId, asked, found };
}

it('A run in a server channel is shown what its asker said where all its readers may read, and nothing said in private', async () => {
  const { userId, asked, found } = await aTalker({ readable: [HALL] });

  expect(await found(HALL, 'others')).toEqual([HALL]);
  expect(asked).toEqual([{ userId: userId.slice('discord:'.length), channelId: 'hall' }]);
});

it('A run there is shown other channels that all its readers may read at that moment, too', async () => {
  const { found } = await aTalker({ readable: [HALL, BOARD] });

  expect(await found(HALL, 'others')).toEqual([BOARD, HALL]);
});

it('A run in a direct message is shown all that its asker said, everywhere', async () => {
  const { found } = await aTalker({ readable: [] });

  expect(await found(DIRECT, 'asker')).toEqual([BOARD, DIRECT]);
});

it('A run is shown what was said in private where others read along, when its asker allows that', async () => {
  const { userId, found } = await aTalker({ readable: [HALL] });
  await store.memories.set({ userId }, { enabled: true, directEverywhere: true });

  expect(await found(HALL, 'others')).toEqual([DIRECT, HALL]);
});

it('Nobody is shown what another said', async () => {
  const stranger = UserId(`discord:${someone()}`);
  const question = aQuestion({ userId: stranger, audience: 'asker', text: 'And I?' });
  await store.runs.begin(aRun(question), question, untilDone);
  await aTalker({ readable: [HALL, BOARD] });

  const sessions = sessionsOf(store, async () => []);
  const search = { query: 'umbrella', limit: 20, ...untilDone };

  expect(await sessions.search(aRun(question), search)).toMatchObject({ records: [] });
});

it('Whoever stops searching waits no longer for the platform to say what may be read', async () => {
  const sessions = sessionsOf(store, () => new Promise(() => {}));
  const stopping = new AbortController();
  const { signal } = stopping;
  const channelId = ChannelId('discord:hall');
  const question = aQuestion({ userId: UserId(`discord:${someone()}`), channelId });

  const search = sessions.search(aRun(question), { query: 'umbrella', limit: 20, signal });
  stopping.abort();

  expect(await search).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
