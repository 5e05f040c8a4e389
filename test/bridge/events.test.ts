import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { FRENCH } from '../../src/discord/words/french.ts';
import type { Store } from '../../src/store/store.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aBridgedHouse, aPlatform, aStore, closeAfterEach, standing } from './bridged-house.ts';

guardAgainstLeaks();
closeAfterEach();

const aLine = (over: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    position: 1,
    messageId: 'bad',
    channelId: 'lobby',
    userId: 'ada',
    text: 'Hello?',
    at: Date.now(),
    ...over,
  });

describe('an event that cannot be', () => {
  it.each([
    ['no JSON', '{"position": 1,'],
    ['no object', '[1]'],
    ['no position', aLine({ position: undefined })],
    ['a position between two numbers', aLine({ position: 1.5 })],
    ['an id that leads elsewhere', aLine({ channelId: '../events' })],
    ['an id that is too long', aLine({ messageId: 'm'.repeat(51) })],
    ['no writer', aLine({ userId: null })],
    ['no text', aLine({ text: 7 })],
    ['no time', aLine({ at: 'yesterday' })],
    ['a line without end', 'x'.repeat(600_000)],
  ])('(%s) is logged and left behind, and those after it are answered', async (_, line) => {
    const [platform, store] = [await aPlatform(), await aStore()];
    platform.sayRaw(line);
    platform.say({ messageId: 'm1' });

    const { log } = await aBridgedHouse({ platform, store });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
    expect(log.events('warn')).toEqual(['bridge.bad_event']);
    expect(JSON.stringify(log.lines)).not.toContain('Hello');
  });

  it('is not told again after a restart, when its position could be read', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    platform.say({ messageId: 'm1' });
    platform.sayRaw(aLine({ position: 2, at: null }));
    platform.say({ messageId: 'm2', text: '  ' });
    const first = await aBridgedHouse({ platform, store });
    await platform.until(() => platform.posted.length === 1);
    platform.say({ messageId: 'm3' });
    await platform.until(() => platform.posted.length === 2);
    await first.close();

    const second = await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm4' });
    await platform.until(() => platform.posted.length === 3);

    expect(second.log.events('warn')).toEqual([]);
    expect(standing(platform)).toEqual(['m1: Done.', 'm3: Done.', 'm4: Done.']);
  });
});

describe('a message', () => {
  it('is not left behind when it could not be kept: it is told again, and answered', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const seen: (number | undefined)[] = [];
    const refused = Promise.withResolvers<void>();
    const accept: Store['inbox']['accept'] = async (...asked) => {
      seen.push((await store.gateways.read('bridge'))?.position);
      refused.resolve();
      return seen.length === 1 ? failure('storage', 'Away.') : store.inbox.accept(...asked);
    };
    await aBridgedHouse({ platform, store: { ...store, inbox: { ...store.inbox, accept } } });
    platform.say({ messageId: 'm1' });
    await refused.promise;
    expect(seen).toEqual([undefined]);

    await platform.until(() => platform.posted.length === 1);

    expect(seen).toEqual([undefined, undefined]);
    expect(standing(platform)).toEqual(['m1: Done.']);
  });

  it('that was kept without our being told is answered all the same, without a restart', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    let attempts = 0;
    const accept: Store['inbox']['accept'] = async (...asked) => {
      const kept = await store.inbox.accept(...asked);
      attempts += 1;
      return attempts === 1 ? failure('storage', 'The answer was lost.') : kept;
    };
    await aBridgedHouse({ platform, store: { ...store, inbox: { ...store.inbox, accept } } });
    platform.say({ messageId: 'm1' });

    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
    expect(attempts).toBe(2);
  });

  it('is declined, and fails, in the language that its platform names', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    const script = () => ({ kind: 'fail', failure: failure('timeout', 'Slow.') }) as const;
    await aBridgedHouse({ platform, store, script });

    const text = 'x'.repeat(8_001);
    platform.say({ messageId: 'm1', channelId: 'c1', language: 'de', text });
    platform.say({ messageId: 'm2', channelId: 'c2', language: 'fr-CA' });
    platform.say({ messageId: 'm3', channelId: 'c3', language: '{}', text });
    await platform.until(() => platform.posted.length === 3);

    expect(standing(platform).toSorted()).toEqual([
      'm1: Das ist zu lang für eine Frage: Sie darf 8000 Zeichen haben.',
      `m2: ${FRENCH.failed.timeout}`,
      'm3: That is too long for a question: it may have 8000 characters.',
    ]);
  });

  it('that is too long for a question is declined with a note', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });

    platform.say({ messageId: 'm1', text: 'x'.repeat(8_001) });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual([
      'm1: That is too long for a question: it may have 8000 characters.',
    ]);
  });

  it('may hold whatever people write', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });

    platform.say({ messageId: 'm1', text: '\u0000 "\\ \ud800 {{x}} 🎉\n@everyone' });
    await platform.until(() => platform.posted.length === 1);

    expect(standing(platform)).toEqual(['m1: Done.']);
  });
});

describe('the stream of events', () => {
  it('is opened again where it was cut', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    await aBridgedHouse({ platform, store });
    platform.say({ messageId: 'm1' });
    await platform.until(() => platform.posted.length === 1);

    platform.hangUp();
    platform.say({ messageId: 'm2' });
    await platform.until(() => platform.posted.length === 2);

    expect(platform.counts.streams).toBe(2);
    expect(standing(platform)).toEqual(['m1: Done.', 'm2: Done.']);
  });

  it('is asked for with the token, and its refusal is told', async () => {
    const [platform, store] = [await aPlatform(), await aStore()];
    platform.say({ messageId: 'm1' });

    const { log, close } = await aBridgedHouse({ platform, store, token: 'another' });
    // It tries again only after it has told.
    await platform.until(() => platform.counts.turnedAway === 2);
    await close();

    const line = log.lines.find(({ event }) => event === 'bridge.interrupted');
    expect(line?.fields['why']).toBe('The server answered 401.');
    expect(JSON.stringify(log.lines)).not.toContain('another');
    expect(platform.posted).toEqual([]);
  });
});
