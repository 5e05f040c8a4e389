import type { SnapshotFrom } from 'xstate';
import type { RunId } from '../../machines/ids.ts';
import type { House } from '../../machines/supervisor/house.ts';
import type { Outstanding } from '../../machines/supervisor/outstanding.ts';
import type { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import type { SupervisorOrder } from '../../machines/supervisor/supervisor.protocol.ts';
import { waitingIn } from '../../machines/supervisor/supervisor.view.ts';
import { type HostModel, isIdle, promise } from './host-model.ts';

type Snapshot = SnapshotFrom<typeof supervisorMachine>;

/** The orders among the actions that `transition()` returns. */
export const ordersOf = (actions: readonly { readonly params: unknown }[]) =>
  actions.map(({ params }) => {
    // Every action of this machine that is left to execute is a `sendTo` of an order.
    const { event } = params as { readonly event: SupervisorOrder };
    return event;
  });

/** Throws when the supervisor and a host that obeyed it do not agree on who is where. */
export function checkAgreement(snapshot: Snapshot, model: HostModel): void {
  const { house } = snapshot.context;
  const rows = [...house.ledger.rows.values()];
  const entries = [...house.line.entries.values()];
  promise(rows.length === model.teams.size, 'the supervisor and its host count different teams');
  for (const row of rows) {
    const team = model.teams.get(row.userId);
    promise(team?.epoch === row.epoch, `${row.userId} lives in two epochs`);
    const phase = team.phase === 'alive' ? 'active' : 'closing';
    promise(row.phase === phase, `${row.userId} is ${row.phase} and ${team.phase}`);
    promise(
      same(runsOf(row.asked, isWithTeam), team.working),
      `${row.userId} works on other things`,
    );
    const isIsolated = row.asked.some((item) => item.deliveries > 0);
    const most = isIsolated ? 1 : row.asked.length;
    // While others wait it may be given less than all, but never nothing.
    const working = team.working.length;
    const isGivenItsShare = working <= most && (working > 0 || row.asked.length === 0);
    promise(row.phase === 'closing' || isGivenItsShare, `${row.userId} works on ${working}`);
  }
  const kept = [...rows, ...entries].flatMap(({ asked }) => runsOf(asked));
  promise(same(kept, [...model.open.keys()]), 'a question was lost, or is kept after its end');
  checkLine(house, model);
  checkCounts(house);
  if (snapshot.value === 'running') checkProgress(house, model);
  if (snapshot.status === 'done') promise(rows.length + kept.length === 0, 'stopped too early');
}

/** Throws when more teams made room than there are users to take their places. */
export function checkVictims(snapshot: Snapshot, orders: readonly SupervisorOrder[]): void {
  const { ledger, line, limits } = snapshot.context.house;
  const isAnyVictim = orders.some(
    (order) =>
      order.type === 'host.release' &&
      (order.reason === 'passivated' || order.reason === 'rotated'),
  );
  const coming = limits.maxTeams - (ledger.rows.size - ledger.closing);
  promise(!isAnyVictim || coming <= line.ready.size, 'a team was made to leave for nobody');
}

/** Nobody comes in past somebody who was ahead in line, might have come in as well, and still waits. */
export function checkTurns(before: Snapshot, after: Snapshot): void {
  const ahead = waitingIn(before.context.house);
  const still = new Set(waitingIn(after.context.house).map(({ userId }) => userId));
  const passedOver = ahead.find((view) => !view.isHeldBack && still.has(view.userId));
  if (passedOver === undefined) return;
  const { rows } = before.context.house.ledger;
  for (const { userId, epoch } of after.context.house.ledger.rows.values()) {
    const isNew = rows.get(userId)?.epoch !== epoch;
    const place = ahead.find((view) => view.userId === userId)?.place ?? Number.POSITIVE_INFINITY;
    promise(!isNew || place < passedOver.place, `${userId} passed ${passedOver.userId} in line`);
  }
}

function checkLine(house: House, model: HostModel): void {
  const places = waitingIn(house).flatMap(({ userId, place }) => {
    const entry = [...house.line.entries.values()].find((other) => other.userId === userId);
    return (entry?.asked ?? []).map(({ question }) => `${question.runId} ${place}`);
  });
  const told = [...model.places].map(([runId, place]) => `${runId} ${place}`);
  promise(same(places, told), `told [${told}], but the places are [${places}]`);
  const longest = house.limits.maxWaiting + model.largestCap;
  const newcomers = [...house.line.entries.values()].filter(({ asked }) => asked.some(isNew));
  promise(newcomers.length <= longest, 'the line is too long');
  for (const entry of house.line.entries.values()) {
    promise(entry.asked.length > 0, `${entry.userId} waits for nothing`);
    promise(
      entry.asked.every((item) => !isWithTeam(item)),
      `${entry.userId} waits while it works`,
    );
    const row = house.ledger.rows.get(entry.userId);
    promise(row?.phase !== 'active', `${entry.userId} waits and is in the house`);
    promise(entry.isBlocked === (row !== undefined), `${entry.userId} is blocked by nobody`);
  }
}

function checkCounts({ ledger, line, limits }: House): void {
  const rows = [...ledger.rows.values()];
  const idle = rows.filter((row) => row.phase === 'active' && row.asked.length === 0);
  promise(ledger.closing === rows.filter((row) => row.phase === 'closing').length, 'closing');
  promise(
    same(
      [...ledger.idle.values()],
      idle.map(({ userId }) => userId),
    ),
    'the order of idles',
  );
  const ready = [...line.entries.values()].filter((entry) => !entry.isBlocked && !entry.isResting);
  promise(
    same(
      [...line.ready.values()],
      ready.map(({ userId }) => userId),
    ),
    'who may go',
  );
  promise(line.alarms.size === line.entries.size, 'one alarm for each who waits');
  promise(line.tickets.size === line.entries.size, 'one ticket for each who waits');
  for (const { asked } of [...rows, ...line.entries.values()]) {
    promise(asked.filter(isNew).length <= limits.maxPerUser, 'one user has too many questions');
    const isPatient = asked.every((item) => item.deliveries < limits.maxDeliveries);
    promise(isPatient, 'a question goes on that should have been abandoned');
  }
}

/** Nobody waits for nothing: whoever can be helped has been, and there is a wake for what time will bring. */
function checkProgress(house: House, model: HostModel): void {
  const { ledger, line, limits, now } = house;
  const isFull = ledger.rows.size >= limits.maxTeams;
  promise(line.ready.size === 0 || isFull, 'somebody may go, and nobody lets them in');
  const idle = [...model.teams.values()].filter(isIdle);
  const coming = limits.maxTeams - (ledger.rows.size - ledger.closing);
  const [oldest] = [...ledger.idle.values()].map((userId) => ledger.rows.get(userId));
  if (line.ready.size > Math.max(0, coming) && oldest !== undefined) {
    promise(oldest.usedAt + limits.minResidencyMs > now, 'nobody makes room though somebody could');
  }
  promise(coming >= 0 || idle.length === 0, 'an idle team stays in a house that is too full');
  const dues = [
    ...[...line.entries.values()].map((entry) => entry.alarmAt),
    ...(oldest === undefined ? [] : [oldest.usedAt + limits.idleAfterMs]),
  ];
  const latest = Math.min(...dues) - now + house.hostAt;
  const wakeAt = house.wakeAt ?? Number.POSITIVE_INFINITY;
  const isWakeGood = wakeAt > house.hostAt && wakeAt <= latest;
  promise(dues.length === 0 || isWakeGood, `a wake at ${wakeAt} for what is due at ${latest}`);
  promise(model.wakeAt === house.wakeAt, 'the host was asked for another wake');
}

const isWithTeam = (item: Outstanding): boolean => item.stage !== 'held';

const runsOf = (
  asked: readonly Outstanding[],
  which: (item: Outstanding) => boolean = () => true,
): readonly RunId[] => asked.filter(which).map(({ question }) => question.runId);

/** The same things, in whatever order, each as often. */
const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && [...some].sort().join() === [...others].sort().join();

/** What an earlier life has left is let in beyond every limit. */
const isNew = ({ question }: Outstanding): boolean => question.resumedAt === undefined;
