import { describe, expect, it } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse, type House, type Watched } from '../../src/testing/a-house.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { quiet } from '../../src/testing/clock.ts';
import { claimsOf } from '../support/claims.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';

guardAgainstLeaks();

const SLOWLY: ScriptedStep = {
  kind: 'say',
  text: 'forty-two',
  pieces: ['forty', '-', 'two'],
  delayMs: 1_000,
};

const join = (house: House, run: string, user = 'ada'): Watched | undefined => {
  const events = house.runtime.watch(RunId(run), UserId(user));
  return events === undefined ? undefined : house.watch(events);
};

const drafts = (run: Watched | undefined): readonly string[] =>
  (run?.events ?? []).flatMap((event) => (event.type === 'run.drafted' ? [event.delta] : []));

describe('whoever joins a run', () => {
  it('is told at once what is known, text included, and then what follows', async () => {
    const house = await aHouse({ script: [SLOWLY] });
    await house.ask('ada1');
    await house.pass(2_000);

    const late = join(house, 'ada1');
    await quiet();
    expect(late?.events).toMatchObject([
      { type: 'run.started' },
      { type: 'run.progressed', progress: { kind: 'thinking' } },
      { type: 'run.drafted', delta: 'forty-' },
    ]);

    await house.pass(1_000);
    expect(drafts(late)).toEqual(['forty-', 'two']);
    expect(late?.outcome).toMatchObject({ text: 'forty-two' });
    await house.close();
  });

  it('is told the last step of the leader and of each member', async () => {
    const house = await aHouse({
      roster: { mode: 'broadcast' },
      script: ({ agent }) => (agent === 'math' ? { kind: 'hang' } : { kind: 'say', text: 'W' }),
    });
    await house.ask('ada1');
    const late = join(house, 'ada1');
    await quiet();
    const progress = late?.events.flatMap((event) =>
      event.type === 'run.progressed' ? [event.progress] : [],
    );
    expect(progress).toMatchObject([
      { kind: 'recalling' },
      { kind: 'member_thinking', member: 'math' },
      { kind: 'member_reported', member: 'words', ok: true },
    ]);
    await house.close();
  });

  it('is told the place when the run waits', async () => {
    const house = await aHouse({ script: () => ({ kind: 'hang' }), supervisor: { maxTeams: 1 } });
    await house.ask('ada1');
    await house.ask('ada2');
    await house.ask('bob1');
    const [inChannel, inHouse] = [join(house, 'ada2'), join(house, 'bob1', 'bob')];
    await quiet();
    expect(inChannel?.events).toMatchObject([{ type: 'run.queued', behind: 'channel', place: 1 }]);
    expect(inHouse?.events).toMatchObject([{ type: 'run.queued', behind: 'house', place: 1 }]);
    await house.close();
  });

  it('sees nothing of a run that is over, unknown, or somebody else’s', async () => {
    const house = await aHouse({ script: [{ kind: 'say', text: '42' }, { kind: 'hang' }] });
    await house.ask('ada1');
    await house.ask('ada2');
    expect(join(house, 'ada1')).toBeUndefined();
    expect(join(house, 'ada3')).toBeUndefined();
    expect(join(house, 'ada2', 'bob')).toBeUndefined();
    expect(join(house, 'ada2')).toBeDefined();
    await house.close();
  });

  it('shares the run with everybody else who watches it', async () => {
    const house = await aHouse({ script: [SLOWLY] });
    const run = await house.ask('ada1');
    const others = [join(house, 'ada1'), join(house, 'ada1')];
    await house.pass(3_000);
    for (const one of [run, ...others]) expect(one?.outcome).toMatchObject({ text: 'forty-two' });
    await house.close();
  });
});

describe('whoever watches a run', () => {
  it('may read slowly: no text is lost, and nobody waits for it', async () => {
    const house = await aHouse({ script: [SLOWLY] });
    const unread = house.runtime.ask(aQuestion({ run: 'ada1' }));
    const other = join(house, 'ada1');
    await house.pass(3_000);
    expect(other?.outcome?.kind).toBe('answered');

    const slow = house.watch(unread);
    await quiet();
    expect(drafts(slow)).toEqual(['forty-two']);
    expect(slow.outcome).toMatchObject({ text: 'forty-two' });
    await house.close();
  });

  it('may leave: the run goes on', async () => {
    const house = await aHouse({ script: [SLOWLY] });
    for await (const event of house.runtime.ask(aQuestion({ run: 'ada1' }))) {
      if (event.type === 'run.started') break;
    }
    const other = join(house, 'ada1');
    await house.pass(3_000);
    expect(other?.outcome).toMatchObject({ text: 'forty-two' });
    await house.close();
  });

  it('is told that a question under way is a duplicate, and the run is not disturbed', async () => {
    const house = await aHouse({ script: [SLOWLY] });
    const run = await house.ask('ada1');
    const again = await house.ask('ada1');
    expect(again.outcome).toEqual({ kind: 'refused', refusal: { kind: 'duplicate' } });
    await house.pass(3_000);
    expect(run.outcome).toMatchObject({ text: 'forty-two' });
    expect(house.model.requests).toHaveLength(1);
    await house.close();
  });

  it('sees a run of an earlier life that was taken up again, by asking for it once more', async () => {
    const question = aQuestion({ run: 'ada1' });
    const house = await aHouse({
      script: [SLOWLY],
      inbox: {
        accept: () => Promise.resolve({ kind: 'duplicate' }),
        claim: claimsOf([{ question, tries: { inAll: 0, inVain: 0 } }]),
        leave: () => Promise.resolve(),
        countTry: () => Promise.resolve(),
        finish: () => Promise.resolve(undefined),
      },
    });
    const run = join(house, 'ada1') ?? (await house.ask('ada1'));
    await house.pass(3_000);
    expect(run.outcome).toMatchObject({ text: 'forty-two' });
    await house.close();
  });
});
