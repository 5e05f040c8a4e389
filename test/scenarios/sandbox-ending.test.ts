import { expect, it, onTestFinished } from 'vitest';
import { openCode } from '../../src/code-house.ts';
import { readConfig } from '../../src/config.ts';
import { heroParts } from '../../src/hero-parts.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { askedIn, bug, say, use } from '../../src/testing/scripts.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { house } from '../support/house.ts';
import { aFolder } from '../support/program.ts';
import { aRemote, REMOTE_KEY } from '../tools/code/a-remote.ts';

it('A team that is passivated takes its machine at E2B with it', async () => {
  const { say: tell, remote } = await aHouseAtE2b();
  expect(await tell('use it', { user: 'ada' })).toMatchObject({ kind: 'answered' });
  expect([...remote.machines.keys()]).toEqual(['box-1']);

  await tell('hello', { user: 'bob' });

  await remote.isEnded('box-1');
  expect(remote.machines.size).toBe(0);
}, 60_000);

it('A team that crashes takes its machine at E2B with it, and the machines of others stay', async () => {
  const { say: tell, remote } = await aHouseAtE2b({ maxTeams: 2 });
  await tell('use it', { user: 'ada' });
  await tell('use it', { user: 'bob' });
  expect([...remote.machines.keys()]).toEqual(['box-1', 'box-2']);

  expect(await tell('crash', { user: 'ada' })).toMatchObject({ kind: 'failed' });

  await remote.isEnded('box-1');
  expect([...remote.machines.keys()]).toEqual(['box-2']);
}, 60_000);

/** A house with room for so many teams, whose code is run at E2B as src/app.ts ties it. */
async function aHouseAtE2b({ maxTeams = 1 } = {}) {
  const remote = await aRemote();
  const reading = readConfig({
    DATA_DIR: await aFolder(),
    E2B_API_KEY: REMOTE_KEY,
    E2B_URL: remote.url,
    E2B_SANDBOX_URL: remote.sandboxUrl,
  });
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  const shared = { clock: systemClock, log: recordedLog() };
  const store = await openStore({ place: { kind: 'postgres', url: (await aDatabase()).url } });
  onTestFinished(store.close);
  const code = openCode(reading.config, { store, ...shared });
  const { furnish, close } = heroParts({ code, ...shared });
  onTestFinished(close);
  const opened = await house({
    store,
    furnish,
    tools: code.tools,
    maxTeams,
    limits: { supervisor: { maxDeliveries: 1, backoffFirstMs: 1, backoffLongestMs: 1 } },
    script: (request) => {
      if (askedIn(request) === 'crash') return bug('a bug in one team');
      const isFirst = request.messages.at(-1)?.role === 'user';
      return isFirst && askedIn(request) === 'use it'
        ? use('run_javascript', { code: 'console.log(6 * 7)' })
        : say('Done.');
    },
  });
  return { ...opened, remote };
}
