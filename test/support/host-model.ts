import type { Epoch, RunId, UserId } from '../../machines/ids.ts';
import type {
  SupervisorEvent,
  SupervisorOrder,
} from '../../machines/supervisor/supervisor.protocol.ts';

/** A team as its host knows it. */
export interface HostedTeam {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly phase: 'alive' | 'leaving';
  readonly working: readonly RunId[];
  /** Its turn in the order of use, kept apart from the supervisor's own. */
  readonly use: number;
}

/**
 * What a host that obeys every order would know. It is the plain second opinion on the supervisor: no policy,
 * only the promises. Each order that breaks one throws.
 */
export interface HostModel {
  readonly cap: number;
  readonly largestCap: number;
  readonly teams: ReadonlyMap<UserId, HostedTeam>;
  /** Accepted questions that have not ended, with the user who asked. */
  readonly open: ReadonlyMap<RunId, UserId>;
  /** The last place told of each question that waits for one. */
  readonly places: ReadonlyMap<RunId, number>;
  readonly lastEpoch: Epoch;
  readonly lastUse: number;
  readonly wakeAt: number | undefined;
}

/** A host before anything has happened. */
export const newHost = (cap: number): HostModel => ({
  cap,
  largestCap: cap,
  teams: new Map(),
  open: new Map(),
  places: new Map(),
  lastEpoch: 0,
  lastUse: 0,
  wakeAt: undefined,
});

/** The model after an event and the orders it brought about. Throws when a promise is broken. */
export function hear(
  model: HostModel,
  event: SupervisorEvent,
  orders: readonly SupervisorOrder[],
): HostModel {
  if (event.type === 'supervisor.ask' && model.open.has(event.question.runId)) {
    const [refusal, ...rest] = orders;
    const isRefused = refusal?.type === 'host.refused' && refusal.question === event.question;
    promise(isRefused, `${event.question.runId} is taken twice`);
    return rest.reduce((after, order) => obey(after, order, event.at), model);
  }
  const before = happen(model, event);
  return orders.reduce((after, order) => obey(after, order, event.at), before);
}

/** What the event itself changes, before any order. */
function happen(model: HostModel, event: SupervisorEvent): HostModel {
  switch (event.type) {
    case 'supervisor.ask': {
      const { runId, userId } = event.question;
      return { ...model, open: new Map(model.open).set(runId, userId) };
    }
    case 'supervisor.settled':
      return settle(model, event);
    case 'supervisor.crashed':
      return crash(model, event);
    case 'supervisor.released':
      return free(model, event);
    case 'supervisor.tick':
      return { ...model, wakeAt: undefined };
    case 'supervisor.resize':
      return resize(model, event.maxTeams);
    default:
      return model;
  }
}

function settle(
  model: HostModel,
  { userId, epoch, runId }: Extract<SupervisorEvent, { type: 'supervisor.settled' }>,
): HostModel {
  const team = model.teams.get(userId);
  if (team?.epoch !== epoch || !team.working.includes(runId)) return model;
  const working = team.working.filter((other) => other !== runId);
  return end(withTeam(model, { ...used(model, team), working }), runId);
}

function crash(
  model: HostModel,
  { userId, epoch }: Extract<SupervisorEvent, { type: 'supervisor.crashed' }>,
): HostModel {
  const team = model.teams.get(userId);
  if (team?.epoch !== epoch || team.phase !== 'alive') return model;
  return withTeam(model, { ...team, working: [] });
}

function free(
  model: HostModel,
  { userId, epoch }: Extract<SupervisorEvent, { type: 'supervisor.released' }>,
): HostModel {
  if (model.teams.get(userId)?.epoch !== epoch) return model;
  const teams = new Map(model.teams);
  teams.delete(userId);
  return { ...model, teams };
}

function resize(model: HostModel, cap: number): HostModel {
  const isPossible = Number.isInteger(cap) && cap >= 1;
  return isPossible ? { ...model, cap, largestCap: Math.max(cap, model.largestCap) } : model;
}

function obey(model: HostModel, order: SupervisorOrder, at: number): HostModel {
  switch (order.type) {
    case 'host.activate':
      return activate(model, order);
    case 'host.deliver':
      return deliver(model, order);
    case 'host.cancel': {
      const team = teamAt(model, order);
      promise(team.working.length > 0, `${order.userId} has nothing to cancel`);
      return model;
    }
    case 'host.release':
      return release(model, order);
    case 'host.queued': {
      const { runId } = order.question;
      promise(!isWorking(model, runId), `${runId} is queued while a team has it`);
      promise(model.open.has(runId), `${runId} is queued but is not open`);
      return { ...model, places: new Map(model.places).set(runId, order.place) };
    }
    case 'host.refused':
    case 'host.cancelled':
    case 'host.abandoned':
      return end(withdraw(model, order), order.question.runId);
    case 'host.wake':
      promise(order.at > at, `a wake at ${order.at}, which is not after ${at}`);
      return { ...model, wakeAt: order.at };
  }
}

function activate(
  model: HostModel,
  { userId, epoch }: Extract<SupervisorOrder, { type: 'host.activate' }>,
): HostModel {
  promise(!model.teams.has(userId), `P1: a second team of ${userId}`);
  promise(model.teams.size < model.cap, `P2: more than ${model.cap} teams`);
  promise(epoch > model.lastEpoch, `P8: epoch ${epoch} after ${model.lastEpoch}`);
  const team: HostedTeam = { userId, epoch, phase: 'alive', working: [], use: 0 };
  const places = new Map([...model.places].filter(([runId]) => model.open.get(runId) !== userId));
  return { ...withTeam(model, used(model, team)), places, lastEpoch: epoch };
}

function deliver(
  model: HostModel,
  { userId, epoch, question }: Extract<SupervisorOrder, { type: 'host.deliver' }>,
): HostModel {
  const team = teamAt(model, { userId, epoch });
  const { runId } = question;
  promise(team.phase === 'alive', `${runId} is given to a team that leaves`);
  promise(model.open.get(runId) === userId, `${runId} is given but not open, or not theirs`);
  promise(!isWorking(model, runId), `${runId} is given twice`);
  const places = new Map(model.places);
  places.delete(runId);
  const working = [...team.working, runId];
  return { ...withTeam(model, { ...used(model, team), working }), places };
}

function release(
  model: HostModel,
  { userId, epoch, reason, force }: Extract<SupervisorOrder, { type: 'host.release' }>,
): HostModel {
  const team = teamAt(model, { userId, epoch });
  promise(team.phase === 'alive', `${userId} is released twice`);
  promise(force || team.working.length === 0, `P3: ${userId} is released while it works`);
  // One whose turn is over leaves with questions, though idle teams may be safe for a while yet.
  if (reason !== 'crashed' && reason !== 'dismissed' && reason !== 'rotated' && !force) {
    const older = [...model.teams.values()].find((other) => isIdle(other) && other.use < team.use);
    promise(older === undefined, `${userId} leaves before ${older?.userId}, idle for longer`);
  }
  return withTeam(model, { ...team, phase: 'leaving' });
}

/** The question is taken from whatever had it: dismissed and forced teams may still work on it. */
function withdraw(
  model: HostModel,
  order: Extract<SupervisorOrder, { readonly question: { readonly runId: RunId } }>,
): HostModel {
  const { runId, userId } = { ...order.question };
  const team = model.teams.get(userId);
  const isTheirs = team?.working.includes(runId) ?? false;
  if (team === undefined || !isTheirs) return model;
  const isAllowed = order.type === 'host.refused' && order.refusal.kind === 'team_unavailable';
  promise(isAllowed, `${runId} ends here though its team has it`);
  return withTeam(model, {
    ...team,
    working: team.working.filter((other) => other !== runId),
  });
}

function end(model: HostModel, runId: RunId): HostModel {
  promise(model.open.has(runId), `${runId} ends twice, or was never asked`);
  const open = new Map(model.open);
  const places = new Map(model.places);
  open.delete(runId);
  places.delete(runId);
  return { ...model, open, places };
}

function teamAt(
  model: HostModel,
  { userId, epoch }: { readonly userId: UserId; readonly epoch: Epoch },
): HostedTeam {
  const team = model.teams.get(userId);
  if (team?.epoch === epoch) return team;
  throw new Error(`an order for ${userId} at epoch ${epoch}, which is not here`);
}

export const isIdle = (team: HostedTeam): boolean =>
  team.phase === 'alive' && team.working.length === 0;

const isWorking = (model: HostModel, runId: RunId): boolean =>
  [...model.teams.values()].some((team) => team.working.includes(runId));

/** A use is counted on the team; `withTeam` carries the counter on. */
const used = (model: HostModel, team: HostedTeam): HostedTeam => ({
  ...team,
  use: model.lastUse + 1,
});

const withTeam = (model: HostModel, team: HostedTeam): HostModel => ({
  ...model,
  teams: new Map(model.teams).set(team.userId, team),
  lastUse: Math.max(model.lastUse, team.use),
});

export function promise(isKept: boolean, otherwise: string): asserts isKept {
  if (!isKept) throw new Error(otherwise);
}
