import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { PURE } from '../../machines/tool-policy.ts';
import { openStore } from '../../src/store/store.ts';
import { cast, delegate, HANG, say, use } from '../../src/testing/scripts.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { gate } from '../support/gates.ts';
import { house } from '../support/house.ts';
import { freshDatabase } from '../support/postgres.ts';

/** A tool that never ends by itself, and tells when it began and when it was stopped. */
function endlessTool() {
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const tool = defineTool({
    name: 'dig',
    description: 'Digs.',
    policy: PURE,
    deadlineMs: 60_000,
    maxOutputChars: 100,
    input: z.object({}),
    execute: (_, { signal }) => {
      begun.resolve();
      return new Promise(() => {
        signal.addEventListener('abort', () => stopped.resolve(), { once: true });
      });
    },
  });
  return { tool, begun: begun.promise, stopped: stopped.promise };
}

describe('A user stops', () => {
  it('an answer that the leader is writing', async () => {
    const { ask, troupe } = await house({
      groq: () => ({
        kind: 'sse',
        events: [{ choices: [{ index: 0, delta: { content: 'Once upon a time' } }] }],
        stop: 'stall',
      }),
    });
    const asked = ask('Tell me everything.');
    await asked.sees('run.drafted');

    troupe.cancel({ userId: 'ada', channelId: 'lobby' });

    expect(await asked.outcome).toMatchObject({ kind: 'cancelled' });
  });

  it('members at work, and their requests to the provider are given up', async () => {
    const { ask, troupe, groq } = await house({
      groq: ({ body }) => {
        const isLeader = JSON.stringify(body.messages).includes('You are leader');
        if (!isLeader) return { kind: 'silence' };
        const wish = (member_id: string) => ({
          name: 'delegate_task_to_member',
          args: { member_id, task: 'work' },
        });
        return { kind: 'reply', calls: [wish('math'), wish('words')] };
      },
    });
    const asked = ask('Work.', { run: 'm1' });
    await groq().arrived(3);

    troupe.cancel({ userId: 'ada', runId: 'm1' });

    expect(await asked.outcome).toMatchObject({ kind: 'cancelled' });
    await Promise.all(
      groq()
        .requests.slice(1)
        .map(({ abandoned }) => abandoned),
    );
  });

  it('a tool that a member uses', async () => {
    const { tool, begun, stopped } = endlessTool();
    const { ask, troupe } = await house({
      tools: [tool],
      script: cast({ leader: [delegate({ math: 'dig' })], math: [use('dig')] }),
    });
    const asked = ask('Dig.');
    await begun;

    troupe.cancel({ userId: 'ada' });

    expect(await asked.outcome).toMatchObject({ kind: 'cancelled' });
    await stopped;
  });

  it('a question that waits behind another in its channel, and the other goes on', async () => {
    const door = gate();
    const { ask, troupe, requests } = await house({
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });
    const first = ask('one', { run: 'm1' });
    await door.reached;
    const second = ask('two', { run: 'm2' });
    await second.sees('run.queued');

    troupe.cancel({ userId: 'ada', runId: 'm2' });

    expect(await second.outcome).toMatchObject({ kind: 'cancelled' });
    door.open();
    expect(await first.outcome).toMatchObject({ kind: 'answered' });
    expect(requests).toHaveLength(1);
  });

  it('a question that waits for a place in the house, and it does not come back', async () => {
    const door = gate();
    const { ask, troupe, kept } = await house({
      maxTeams: 1,
      store: 'postgres',
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });
    const ada = ask('long', { user: 'ada' });
    await door.reached;
    const bob = ask('short', { user: 'bob' });
    await bob.sees('run.queued');

    troupe.cancel({ userId: 'bob' });

    expect(await bob.outcome).toMatchObject({ kind: 'cancelled' });
    expect(troupe.view(10).waitingCount).toBe(0);
    door.open();
    await ada.outcome;
    await troupe.stop();
    expect(await kept().inbox.unfinished(10)).toEqual([]);
  });

  it('a question in the very moment after asking it', async () => {
    const { ask, troupe, requests } = await house({ store: 'postgres' });

    const asked = ask('Never mind.', { run: 'm1' });
    troupe.cancel({ userId: 'ada', runId: 'm1' });

    expect(await asked.outcome).toMatchObject({ kind: 'cancelled' });
    expect(requests).toEqual([]);
  });

  it('nothing of anybody else', async () => {
    const door = gate();
    const { ask, troupe } = await house({
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });
    const ada = ask('long', { user: 'ada', run: 'm1' });
    await door.reached;

    troupe.cancel({ userId: 'eve', runId: 'm1' });
    troupe.cancel({ userId: 'eve' });
    door.open();

    expect(await ada.outcome).toMatchObject({ kind: 'answered' });
  });
});

describe('A house that closes', () => {
  it('lets the busy finish and refuses whoever comes', async () => {
    const door = gate();
    const {
      ask,
      say: tell,
      troupe,
    } = await house({
      store: 'postgres',
      script: async () => {
        await door.pass();
        return say('Done.');
      },
    });
    const ada = ask('long', { user: 'ada' });
    await door.reached;

    const closed = troupe.stop();
    const bob = await tell('late', { user: 'bob' });
    door.open();

    expect(bob).toMatchObject({ kind: 'refused', refusal: { kind: 'draining' } });
    expect(await ada.outcome).toMatchObject({ kind: 'answered' });
    await closed;
  });

  it('cuts the busy short when it is asked twice', async () => {
    const { ask, troupe } = await house({ script: [HANG] });
    const ada = ask('long');
    await ada.sees('run.progressed', ({ progress }) => progress.kind === 'thinking');

    const closed = troupe.stop();
    await troupe.stop();
    await closed;

    expect(await ada.outcome).toMatchObject({ kind: 'refused' });
    expect(troupe.view(10).teamCount).toBe(0);
  });

  it('refuses what is asked in the moment of closing and after it, and its next life does not ask it again', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    const place = { kind: 'postgres', url: database.url } as const;
    const { ask, say: tell, troupe, kept } = await house({ store: place });

    const during = ask('In the door.', { user: 'ada' });
    await troupe.stop();
    const after = await tell('Anybody there?', { user: 'bob' });
    await kept().close();

    expect(await during.outcome).toMatchObject({ refusal: { kind: 'draining' } });
    expect(after).toMatchObject({ kind: 'refused', refusal: { kind: 'draining' } });
    const next = await openStore({ place });
    expect(await next.inbox.unfinished(10)).toEqual([]);
    await next.close();
  });
});
