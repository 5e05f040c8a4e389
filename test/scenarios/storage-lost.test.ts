import { describe, expect, it } from 'vitest';
import { keptIn } from '../../src/house-store.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { askedIn, say, shownIn } from '../../src/testing/scripts.ts';
import { aDatabase, aServer, becomes, open } from '../store/postgres-kit.ts';
import { gate } from '../support/gates.ts';
import { house } from '../support/house.ts';
import { aQuestion } from '../support/store-builders.ts';

describe('A question of an earlier life', () => {
  it('that cannot be counted before it is answered again is answered all the same', async () => {
    const database = await aDatabase();
    const log = recordedLog();
    const store = await open(database.url);

    const { inbox } = keptIn(store, { clock: simulatedClock(), log });
    await inbox.countTry({ question: aQuestion(), tries: { inAll: 0, inVain: 0 } });

    expect(log.events('warn')).toEqual(['inbox.not_counted']);
  });
});

describe('A PostgreSQL that dies in the middle of an answer', () => {
  it('costs a note under the answers, and nothing once it is back', async () => {
    const server = await aServer();
    const door = gate();
    const lost = await house({
      store: { kind: 'postgres', url: server.url('postgres') },
      script: async (request) => {
        if (askedIn(request) === 'during') await door.pass();
        return say(`re: ${askedIn(request)}`);
      },
    });
    await lost.say('before');

    const during = lost.ask('during');
    await door.reached;
    await server.kill();
    door.open();
    const away = [await during.outcome, await lost.say('while away')];
    const healed = becomes(lost.kept(), 'ok');
    await server.start();
    await healed;
    const after = await lost.say('after');

    expect(away).toMatchObject([
      { kind: 'answered', text: 're: during', notes: ['not_saved'] },
      { kind: 'answered', text: 're: while away', notes: ['without_history', 'not_saved'] },
    ]);
    expect(after).toMatchObject({ kind: 'answered', text: 're: after', notes: [] });
    expect(lost.requests.map(shownIn).at(-1)).toContain('user: before');
  });

  it('does not make the next life of the house answer again what was answered meanwhile', async () => {
    const server = await aServer();
    const door = gate();
    const lost = await house({
      store: { kind: 'postgres', url: server.url('postgres') },
      script: async (request) => {
        if (askedIn(request) === 'during') await door.pass();
        return say(`re: ${askedIn(request)}`);
      },
    });
    const during = lost.ask('during');
    await door.reached;
    await server.kill();
    door.open();
    await during.outcome;

    const healed = becomes(lost.kept(), 'ok');
    await server.start();
    await healed;
    await lost.log.told('run.written_late');
    await lost.say('after');

    expect(await lost.kept().inbox.unfinished(10)).toEqual([]);
    expect(await lost.history()).toEqual(['during', 're: during', 'after', 're: after']);
  });

  it('keeps no newcomer waiting: the answer says what it was made without', async () => {
    const server = await aServer();
    const { say: tell, kept } = await house({
      store: { kind: 'postgres', url: server.url('postgres') },
    });
    await tell('hello', { user: 'ada' });
    await server.kill();

    const away = await tell('hello', { user: 'bob' });
    const healed = becomes(kept(), 'ok');
    await server.start();
    await healed;

    expect(away).toMatchObject({ kind: 'answered', notes: ['without_history', 'not_saved'] });
    expect(await tell('hello', { user: 'bob' })).toMatchObject({ kind: 'answered', notes: [] });
    expect(await kept().inbox.unfinished(10)).toEqual([]);
  });
});
