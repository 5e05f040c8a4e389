import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { DelegationMode } from '../../machines/roster.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';
import type { Watched } from '../../src/testing/a-house.ts';
import {
  anEventfulHouse,
  askFour,
  BREACHES,
  type EventfulHouse,
} from '../support/eventful-house.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { plantThrow, positionsIn } from '../support/planted-throw.ts';

guardAgainstLeaks();

const VICTIM = 'ada';

// XState's development build warns of events to actors that have ended: that is what a crash looks like.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Teams, leaders and members all know whose they are. */
function isVictims(context: unknown): boolean {
  const { input } = context as { input?: { userId?: string; run?: { userId: string } } };
  return (input?.userId ?? input?.run?.userId) === VICTIM;
}

interface Afternoon {
  readonly victims: readonly Watched[];
  readonly others: readonly Watched[];
  readonly latecomer: Watched;
}

/**
 * Two users ask at once, one of them cancels a question; an hour later somebody else comes by; the first is dismissed in
 * the middle of a question; the house closes.
 */
async function anAfternoon({ house }: EventfulHouse): Promise<Afternoon> {
  const victims = await askFour(house, VICTIM);
  const others = await askFour(house, 'bob');
  for (const user of [VICTIM, 'bob']) {
    house.runtime.signal({ type: 'cancel', userId: UserId(user), runId: RunId(`${user}2`) });
  }
  await house.pass(3_600_000);
  const latecomer = await house.ask('cyd1');
  await house.pass(60_000);
  await house.ask(`${VICTIM}5`);
  await house.pass(10_000);
  house.runtime.dismiss(UserId(VICTIM));
  await house.close();
  return { victims, others, latecomer };
}

const kinds = (runs: readonly Watched[]): readonly (RunOutcome['kind'] | undefined)[] =>
  runs.map(({ outcome }) => outcome?.kind);

function checkAftermath(eventful: EventfulHouse, { victims, others, latecomer }: Afternoon): void {
  const { house } = eventful;
  expect(kinds(others)).toEqual(['answered', 'cancelled', 'answered', 'refused']);
  expect(latecomer.outcome?.kind).toBe('answered');
  for (const { events } of victims) {
    expect(events.filter(({ type }) => type === 'run.settled')).toHaveLength(1);
  }
  expect(eventful.underway()).toBe(0);
  expect(eventful.disposed()).toBe(eventful.acquired());
  expect(house.clock.pending).toBe(0);
  expect(house.log.events('error')).not.toContain('supervisor.crashed');
}

const machines = [
  ['team', teamMachine],
  ['leader', leaderMachine],
  ['member', memberMachine],
] as const;

const rows = machines.flatMap(([of, machine]) =>
  positionsIn(machine).map(({ kind, name }) => ({ of, kind, name, machine })),
);

/** Where they are come by, if not in every house. */
const MODES: Readonly<Record<string, DelegationMode>> = { summonAll: 'broadcast', settle: 'route' };

describe('a throw in one team', () => {
  it.each(rows)('in $of, $kind, $name, ends that team and nobody else', async (row) => {
    const planted = plantThrow(row.machine, row, isVictims);
    try {
      const eventful = await anEventfulHouse({ mode: MODES[row.name] ?? 'coordinate' });
      const afternoon = await anAfternoon(eventful);
      expect(planted.thrown).toBeGreaterThan(0);
      expect(eventful.house.log.events('error')).toContain('team.crashed');
      checkAftermath(eventful, afternoon);
    } finally {
      planted.restore();
    }
  });
});

describe('a port that breaks its promise for one team', () => {
  const ways = ['throws', 'rejects'] as const;
  const breaches = BREACHES.flatMap((port) => ways.map((way) => ({ port, way })));

  it.each(breaches)('$port $way: that team ends, nobody else', async ({ port, way }) => {
    let broken = 0;
    const eventful = await anEventfulHouse({
      breach(at, userId) {
        if (at !== port || userId !== VICTIM) return undefined;
        broken += 1;
        const bug = new Error(`a bug in ${port}`);
        if (way === 'throws') throw bug;
        return Promise.reject(bug);
      },
    });
    const afternoon = await anAfternoon(eventful);
    expect(broken).toBeGreaterThan(0);
    expect(eventful.house.log.events('error')).toContain('team.crashed');
    checkAftermath(eventful, afternoon);
  });
});

it('lets everybody have their afternoon when nothing throws', async () => {
  const eventful = await anEventfulHouse();
  const afternoon = await anAfternoon(eventful);
  expect(kinds(afternoon.victims)).toEqual(['answered', 'cancelled', 'answered', 'refused']);
  expect(eventful.house.log.events('error')).toEqual([]);
  checkAftermath(eventful, afternoon);
});
