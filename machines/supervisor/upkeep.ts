import { type Draft, type House, note, policy } from './house.ts';
import { activeTeams, oldestIdle } from './ledger.ts';
import { endWaiting, hearAlarms, lacksPlaces } from './queueing.ts';
import { forgive } from './rounds.ts';
import { activate, release } from './teams.ts';
import { firstReady, leaveLine, nextAlarm, placesFrom } from './waiting-line.ts';

export interface Moment {
  readonly at: number;
}

/** The host kept its appointment: whatever is due next has to be asked for anew. */
export const hearTick = policy((draft, _: Moment) => note(draft, { wakeAt: undefined }));

/** After every event: whoever may come in does, whoever must leave does, and everybody knows their place. */
export const keepHouse = policy((draft, _: Moment) => {
  // Before patience is checked: a place that came free just now is better than a refusal.
  letIn(draft);
  hearAlarms(draft);
  letIn(draft);
  closeAccounts(draft);
  shrink(draft);
  retire(draft);
  makeRoom(draft);
  tellPlaces(draft);
  askToBeWoken(draft);
});

/** After every event while the house closes: nobody waits any more, and whoever has nothing to do leaves. */
export const clearHouse = policy((draft, _: Moment) => {
  for (const entry of [...draft.house.line.entries.values()]) {
    endWaiting(draft, entry, 'draining');
  }
  note(draft, { line: { ...draft.house.line, untold: undefined } });
  for (let row = oldestIdle(draft.house.ledger); row; row = oldestIdle(draft.house.ledger)) {
    release(draft, row, { reason: 'drained', force: false });
  }
});

function letIn(draft: Draft): void {
  for (;;) {
    const { ledger, line, limits } = draft.house;
    const first = firstReady(line);
    if (first === undefined || ledger.rows.size >= limits.maxTeams) return;
    note(draft, { line: leaveLine(line, first) });
    activate(draft, first);
  }
}

function closeAccounts(draft: Draft): void {
  const { line, rounds } = draft.house;
  if (line.entries.size === 0 && rounds.had.size > 0) note(draft, { rounds: forgive(rounds) });
}

/** After a resize there may be too many: idle teams leave first, busy ones once they have answered. */
function shrink(draft: Draft): void {
  while (activeTeams(draft.house.ledger) > draft.house.limits.maxTeams) {
    const row = oldestIdle(draft.house.ledger);
    if (row === undefined) return;
    release(draft, row, { reason: 'passivated', force: false });
  }
}

function retire(draft: Draft): void {
  const { now, limits } = draft.house;
  for (;;) {
    const row = oldestIdle(draft.house.ledger);
    if (row === undefined || row.usedAt + limits.idleAfterMs > now) return;
    release(draft, row, { reason: 'idle', force: false });
  }
}

/** Only idle teams make room, and no more of them than there are users to take their places. */
function makeRoom(draft: Draft): void {
  const { now, limits } = draft.house;
  while (lacksPlaces(draft.house)) {
    const row = oldestIdle(draft.house.ledger);
    if (row === undefined || row.usedAt + limits.minResidencyMs > now) return;
    release(draft, row, { reason: 'passivated', force: false });
  }
}

function tellPlaces(draft: Draft): void {
  const { line } = draft.house;
  if (line.untold === undefined) return;
  for (const { entry, place } of placesFrom(line, line.untold)) {
    for (const { question } of entry.asked) {
      draft.orders.push({ type: 'host.queued', question, place });
    }
  }
  note(draft, { line: { ...line, untold: undefined } });
}

function askToBeWoken(draft: Draft): void {
  const { now, hostAt, wakeAt } = draft.house;
  const at = nextDue(draft.house) - (now - hostAt);
  const isAskedFor = wakeAt !== undefined && wakeAt > hostAt && wakeAt <= at;
  if (!Number.isFinite(at) || isAskedFor) return;
  draft.orders.push({ type: 'host.wake', at });
  note(draft, { wakeAt: at });
}

/** When something happens next of which nobody will tell us, in the house's time. */
function nextDue(house: House): number {
  const { idleAfterMs, minResidencyMs } = house.limits;
  const patience = nextAlarm(house.line)?.alarmAt ?? Number.POSITIVE_INFINITY;
  const oldest = oldestIdle(house.ledger);
  if (oldest === undefined) return patience;
  const stay = lacksPlaces(house) ? Math.min(idleAfterMs, minResidencyMs) : idleAfterMs;
  return Math.min(patience, oldest.usedAt + stay);
}
