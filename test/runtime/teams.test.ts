import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { UserId } from '../../machines/ids.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse, type House } from '../../src/testing/a-house.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';

guardAgainstLeaks();

const SAY: ScriptedStep = { kind: 'say', text: '42' };
const BUG: ScriptedStep = { kind: 'throw', message: 'a bug' };

const teams = ({ runtime }: House): readonly string[] =>
  runtime.view(10).teams.map(({ userId, state }) => `${userId} ${state}`);

/** Furnishes every team with one thing that takes a second to give back; counts what is held. */
function slowLeases(house: () => House) {
  let held = 0;
  return {
    held: () => held,
    furnish: async (scope: { acquire(name: string, dispose: () => Promise<void>): void }) => {
      held += 1;
      scope.acquire('lease', async () => {
        await new Promise<void>((resolve) => house().clock.setTimeout(resolve, 1_000));
        held -= 1;
      });
    },
  };
}

describe('a place in the house', () => {
  it('is given to a newcomer when the idle team that had it has given everything back', async () => {
    const leases = slowLeases(() => house);
    const house: House = await aHouse({
      script: () => SAY,
      supervisor: { maxTeams: 1 },
      furnish: leases.furnish,
    });
    await house.ask('ada1');
    const newcomer = await house.ask('bob1');
    expect(teams(house)).toEqual(['ada closing']);
    expect(newcomer.outcome).toBeUndefined();
    await house.pass(999);
    expect(leases.held()).toBe(1);
    await house.pass(1);
    expect(newcomer.outcome?.kind).toBe('answered');
    expect(teams(house)).toEqual(['bob idle']);
    await house.close();
    expect(leases.held()).toBe(0);
  });

  it('is free in the same moment when its team holds nothing', async () => {
    const house = await aHouse({ script: () => SAY, supervisor: { maxTeams: 1 } });
    await house.ask('ada1');
    const newcomer = await house.ask('bob1');
    expect(newcomer.outcome?.kind).toBe('answered');
    await house.close();
  });

  it('is kept by a team that works, and the newcomer waits', async () => {
    const house = await aHouse({
      script: () => ({ ...SAY, delayMs: 5_000 }),
      supervisor: { maxTeams: 1 },
    });
    const busy = await house.ask('ada1');
    const newcomer = await house.ask('bob1');
    expect(newcomer.events).toMatchObject([{ type: 'run.queued', behind: 'house', place: 1 }]);
    await house.pass(5_000);
    expect(busy.outcome?.kind).toBe('answered');
    await house.pass(5_000);
    expect(newcomer.outcome?.kind).toBe('answered');
    await house.close();
  });

  it('stays taken while a team that could not be hydrated gives back what it holds', async () => {
    const leases = slowLeases(() => house);
    const house: House = await aHouse({
      furnish: leases.furnish,
      supervisor: { maxTeams: 1 },
      runs: {
        hydrate: () => Promise.resolve({ kind: 'failed', failure: failure('storage', 'Gone.') }),
        begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
        record: () => Promise.resolve({ kind: 'saved' }),
        end: () => Promise.resolve({ kind: 'saved' }),
      },
    });
    const run = await house.ask('ada1');
    await house.pass(1_500);
    expect(run.outcome).toEqual({ kind: 'refused', refusal: { kind: 'team_unavailable' } });
    expect(teams(house)).toEqual(['ada closing']);
    await house.pass(1_000);
    expect(leases.held()).toBe(0);
    expect(teams(house)).toEqual([]);
    await house.close();
  });
});

describe('a team that crashes', () => {
  it('is started again after a pause, and its question is answered then', async () => {
    let tries = 0;
    const house = await aHouse({ script: () => (tries++ === 0 ? BUG : SAY) });
    const run = await house.ask('ada1');
    expect(run.outcome).toBeUndefined();
    await house.pass(1_000);
    expect(run.outcome).toMatchObject({ kind: 'answered', text: '42' });
    await house.close();
  });

  it('gives back what it holds before the next one starts', async () => {
    let tries = 0;
    const leases = slowLeases(() => house);
    const house: House = await aHouse({
      script: () => (tries++ === 0 ? BUG : SAY),
      furnish: leases.furnish,
      supervisor: { backoffFirstMs: 10 },
    });
    const run = await house.ask('ada1');
    await house.pass(999);
    expect([tries, leases.held()]).toEqual([1, 1]);
    await house.pass(1);
    expect(run.outcome?.kind).toBe('answered');
    expect(leases.held()).toBe(1);
    await house.close();
  });

  it('does not take the innocent down with it: a poisonous question is found and given up', async () => {
    const house = await aHouse({
      script: ({ messages }) => (messages.at(-1)?.content === 'poison' ? BUG : SAY),
    });
    const poison = await house.ask('ada1', { channel: 'one', text: 'poison' });
    const innocent = await house.ask('ada2', { channel: 'two' });
    await house.pass(60_000);
    expect(poison.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'poisonous' } });
    expect(innocent.outcome).toMatchObject({ kind: 'answered' });
    await house.close();
  });

  it('touches nobody else: calls of others go on', async () => {
    const house = await aHouse({
      script: ({ run }) => (run.userId === 'ada' ? BUG : { ...SAY, delayMs: 500 }),
    });
    const other = await house.ask('bob1');
    await house.ask('ada1');
    await house.pass(500);
    expect(other.outcome?.kind).toBe('answered');
    await house.close();
  });

  it('aborts every call that was under way', async () => {
    const signals: AbortSignal[] = [];
    const house = await aHouse({
      roster: { mode: 'broadcast' },
      model: {
        call({ agent }, { signal }) {
          signals.push(signal);
          if (agent === 'words') return Promise.reject(new Error('a bug'));
          return new Promise(() => {});
        },
      },
    });
    await house.ask('ada1');
    expect(signals.map(({ aborted }) => aborted)).toContain(true);
    house.runtime.dismiss(UserId('ada'));
    await house.pass(0);
    expect(signals).toHaveLength(2);
    expect(signals[0]?.aborted).toBe(true);
    await house.close();
  });
});
