import { once } from 'node:events';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { UserId } from '../../machines/ids.ts';
import { createFeed } from '../../src/inspector/feed.ts';
import { MACHINES } from '../../src/inspector/machines.ts';
import { recordedEvents } from '../../src/inspector/recorded-events.ts';
import { replay } from '../../src/inspector/replay.ts';
import { StatelyTranslator } from '../../src/inspector/stately.ts';
import { startStatelyServer } from '../../src/inspector/stately-server.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { aRecording, helped } from './a-recording.ts';

/** A house that Stately's inspector may look into. */
async function anOpenHouse() {
  const log = recordedLog();
  const feed = createFeed({ clock: simulatedClock(), log });
  const house = await aHouse({ watcher: feed.watcher, script: helped() });
  const userId = UserId('ada');
  const server = await startStatelyServer({ feed, machines: MACHINES, userId, log });
  onTestFinished(server.close);
  return { house, server };
}

/** The package's own receiver; collects until a message fits. */
function received(url: string) {
  const messages: StatelyInspectionEvent[] = [];
  const receiver = createWebSocketReceiver({ server: url });
  const until = (fits: (message: StatelyInspectionEvent) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const subscription = receiver.subscribe((message) => {
        messages.push(message);
        if (!fits(message)) return;
        subscription.unsubscribe();
        resolve();
      });
    });
  return { messages, until };
}

describe("Stately's receiver", () => {
  it('is told of the actors that are there, then of what happens to them', async () => {
    const { house, server } = await anOpenHouse();
    await house.ask('ada1', { text: 'canary-question' });
    const { messages, until } = received(server.url);
    await until(({ type }) => type === '@xstate.actor');
    const isOver = until(
      (message) =>
        message.type === '@xstate.event' && message.event.type === 'xstate.done.actor.leader0',
    );

    await house.ask('ada2', { text: 'canary-question' });
    await isOver;

    expect(messages[0]).toMatchObject({
      type: '@xstate.actor',
      name: 'team',
      snapshot: { status: 'active', value: { open: 'idle' }, context: {} },
    });
    const leader = messages.find(
      (message) => message.type === '@xstate.actor' && message.name === 'leader0',
    );
    expect(leader).toMatchObject({ parentId: messages[0]?.sessionId, rootId: messages[0]?.rootId });
    const values = messages.flatMap((message) =>
      message.type === '@xstate.snapshot' && message.sessionId === leader?.sessionId
        ? [JSON.stringify('value' in message.snapshot && message.snapshot.value)]
        : [],
    );
    expect(values).toContain('{"working":"thinking"}');
    expect(values).toContain('{"working":{"acting":"waiting"}}');
    expect(JSON.stringify(messages)).not.toContain('canary');
  });

  it('gets a definition that its inspector can draw', async () => {
    const { house, server } = await anOpenHouse();
    await house.ask('ada1');
    const { messages, until } = received(server.url);

    await until(({ type }) => type === '@xstate.actor');

    const [team] = messages;
    expect(team?.type === '@xstate.actor' ? team.definition : '').toContain('"id":"team"');
  });
});

describe('the door for an inspector', () => {
  const knock = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
    const client = new WebSocket(url, { headers });
    const opened = once(client, 'open').then(() => 'open');
    const refused = once(client, 'unexpected-response').then(([, res]) => String(res.statusCode));
    const answer = await Promise.race([opened, refused]);
    client.on('error', () => {});
    client.terminate();
    return answer;
  };

  it('is open to whoever has the secret, from this machine', async () => {
    const { server } = await anOpenHouse();

    expect(await knock(server.url)).toBe('open');
    expect(await knock(`${server.url}/eve`)).toBe('open');
    expect(await knock(server.url, { origin: 'http://localhost:8080' })).toBe('open');
  });

  it.each([
    ['without the secret', (url: string) => url.replace(/\/[^/]*$/, '/'), {}],
    ['with a wrong secret', (url: string) => url.replace(/\/[^/]*$/, `/${'x'.repeat(32)}`), {}],
    ['from a foreign page', (url: string) => url, { origin: 'https://evil.example' }],
    ['by a foreign name', (url: string) => url, { host: 'evil.example' }],
    ['for a user that cannot be', (url: string) => `${url}/..%2f`, {}],
    ['deeper than it goes', (url: string) => `${url}/ada/more`, {}],
  ])('is shut to whoever comes %s', async (_how, change, headers) => {
    const { server } = await anOpenHouse();

    expect(await knock(change(server.url), { ...headers })).toBe('403');
  });

  it('takes eight at once', async () => {
    const { server } = await anOpenHouse();
    const clients = Array.from({ length: 8 }, () => new WebSocket(server.url));
    await Promise.all(clients.map((client) => once(client, 'open')));

    expect(await knock(server.url)).toBe('429');
    for (const client of clients) client.terminate();
  });

  it('ends a connection that says more than a kilobyte', async () => {
    const { server } = await anOpenHouse();
    const client = new WebSocket(server.url);
    await once(client, 'open');

    client.send('x'.repeat(2_000));
    const [code] = await once(client, 'close');

    expect(code).toBe(1009);
  });
});

it('a recorded run can be told in the same words', async () => {
  const translator = new StatelyTranslator(MACHINES);

  const messages = recordedEvents(replay(await aRecording())).flatMap(
    (event) => translator.translate(event) ?? [],
  );

  expect(messages.slice(0, 3)).toMatchObject([
    { type: '@xstate.actor', name: 'leader0', snapshot: { value: { working: 'recalling' } } },
    { type: '@xstate.event', event: { type: 'xstate.done.actor.0.leader.working.recalling' } },
    { type: '@xstate.snapshot', snapshot: { value: { working: 'thinking' } } },
  ]);
  const ends = messages.filter(
    (message) => message.type === '@xstate.snapshot' && message.snapshot.status === 'done',
  );
  expect(ends).toHaveLength(2);
});
