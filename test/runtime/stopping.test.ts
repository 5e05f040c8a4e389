import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { UserId } from '../../machines/ids.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse, type House } from '../../src/testing/a-house.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';

guardAgainstLeaks();

const SAY: ScriptedStep = { kind: 'say', text: '42' };
const LATER: ScriptedStep = { kind: 'say', text: '42', delayMs: 8_000 };
const HANG: ScriptedStep = { kind: 'hang' };
const CLOSES: RunOutcome = { kind: 'refused', refusal: { kind: 'draining' } };

/** Starts to close the house; tells whether that is done. */
function closing(house: House): { readonly isDone: boolean } {
  let isDone = false;
  void house.runtime.stop().then(() => {
    isDone = true;
  });
  return {
    get isDone() {
      return isDone;
    },
  };
}

function checkNothingLeft(house: House): void {
  expect(house.clock.pending).toBe(0);
  const { teamCount, waitingCount } = house.runtime.view(10);
  expect({ teamCount, waitingCount }).toEqual({ teamCount: 0, waitingCount: 0 });
}

describe('closing the house', () => {
  it('takes no time when nobody is in it', async () => {
    const house = await aHouse();
    await house.runtime.stop();
    checkNothingLeft(house);
  });

  it('takes no time when everybody is idle', async () => {
    const house = await aHouse({ script: () => SAY });
    await house.ask('ada1');
    await house.ask('bob1');
    await house.runtime.stop();
    checkNothingLeft(house);
  });

  it('lets the busy finish', async () => {
    const house = await aHouse({ script: () => LATER });
    const run = await house.ask('ada1');
    const close = closing(house);
    await house.pass(7_999);
    expect(close.isDone).toBe(false);
    await house.pass(1);
    expect(run.outcome).toMatchObject({ kind: 'answered' });
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('lets the busy finish what waits behind, as long as the grace period lasts', async () => {
    const house = await aHouse({ script: () => ({ ...LATER, delayMs: 4_000 }) });
    const runs = [await house.ask('ada1'), await house.ask('ada2')];
    const close = closing(house);
    await house.pass(8_000);
    expect(runs.map(({ outcome }) => outcome?.kind)).toEqual(['answered', 'answered']);
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('cuts short whoever has not finished when the grace period is over, and says that it closes', async () => {
    const house = await aHouse({ script: () => HANG });
    const runs = [await house.ask('ada1'), await house.ask('ada2')];
    const close = closing(house);
    await house.pass(9_999);
    expect(close.isDone).toBe(false);
    await house.pass(1);
    expect(runs.map(({ outcome }) => outcome)).toEqual([CLOSES, CLOSES]);
    expect(close.isDone).toBe(true);
    expect(house.log.events('warn')).toContain('house.forced');
    checkNothingLeft(house);
  });

  it('does so at once when it is asked a second time', async () => {
    const house = await aHouse({ script: () => HANG });
    const run = await house.ask('ada1');
    const close = closing(house);
    await house.pass(1_000);
    void house.runtime.stop();
    await house.pass(0);
    expect(run.outcome?.kind).toBe('refused');
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('tells whose question it cuts short that it goes on later, and who stopped it that it was stopped', async () => {
    const house = await aHouse({
      script: () => HANG,
      inbox: {
        accept: () => Promise.resolve({ kind: 'accepted' }),
        claim: () => Promise.resolve({ kind: 'claimed', questions: [] }),
        leave: () => Promise.resolve(),
        countTry: () => Promise.resolve(),
        finish: () => Promise.resolve(undefined),
      },
    });
    const [ada, bob] = [await house.ask('ada1'), await house.ask('bob1')];
    closing(house);
    house.runtime.signal({ type: 'cancel', userId: UserId('bob') });
    await house.pass(10_000);

    expect(ada.outcome).toEqual({ kind: 'refused', refusal: { kind: 'postponed' } });
    expect(bob.outcome).toMatchObject({ kind: 'cancelled' });
    checkNothingLeft(house);
  });

  it('promises nothing to whose question could not be kept: it is refused, and that is written', async () => {
    const written: RunOutcome[] = [];
    const house = await aHouse({
      script: () => HANG,
      inbox: {
        accept: () =>
          Promise.resolve({ kind: 'failed', failure: failure('storage', 'The disk is full.') }),
        claim: () => Promise.resolve({ kind: 'claimed', questions: [] }),
        leave: () => Promise.resolve(),
        countTry: () => Promise.resolve(),
        finish: () => Promise.resolve(undefined),
      },
      runs: {
        hydrate: () => Promise.resolve({ kind: 'ready' }),
        begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
        record: () => Promise.resolve({ kind: 'saved' }),
        end({ outcome }) {
          written.push(outcome);
          return Promise.resolve({ kind: 'saved' });
        },
      },
    });
    const run = await house.ask('ada1');
    closing(house);
    await house.pass(10_000);

    expect(run.outcome).toEqual(CLOSES);
    expect(written).toEqual([CLOSES]);
    checkNothingLeft(house);
  });

  it('stops a team hard that does not cancel in time, and its question is refused', async () => {
    const house = await aHouse({
      script: () => HANG,
      runs: {
        hydrate: () => Promise.resolve({ kind: 'ready' }),
        begin: () => Promise.resolve({ kind: 'begun', history: [], steps: [] }),
        record: () => Promise.resolve({ kind: 'saved' }),
        end: () => new Promise(() => {}),
      },
    });
    const run = await house.ask('ada1');
    const close = closing(house);
    await house.pass(10_000 + 4_999);
    expect(close.isDone).toBe(false);
    await house.pass(1);
    expect(house.log.events('error')).toContain('team.stopped_hard');
    expect(run.outcome).toEqual(CLOSES);
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('waits for what the teams hold to be given back, and no longer than its deadline', async () => {
    const house = await aHouse({
      script: () => SAY,
      furnish: async (scope) => scope.acquire('sandbox', () => new Promise(() => {})),
    });
    await house.ask('ada1');
    const close = closing(house);
    await house.pass(1_999);
    expect(close.isDone).toBe(false);
    await house.pass(1);
    expect(house.log.events('error')).toEqual(['resource.abandoned']);
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('refuses newcomers and those who wait for a place', async () => {
    const house = await aHouse({ script: () => HANG, supervisor: { maxTeams: 1 } });
    await house.ask('ada1');
    const waiting = await house.ask('bob1');
    closing(house);
    const newcomer = await house.ask('cyd1');
    for (const { outcome } of [waiting, newcomer]) {
      expect(outcome).toEqual(CLOSES);
    }
    await house.pass(10_000);
    checkNothingLeft(house);
  });

  it('waits until it is written down that those were refused', async () => {
    const written = Promise.withResolvers<undefined>();
    const house = await aHouse({
      script: () => HANG,
      supervisor: { maxTeams: 1 },
      inbox: {
        accept: () => Promise.resolve({ kind: 'accepted' }),
        claim: () => Promise.resolve({ kind: 'claimed', questions: [] }),
        leave: () => Promise.resolve(),
        countTry: () => Promise.resolve(),
        finish: () => written.promise,
      },
    });
    await house.ask('ada1');
    await house.ask('bob1');
    const close = closing(house);
    await house.pass(10_000);
    expect(close.isDone).toBe(false);
    written.resolve(undefined);
    await house.pass(0);
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('is not kept up by a team that crashes meanwhile', async () => {
    const house = await aHouse({
      script: async () => {
        await new Promise<void>((resolve) => house.clock.setTimeout(resolve, 3_000));
        return { kind: 'throw', message: 'a bug' };
      },
    });
    const run = await house.ask('ada1');
    const close = closing(house);
    await house.pass(3_000);
    expect(run.outcome).toMatchObject({ kind: 'refused' });
    expect(close.isDone).toBe(true);
    checkNothingLeft(house);
  });

  it('can be asked again when it is done', async () => {
    const house = await aHouse();
    await house.runtime.stop();
    await house.runtime.stop();
    const late = await house.ask('ada1');
    expect(late.outcome).toEqual(CLOSES);
    checkNothingLeft(house);
  });
});
