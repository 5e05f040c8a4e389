import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createTroupe } from 'troupe';
import { describe, expect, it } from 'vitest';
import { PURE } from '../../machines/tool-policy.ts';
import { keptIn } from '../../src/house-store.ts';
import { scriptedModel } from '../../src/model/scripted.ts';
import { anAgent, aRoster, aTool } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { delegate, say, use } from '../../src/testing/scripts.ts';
import { aDatabase, open } from '../store/postgres-kit.ts';
import { listen } from '../support/asked.ts';

const ADA = { userId: 'ada', channelId: 'lab' };

describe('A program that imports troupe', () => {
  it('gets a house with every part left out, and answers from the demo model and its tools', async () => {
    await using troupe = await createTroupe();

    const asked = listen(troupe.ask({ ...ADA, text: 'what is 12*7?' }));

    expect(await asked.outcome).toMatchObject({ kind: 'answered', model: 'demo' });
    expect(asked.draft()).toContain('84');
  });

  it('gets a house made of its own parts, every one of them used', async () => {
    const { url } = await aDatabase();
    const log = recordedLog();
    const clock = simulatedClock(Date.UTC(2030, 0, 1));
    const store = await open(url);
    const model = scriptedModel([use('look'), delegate({ math: 'add' }), say('5'), say('Mine.')]);
    const used: string[] = [];
    const troupe = await createTroupe({
      roster: aRoster({ leader: anAgent('leader', { tools: [aTool('look')] }) }),
      model,
      tools: {
        policyOf: () => PURE,
        run: async ({ call }) => {
          used.push(call.name);
          return { kind: 'returned', content: 'Seen.' };
        },
      },
      store: keptIn(store, { clock, log }),
      limits: { supervisor: { maxTeams: 3 }, team: { concurrency: 1 }, shutdown: { drain: 1 } },
      log,
      clock,
      random: () => 0,
      newId: () => 'my-own-id',
      furnish: async (scope) => scope.acquire('desk', () => void used.push('desk given back')),
      memory: () => ({ usedBytes: 9, limitBytes: 10 }),
    });

    const outcome = await listen(troupe.ask({ ...ADA, text: 'hello', from: 'Ada' })).outcome;
    const seen = troupe.view(10);
    await clock.advance(5_000);
    const shed = troupe.view(10);
    await troupe.stop();

    expect(outcome).toMatchObject({ kind: 'answered', text: 'Mine.', model: 'scripted' });
    expect(seen).toMatchObject({ maxTeams: 3, teams: [{ lastUsedAt: Date.UTC(2030, 0, 1) }] });
    expect(shed.teams.filter(({ state }) => state !== 'closing')).toEqual([]);
    expect(used).toEqual(['look', 'desk given back']);
    expect(model.requests[0]?.run.runId).toBe('my-own-id');
  });

  it('may give one part and leave out the others', async () => {
    const model = scriptedModel(() => say('From my model.'));
    await using troupe = await createTroupe({ model });

    const outcome = await listen(troupe.ask({ ...ADA, text: 'hello' })).outcome;

    expect(outcome).toMatchObject({ kind: 'answered', text: 'From my model.' });
  });

  it.each([
    [
      'a user id with a blank',
      { ...ADA, userId: 'a da', text: 'hello' },
      /user id must be 1 to 64/,
    ],
    [
      'a channel id without letters',
      { ...ADA, channelId: '', text: 'hello' },
      /channel id must be/,
    ],
    ['a run id that is too long', { ...ADA, runId: 'x'.repeat(65), text: 'hello' }, /run id must/],
    ['an empty question', { ...ADA, text: ' \n' }, /needs text/],
    [
      'an endless question',
      { ...ADA, text: 'x'.repeat(8_001) },
      /at most 8000 characters, got 8001/,
    ],
  ])('is told at once what is wrong with %s', async (_, ask, message) => {
    await using troupe = await createTroupe({ model: scriptedModel([]) });

    expect(() => troupe.ask(ask)).toThrow(message);
    expect(troupe.view(10).teamCount).toBe(0);
  });

  it('may look away: the run goes on, and can be joined again', async () => {
    const goOn = Promise.withResolvers<void>();
    const model = scriptedModel(async () => {
      await goOn.promise;
      return say('Done.');
    });
    await using troupe = await createTroupe({ model });
    for await (const event of troupe.ask({ ...ADA, runId: 'm1', text: 'hello' }))
      if (event.type === 'run.started') break;

    const joined = troupe.watch({ userId: 'ada', runId: 'm1' });
    const foreign = troupe.watch({ userId: 'eve', runId: 'm1' });
    goOn.resolve();

    expect(foreign).toBeUndefined();
    if (joined === undefined) throw new Error('The run cannot be joined.');
    expect(await listen(joined).outcome).toMatchObject({ kind: 'answered', text: 'Done.' });
    expect(troupe.watch({ userId: 'ada', runId: 'm1' })).toBeUndefined();
  });

  it('gets more or fewer places while it runs, and loses no answer by it', async () => {
    await using troupe = await createTroupe({ model: scriptedModel(() => say('Done.')) });
    const ask = (userId: string) => listen(troupe.ask({ ...ADA, userId, text: 'hello' })).outcome;
    await Promise.all(['ada', 'bob', 'cyd'].map(ask));

    troupe.resize(1);
    const outcome = await ask('dee');

    expect(troupe.view(10)).toMatchObject({ teamCount: 1, maxTeams: 1 });
    expect(outcome).toMatchObject({ kind: 'answered' });
  });

  it.each([0, -1, 1.5, Number.NaN])(
    'is told that a house cannot have %d places',
    async (places) => {
      const message = `maxTeams must be a whole number from 1 up, got ${places}.`;
      await using troupe = await createTroupe({ model: scriptedModel([]) });

      expect(() => troupe.resize(places)).toThrow(message);
      await expect(createTroupe({ limits: { supervisor: { maxTeams: places } } })).rejects.toThrow(
        message,
      );
      expect(troupe.view(10).maxTeams).toBe(100);
    },
  );

  it('ends by itself when the house is closed, with nothing on its error output', async () => {
    const code = `
      import { createTroupe } from 'troupe';
      const troupe = await createTroupe();
      for await (const event of troupe.ask({ userId: 'ada', channelId: 'lab', text: 'what is 12*7?' })) {
        if (event.type === 'run.settled') console.log(event.outcome.text);
      }
      await troupe.stop();
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {},
    });

    const [[exit], said, complaints] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);

    expect(said).toContain('84');
    expect(complaints).toBe('');
    expect(exit).toBe(0);
  });
});
