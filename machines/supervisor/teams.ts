import type { UserId } from '../ids.ts';
import { type Draft, note } from './house.ts';
import { keepRow, type Row, touchRow } from './ledger.ts';
import { NOTHING_ASKED, nextToGive, type Outstanding } from './outstanding.ts';
import { lacksPlaces } from './queueing.ts';
import type { ReleaseReason } from './supervisor.protocol.ts';

/** Starts a user's next team and gives it what the user has asked. The caller has made sure of a place. */
export function activate(draft: Draft, userId: UserId, asked: readonly Outstanding[]): void {
  const epoch = draft.house.lastEpoch + 1;
  note(draft, { lastEpoch: epoch });
  draft.orders.push({ type: 'host.activate', userId, epoch });
  const row: Row = { userId, epoch, phase: 'active', asked, use: 0, usedAt: 0 };
  // Its place counts as taken before it is known whether others lack one.
  note(draft, { ledger: keepRow(draft.house.ledger, row) });
  employ(draft, row);
}

/** Gives an active team what it may have now, and writes its row as the most recently used one. */
export function employ(draft: Draft, row: Row): void {
  const { ledger, now } = draft.house;
  note(draft, { ledger: touchRow(ledger, { ...row, asked: handOut(draft, row) }, now) });
}

/** Gives an active team what it may have now. */
function handOut(draft: Draft, { userId, epoch, asked }: Row): readonly Outstanding[] {
  // Others wait for its place.
  const turn = lacksPlaces(draft.house) ? draft.house.limits.maxTurn : undefined;
  const next = nextToGive(asked, turn);
  for (const { question } of next) {
    draft.orders.push({ type: 'host.deliver', userId, epoch, question });
  }
  if (asked.length === 0) return NOTHING_ASKED;
  return asked.map((item) => (next.includes(item) ? { ...item, stage: 'given' } : item));
}

/** Shows an active team out. It keeps its place until `supervisor.released`. */
export function release(
  draft: Draft,
  row: Row,
  how: { readonly reason: ReleaseReason; readonly force: boolean },
): void {
  draft.orders.push({ type: 'host.release', userId: row.userId, epoch: row.epoch, ...how });
  note(draft, { ledger: keepRow(draft.house.ledger, { ...row, phase: 'closing' }) });
}

/** The questions of a team that is no more: those that go on living are held again, the others end here. */
export function takeBack(draft: Draft, asked: readonly Outstanding[]): readonly Outstanding[] {
  const kept: Outstanding[] = [];
  for (const item of asked) {
    const { question, deliveries } = item;
    if (item.stage === 'stopping') draft.orders.push({ type: 'host.cancelled', question });
    else if (deliveries >= draft.house.limits.maxDeliveries) {
      draft.orders.push({ type: 'host.abandoned', question, deliveries });
    } else kept.push({ ...item, stage: 'held' });
  }
  return kept;
}
