import { type Draft, note } from './house.ts';
import { keepRow, type Row, touchRow } from './ledger.ts';
import { NOTHING_ASKED, nextToGive, type Outstanding } from './outstanding.ts';
import { lacksPlaces } from './queueing.ts';
import { goOnTo, keepHad } from './rounds.ts';
import type { ReleaseReason, SupervisorLimits } from './supervisor.protocol.ts';
import type { Entry } from './waiting-line.ts';

/** Starts the next team of a user whose turn has come. The caller has made sure of a place. */
export function activate(draft: Draft, { userId, asked, had, ticket: [round] }: Entry): void {
  const { lastEpoch, rounds, limits } = draft.house;
  const epoch = lastEpoch + 1;
  const turn = { had, until: round * limits.quantumTokens };
  note(draft, { lastEpoch: epoch, rounds: goOnTo(rounds, round, limits.quantumTokens) });
  draft.orders.push({ type: 'host.activate', userId, epoch });
  const row: Row = { userId, epoch, phase: 'active', asked, use: 0, usedAt: 0, turn };
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
function handOut(draft: Draft, { userId, epoch, asked, turn }: Row): readonly Outstanding[] {
  const { limits } = draft.house;
  const most = Math.max(1, Math.ceil((turn.until - turn.had) / leastPrice(limits)));
  const next = nextToGive(asked, lacksPlaces(draft.house) ? most : undefined);
  for (const { question } of next) {
    draft.orders.push({ type: 'host.deliver', userId, epoch, question });
  }
  if (asked.length === 0) return NOTHING_ASKED;
  return asked.map((item) => (next.includes(item) ? { ...item, stage: 'given' } : item));
}

/** In tokens, of a question: so that no more than `maxTurn` are in a turn, however little they use. */
export const leastPrice = ({ quantumTokens, maxTurn }: SupervisorLimits): number =>
  Math.ceil(quantumTokens / maxTurn);

/** Shows an active team out. It keeps its place until `supervisor.released`. */
export function release(
  draft: Draft,
  row: Row,
  how: { readonly reason: ReleaseReason; readonly force: boolean },
): void {
  draft.orders.push({ type: 'host.release', userId: row.userId, epoch: row.epoch, ...how });
  note(draft, { ledger: keepRow(draft.house.ledger, { ...row, phase: 'closing' }) });
  rememberTurn(draft, row);
}

/** What a team that leaves has had counts when its user comes again. */
export function rememberTurn(draft: Draft, { userId, turn }: Row): void {
  note(draft, { rounds: keepHad(draft.house.rounds, userId, turn.had) });
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
