import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { askedIn, cast, delegate, meeting, say, shownIn } from '../../src/testing/scripts.ts';
import { house } from '../support/house.ts';

describe('A user asks the team', () => {
  it('and is answered by the leader, who writes the answer as it goes', async () => {
    const { ask } = await house({
      script: [
        { kind: 'say', text: 'Six times seven is 42.', pieces: ['Six times seven', ' is 42.'] },
      ],
    });

    const asked = ask('What is six times seven?');

    expect(await asked.outcome).toMatchObject({ kind: 'answered', text: 'Six times seven is 42.' });
    expect(asked.draft()).toBe('Six times seven is 42.');
    const types = asked.events.map(({ type }) => type);
    expect(types.at(0)).toBe('run.started');
    expect(types.at(-1)).toBe('run.settled');
    expect(types.filter((type) => type === 'run.settled')).toHaveLength(1);
  });

  it('and two members work side by side, and the leader makes one answer of their reports', async () => {
    const bothAreThere = meeting(2);
    const report = async (request: Parameters<typeof askedIn>[0]) => {
      await bothAreThere();
      return say(`${request.agent} did: ${askedIn(request)}`);
    };
    const { ask, requests } = await house({
      script: cast({
        leader: [delegate({ math: 'add up', words: 'spell it' }), say('Both are done.')],
        math: report,
        words: report,
      }),
    });

    const outcome = await ask('Add up and spell.').outcome;

    expect(outcome).toMatchObject({
      kind: 'answered',
      text: 'Both are done.',
      delegations: [
        { member: 'math', task: 'add up', ok: true },
        { member: 'words', task: 'spell it', ok: true },
      ],
    });
    const last = requests.at(-1);
    expect(last && shownIn(last).slice(-2)).toEqual([
      'tool: Report of math:\nmath did: add up',
      'tool: Report of words:\nwords did: spell it',
    ]);
  });

  it('and the leader is told of a member that failed, and answers all the same', async () => {
    const gone = failure('model_gone', 'There is no such model.');
    const { ask, requests } = await house({
      script: cast({
        leader: [delegate({ math: 'add up', words: 'spell it' }), say('Only spelt.')],
        math: [{ kind: 'fail', failure: gone }],
        words: [say('a d d')],
      }),
    });

    const asked = ask('Add up and spell.');

    expect(await asked.outcome).toMatchObject({
      text: 'Only spelt.',
      delegations: expect.arrayContaining([expect.objectContaining({ member: 'math', ok: false })]),
    });
    const last = requests.at(-1);
    expect(last && shownIn(last)).toContainEqual(
      'tool: math failed (model_gone): There is no such model.',
    );
  });

  it('and sees each member being asked, working and reporting', async () => {
    const { ask } = await house({
      script: cast({ leader: [delegate({ math: 'add up' }), say('Done.')], math: [say('5')] }),
    });

    const asked = ask('Add up.');

    await asked.outcome;
    const steps = asked.events.flatMap((event) =>
      event.type === 'run.progressed' && 'slot' in event.progress
        ? [`${event.progress.kind} ${event.progress.member}`]
        : [],
    );
    expect(steps).toEqual(['delegating math', 'member_thinking math', 'member_reported math']);
  });

  it('and the member that a route chose answers directly, in its own words', async () => {
    const { ask, requests } = await house({
      roster: { mode: 'route' },
      script: cast({
        leader: [delegate({ words: 'say it' })],
        words: [
          { kind: 'say', text: 'Straight from words.', pieces: ['Straight ', 'from words.'] },
        ],
      }),
    });

    const asked = ask('Say it.');

    expect(await asked.outcome).toMatchObject({ kind: 'answered', text: 'Straight from words.' });
    expect(asked.draft()).toBe('Straight from words.');
    expect(requests.map(({ agent }) => agent)).toEqual(['leader', 'words']);
  });

  it('and a broadcast asks every member first, side by side', async () => {
    const bothAreThere = meeting(2);
    const views = async (request: Parameters<typeof askedIn>[0]) => {
      await bothAreThere();
      return say(`${request.agent}: ${askedIn(request)}`);
    };
    const { ask, requests } = await house({
      roster: { mode: 'broadcast' },
      script: cast({ leader: [say('They agree.')], math: views, words: views }),
    });

    expect(await ask('Tabs or spaces?').outcome).toMatchObject({ text: 'They agree.' });
    expect(requests.map(({ agent }) => agent).toSorted()).toEqual(['leader', 'math', 'words']);
    expect(requests.at(-1)?.messages.at(-1)?.content).toBe(
      'Report of math:\nmath: Tabs or spaces?\n\nReport of words:\nwords: Tabs or spaces?',
    );
  });
});

describe('A team remembers', () => {
  it('what was said in a channel, and says nothing of it in another', async () => {
    const { say: tell, requests } = await house({
      store: 'postgres',
      script: (request) => say(`re: ${askedIn(request)}`),
    });
    await tell('My name is Ada.', { channel: 'lab' });

    await tell('What is my name?', { channel: 'lab' });
    await tell('What is my name?', { channel: 'street' });

    expect(requests.map(shownIn).slice(1)).toEqual([
      ['user: My name is Ada.', 'assistant: re: My name is Ada.', 'user: What is my name?'],
      ['user: What is my name?'],
    ]);
  });

  it('one user, and tells another nothing, whatever channel they share', async () => {
    const { say: tell, requests } = await house({ store: 'postgres' });
    await tell('My pin is 1234.', { user: 'ada' });

    await tell('What is her pin?', { user: 'eve' });

    expect(requests.map(shownIn).at(-1)).toEqual(['user: What is her pin?']);
  });
});

describe('A question that is asked twice under one id', () => {
  it('is answered once, also when the first answer is long over', async () => {
    const { say: tell, requests, history } = await house({ store: 'postgres' });

    const outcomes = [await tell('Once?', { run: 'm1' }), await tell('Once?', { run: 'm1' })];

    expect(outcomes).toMatchObject([
      { kind: 'answered' },
      { kind: 'refused', refusal: { kind: 'duplicate' } },
    ]);
    expect(requests).toHaveLength(1);
    expect(await history()).toEqual(['Once?', 'Done.']);
  });

  it('is answered once while the first is being answered', async () => {
    const goOn = meeting(2);
    const { ask, requests } = await house({
      store: 'postgres',
      script: async () => {
        await goOn();
        return say('Done.');
      },
    });

    const first = ask('Once?', { run: 'm1' });
    const second = await ask('Once?', { run: 'm1' }).outcome;
    void goOn();

    expect(second).toEqual({ kind: 'refused', refusal: { kind: 'duplicate' } });
    expect(await first.outcome).toMatchObject({ kind: 'answered' });
    expect(requests).toHaveLength(1);
  });

  it('cannot be taken by somebody else', async () => {
    const { say: tell, history } = await house({ store: 'postgres' });
    await tell('Mine.', { user: 'ada', run: 'm1' });

    expect(await tell('Mine now.', { user: 'eve', run: 'm1' })).toMatchObject({ kind: 'refused' });
    expect(await history({ user: 'eve' })).toEqual([]);
  });
});
