import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorEvent,
} from '../../machines/supervisor/supervisor.protocol.ts';
import { type HostedTeam, type HostModel, hear, newHost } from '../support/host-model.ts';
import { type Random, seeded } from '../support/random.ts';
import { DAWN, nobody } from '../support/stepped-house.ts';
import {
  checkAgreement,
  checkTurns,
  checkVictims,
  ordersOf,
} from '../support/supervisor-checks.ts';

const SEEDS = 120;
const EVENTS = 500;
const USERS = Array.from({ length: 9 }, (_, index) => UserId(`user${index}`));
const CHANNELS = ['lobby', 'attic'].map((name) => ChannelId(name));

/** A run of made-up events: what a host would report, and what no host should. */
class Run {
  at = DAWN;
  model: HostModel;
  counts = { answered: 0, crashes: 0, passivated: 0, refused: 0 };
  private asked = 0;
  private snapshot: SnapshotFrom<typeof supervisorMachine>;
  private readonly random: Random;

  constructor(seed: number) {
    this.random = seeded(seed);
    const limits = {
      ...DEFAULT_SUPERVISOR_LIMITS,
      maxTeams: 1 + this.random.upTo(4),
      maxWaiting: 1 + this.random.upTo(4),
      maxPerUser: 1 + this.random.upTo(4),
      maxWaitMs: 200,
      minResidencyMs: this.random.pick([0, 0, 30]),
      idleAfterMs: 300,
      backoffFirstMs: 20,
      backoffLongestMs: 150,
      maxCrashes: 3,
      crashWindowMs: 1000,
      quarantineMs: 400,
      maxDeliveries: 1 + this.random.upTo(3),
    };
    [this.snapshot] = initialTransition(supervisorMachine, { limits, host: nobody });
    this.model = newHost(limits.maxTeams);
  }

  get state() {
    return this.snapshot.value;
  }

  hear(event: SupervisorEvent): void {
    const [snapshot, actions] = transition(supervisorMachine, this.snapshot, event);
    if (snapshot.status === 'error') throw snapshot.error;
    const orders = ordersOf(actions);
    this.model = hear(this.model, event, orders);
    checkAgreement(snapshot, this.model);
    checkVictims(snapshot, orders);
    checkTurns(this.snapshot, snapshot);
    this.snapshot = snapshot;
    for (const order of orders) {
      if (order.type === 'host.refused') this.counts.refused += 1;
      if (order.type === 'host.release' && order.reason === 'passivated')
        this.counts.passivated += 1;
    }
  }

  step(): void {
    this.letTimePass();
    const roll = this.random.next();
    if (roll < 0.38) this.hear(this.ask());
    else if (roll < 0.72) this.reportOn('working');
    else if (roll < 0.85) this.reportOn('leaving');
    else if (roll < 0.88) this.reportOn('alive');
    else this.hear(this.somethingRare());
  }

  /** Answers what works, closes what leaves, until the house is empty. */
  close(): void {
    this.hear({ type: 'supervisor.drain', at: this.at });
    this.letTimePass();
    if (this.model.teams.size > 0) this.hear({ type: 'supervisor.force', at: this.at });
    for (const { userId, epoch } of [...this.model.teams.values()]) {
      this.hear({ type: 'supervisor.released', userId, epoch, at: this.at });
    }
  }

  private letTimePass(): void {
    const roll = this.random.next();
    if (roll < 0.6) this.at += this.random.upTo(15);
    else if (roll < 0.61) this.at -= this.random.upTo(5000);
    else if (roll < 0.615) this.at += this.random.upTo(5000);
  }

  private ask(): SupervisorEvent {
    const { random, at } = this;
    const isRepeated = this.asked > 0 && random.hits(0.03);
    const run = isRepeated ? 1 + random.upTo(this.asked) : ++this.asked;
    // The run's number says whose it is, so that a question asked twice has the same user.
    const userId = USERS[(run * 7919) % USERS.length] ?? random.pick(USERS);
    const channelId = random.pick(CHANNELS);
    const question = { runId: RunId(`run${run}`), userId, channelId, text: '?', at };
    return { type: 'supervisor.ask', question, at };
  }

  private reportOn(what: 'working' | 'leaving' | 'alive'): void {
    const team = pickTeam(this.random, this.model, what);
    if (team !== undefined) this.hear(this.reportOf(team, what));
  }

  private reportOf(
    { userId, epoch, working }: HostedTeam,
    what: 'working' | 'leaving' | 'alive',
  ): SupervisorEvent {
    const { random, at } = this;
    if (what === 'leaving') return { type: 'supervisor.released', userId, epoch, at };
    if (what === 'working') {
      this.counts.answered += 1;
      return { type: 'supervisor.settled', userId, epoch, runId: random.pick(working), at };
    }
    this.counts.crashes += 1;
    const cause = random.pick(['bug', 'bug', 'unavailable'] as const);
    return { type: 'supervisor.crashed', userId, epoch, cause, at, chance: random.next() };
  }

  private somethingRare(): SupervisorEvent {
    const { random, at, model } = this;
    const userId = random.pick(USERS);
    const epoch = random.upTo(model.lastEpoch + 2);
    const stale = epoch === model.teams.get(userId)?.epoch ? epoch - 1 : epoch;
    const runId = RunId(`run${1 + random.upTo(this.asked + 1)}`);
    return random.pick<SupervisorEvent>([
      { type: 'supervisor.tick', at },
      { type: 'supervisor.tick', at: this.wake() },
      { type: 'supervisor.tick', at: this.wake() },
      { type: 'supervisor.cancel', userId, at },
      { type: 'supervisor.cancel', userId, runId, at },
      { type: 'supervisor.cancel', userId, channelId: random.pick(CHANNELS), at },
      { type: 'supervisor.settled', userId, epoch: stale, runId, at },
      { type: 'supervisor.settled', userId, epoch, runId: RunId('unheard-of'), at },
      { type: 'supervisor.released', userId, epoch: stale, at },
      { type: 'supervisor.crashed', userId, epoch: stale, cause: 'bug', at, chance: 0 },
      { type: 'supervisor.resize', maxTeams: random.pick([0, 1, 2, 3, 4, 5, 0.5]), at },
      { type: 'supervisor.shed', count: random.upTo(3), at },
      { type: 'supervisor.dismiss', userId, at },
    ]);
  }

  /** The host's clock goes on to the time that was asked for. */
  private wake(): number {
    this.at = Math.max(this.at, this.model.wakeAt ?? this.at);
    return this.at;
  }
}

function pickTeam(
  random: Random,
  model: HostModel,
  what: 'working' | 'leaving' | 'alive',
): HostedTeam | undefined {
  const teams = [...model.teams.values()].filter((team) =>
    what === 'working' ? team.working.length > 0 : team.phase === what,
  );
  return teams.length === 0 ? undefined : random.pick(teams);
}

describe('a supervisor that hears anything at any time', () => {
  it(`keeps every promise through ${SEEDS} runs of ${EVENTS} events, and ends empty`, () => {
    const totals = { answered: 0, crashes: 0, passivated: 0, refused: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = new Run(seed);
      try {
        for (let event = 0; event < EVENTS; event++) run.step();
        run.close();
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
      expect([seed, run.state, run.model.open.size]).toEqual([seed, 'stopped', 0]);
      totals.answered += run.counts.answered;
      totals.crashes += run.counts.crashes;
      totals.passivated += run.counts.passivated;
      totals.refused += run.counts.refused;
    }
    console.log('supervisor, random runs:', totals);
    // A run in which nothing of note happens proves nothing.
    expect(Math.min(...Object.values(totals))).toBeGreaterThan(SEEDS);
  }, 60_000);
});
