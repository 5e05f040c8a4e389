import { describe, expect, it } from 'vitest';
import type { Question } from '../../machines/question.ts';
import type { Inbox } from '../../src/runtime/dispatcher.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { claimsOf } from '../support/claims.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';

guardAgainstLeaks();

/** An inbox that notes what it is asked to keep. */
function notedInbox() {
  const kept: string[] = [];
  const said: string[] = [];
  const inbox: Inbox = {
    async accept({ runId }) {
      kept.push(runId);
      return { kind: 'accepted' };
    },
    claim: claimsOf([]),
    async leave() {},
    async countTry() {},
    async finish({ runId }, outcome, parts = []) {
      said.push(`${runId} ${outcome.kind} ${parts.join()}`);
      return undefined;
    },
  };
  return { inbox, kept, said };
}

const aMessage = (run: string): Question => ({
  ...aQuestion({ run }),
  origin: { platform: 'chat', channelId: 'lobby', replyTo: run, position: 1 },
});

describe('a question too many of one user', () => {
  it('is refused at the door: nothing of it is kept, and the others go on', async () => {
    const { inbox, kept, said } = notedInbox();
    const house = await aHouse({
      script: () => ({ kind: 'say', text: '42', delayMs: 1_000 }),
      supervisor: { maxPerUser: 2 },
      inbox,
    });
    await house.ask('ada1');
    await house.ask('ada2', { channel: 'study' });

    const refused = await house.ask('ada3', { channel: 'garden' });
    const other = await house.ask('bob1');

    expect(refused.events).toMatchObject([
      { outcome: { kind: 'refused', refusal: { kind: 'channel_full' } } },
    ]);
    expect(kept).toEqual(['ada1', 'ada2', 'bob1']);
    await house.pass(2_000);
    expect(other.outcome).toMatchObject({ kind: 'answered' });
    expect(said).toEqual([]);
    await house.close();
  });

  it('is kept and refused where it came by a platform, for the refusal has to arrive there', async () => {
    const { inbox, kept, said } = notedInbox();
    const house = await aHouse({
      script: () => ({ kind: 'say', text: '42', delayMs: 1_000 }),
      supervisor: { maxPerUser: 1 },
      inbox,
      reply: (_, outcome) => [outcome.kind],
    });
    await house.ask('ada1');

    expect(await house.runtime.take(aMessage('ada2'))).toEqual({ kind: 'accepted' });
    await house.pass(0);

    expect(kept).toEqual(['ada1', 'ada2']);
    expect(said).toEqual(['ada2 refused refused']);
    await house.close();
  });
});
