import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { openHeldHouse } from '../support/held-house.ts';

const aMessage = (run = 'r1'): Question => ({
  ...aQuestion({ run }),
  origin: { platform: 'chat', channelId: 'lobby', replyTo: run, position: 1 },
});

describe('a question that came by a platform', () => {
  it('is not begun when it cannot be kept: its platform has it still', async () => {
    const house = await openHeldHouse({ hold: ['accept', 'model'] });

    const taken = house.runtime.take(aMessage());
    await house.clock.advance(0);
    await house.at('accept')[0].fail('storage');

    expect(await taken).toMatchObject({ kind: 'untaken', failure: { kind: 'storage' } });
    expect(house.calls('model')).toBe(0);
  });

  it('that could not be kept is begun when it is told again', async () => {
    const house = await openHeldHouse({ hold: ['accept', 'model'] });
    const first = house.runtime.take(aMessage());
    await house.clock.advance(0);
    await house.at('accept')[0].fail('storage');
    await first;

    const taken = house.runtime.take(aMessage());
    await house.clock.advance(0);
    await house.at('accept')[0].answer();

    expect(await taken).toEqual({ kind: 'accepted' });
    expect(house.calls('model')).toBe(1);
  });

  it('is taken once it is kept, long before it is answered', async () => {
    const house = await openHeldHouse({ hold: ['model'], unfinished: [] });

    expect(await house.runtime.take(aMessage())).toEqual({ kind: 'accepted' });
    expect(house.closed).toEqual([]);
  });

  it('stays open in the inbox when the house closes before it began, unlike one of the console', async () => {
    const house = await openHeldHouse({ hold: ['model'], unfinished: [], maxTeams: 1 });
    await house.ask(aQuestion({ run: 'under-way' }));
    await house.runtime.take({ ...aMessage('by-chat'), userId: UserId('bob') });
    await house.ask(aQuestion({ run: 'by-console', user: 'cyd' }));

    void house.runtime.stop();
    const stopped = house.runtime.stop();
    await house.clock.advance(60_000);
    await stopped;

    expect(house.closed.map(({ runId }) => runId)).toEqual(['by-console']);
  });

  it('has the words of its answer kept with the end of its run, and no other question has', async () => {
    const ended: (readonly string[] | undefined)[] = [];
    const house = await aHouse({
      script: () => ({ kind: 'say', text: '42' }),
      reply: (_question, outcome) => (outcome.kind === 'answered' ? [outcome.text, '!'] : []),
      runs: {
        hydrate: () => Promise.resolve({ kind: 'ready' }),
        begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
        record: () => Promise.resolve({ kind: 'saved' }),
        end({ parts }) {
          ended.push(parts);
          return Promise.resolve({ kind: 'saved' });
        },
      },
    });

    await house.runtime.take(aMessage('r1'));
    await house.pass(0);
    await house.ask('ada2');

    expect(ended).toEqual([['42', '!'], undefined]);
    await house.close();
  });
});
