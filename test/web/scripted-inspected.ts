import { RunId, UserId } from '../../machines/ids.ts';
import { chartOf } from '../../src/inspector/chart.ts';
import { layOut } from '../../src/inspector/layout.ts';
import { MACHINES } from '../../src/inspector/machines.ts';
import type { InspectedEvent } from '../../src/shared/inspected-event.ts';
import type {
  Queues,
  RunFacts,
  RunSteps,
  RunTexts,
  StepFacts,
} from '../../src/shared/inspection.ts';
import type {
  AdminPowers,
  Census,
  CensusTeam,
  CensusWindow,
  InspectedHouse,
  Replayed,
} from '../../src/web/inspector/house.ts';

const CHARTS = MACHINES.map((machine) => layOut(chartOf(machine)));

/** When everything in these tests begins. */
const THEN = Date.UTC(2026, 4, 1, 12);

/** A house that shows the inspector what the test says, and remembers what it was told to do. */
export class ScriptedInspected implements InspectedHouse {
  teams: readonly CensusTeam[] = [];
  facts: readonly RunFacts[] = [];
  steps: readonly StepFacts[] = [];
  waiting: Queues = { inbox: { count: 0, oldest: [] }, outbox: { count: 0, oldest: [] } };
  readonly recordings = new Map<RunId, Replayed>();
  said: RunTexts = { question: '', answer: undefined, steps: [] };
  readonly admin: AdminPowers | undefined;
  readonly orders: unknown[] = [];
  readonly windows: CensusWindow[] = [];
  readonly #waiters: (() => void)[] = [];
  readonly #followers = new Map<UserId | undefined, Set<(event: InspectedEvent) => void>>();
  readonly #happened = new Map<UserId | undefined, InspectedEvent[]>();

  constructor({ isAdmin = false } = {}) {
    if (!isAdmin) return;
    const { orders } = this;
    this.admin = {
      texts: async () => this.said,
      stop: (what) => void orders.push(['stop', what]),
      dismiss: (userId) => void orders.push(['dismiss', userId]),
      resize: (maxTeams) => void orders.push(['resize', maxTeams]),
    };
  }

  charts() {
    return CHARTS;
  }

  census(window: CensusWindow): Census {
    this.windows.push(window);
    const { from, count, find = '' } = window;
    const found = this.teams.filter(({ userId }) => userId.includes(find));
    return {
      supervisor: 'running',
      teams: found.slice(from, from + count),
      found: found.length,
      teamCount: this.teams.length,
      maxTeams: 10_000,
      waiting: [],
      waitingCount: 0,
      memory: { heapUsed: 50 * 1_048_576, resident: 120 * 1_048_576 },
    };
  }

  follow(userId: UserId | undefined, tell: (event: InspectedEvent) => void): () => void {
    for (const event of this.#happened.get(userId) ?? []) tell(event);
    const all = this.#followers.get(userId) ?? new Set();
    this.#followers.set(userId, all.add(tell));
    return () => {
      all.delete(tell);
      for (const wake of this.#waiters.splice(0)) wake();
    };
  }

  /** Resolves when it holds, looked at whenever somebody stops to follow. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  followersOf(userId?: UserId): number {
    return this.#followers.get(userId)?.size ?? 0;
  }

  /** Something happens in a team, seen by whoever follows it now or later. */
  happen(userId: UserId | undefined, ...events: readonly InspectedEvent[]): void {
    this.#happened.set(userId, [...(this.#happened.get(userId) ?? []), ...events]);
    for (const tell of this.#followers.get(userId) ?? []) for (const event of events) tell(event);
  }

  /** Something that is seen only by whoever follows now. */
  flash(userId: UserId | undefined, event: InspectedEvent): void {
    for (const tell of this.#followers.get(userId) ?? []) tell(event);
  }

  async runs(): Promise<readonly RunFacts[]> {
    return this.facts;
  }

  async run(runId: RunId): Promise<RunSteps | undefined> {
    const run = this.facts.find((one) => one.runId === runId);
    return run === undefined ? undefined : { run, steps: this.steps };
  }

  async recording(runId: RunId): Promise<Replayed | undefined> {
    return this.recordings.get(runId);
  }

  async queues(): Promise<Queues> {
    return this.waiting;
  }
}

export const aTeam = (n: number, given: Partial<CensusTeam> = {}): CensusTeam => ({
  userId: UserId(`user-${n}`),
  state: 'idle',
  place: n,
  lastUsedAt: THEN,
  runs: [],
  ...given,
});

export const someFacts = (given: Partial<RunFacts> = {}): RunFacts => ({
  runId: RunId('run-1'),
  userId: 'user-1',
  channelId: 'general',
  outcome: 'answered',
  askedAt: THEN,
  startedAt: THEN,
  endedAt: THEN + 4_000,
  model: 'scripted-1',
  modelCalls: 4,
  promptTokens: 1_200,
  completionTokens: 90,
  costMicroUsd: 1_234,
  machinesVersion: 1,
  ...given,
});

export const aStep = (
  stepKey: string,
  endedAfterMs: number,
  given: Partial<StepFacts> = {},
): StepFacts => ({
  stepKey,
  kind: 'model',
  endedAt: THEN + endedAfterMs,
  model: 'scripted-1',
  promptTokens: 300,
  completionTokens: 20,
  costMicroUsd: 300,
  chars: 500,
  ...given,
});

export const started = (
  actor: string,
  given: Partial<Extract<InspectedEvent, { type: 'actor.started' }>> = {},
): InspectedEvent => ({
  type: 'actor.started',
  at: THEN,
  actor,
  name: actor,
  machine: 'team',
  states: [],
  ...given,
});

export const moved = (
  actor: string,
  from: readonly string[],
  states: readonly string[],
): InspectedEvent => ({
  type: 'actor.moved',
  at: THEN + 900,
  actor,
  event: 'done: callModel',
  from,
  states,
  heldMs: 900,
});

export const told = (event: string, to: string, from?: string): InspectedEvent => ({
  type: 'message.sent',
  at: THEN + 5,
  ...(from === undefined ? {} : { from }),
  to,
  event,
  chars: 40,
});

/** A team and its leader at work, as whoever begins to follow is told. */
export const AT_WORK: readonly InspectedEvent[] = [
  started('t', { name: 'team', states: ['open.busy'] }),
  started('t1', { parent: 't', name: 'leader0', machine: 'leader', states: ['working.thinking'] }),
  started('t2', { parent: 't1', name: '0.leader.working.thinking', machine: 'callModel' }),
  told('team.ask', 't'),
  told('xstate.done.actor.beginRun', 't1'),
  told('leader.progressed', 't', 't1'),
];
