import type { Question, Refusal } from '../question.ts';
import { type Draft, type House, note, policy, refuseAll } from './house.ts';
import type { Row } from './ledger.ts';
import { hasRun, held, NOTHING_ASKED } from './outstanding.ts';
import { joinQueue, mayStretchLine } from './queueing.ts';
import { quarantineLeft, restsUntil } from './restarts.ts';
import type { SupervisorEvent } from './supervisor.protocol.ts';
import { employ } from './teams.ts';
import { changeEntry, type Entry, entryOf, placesFrom } from './waiting-line.ts';

type Ask = Extract<SupervisorEvent, { type: 'supervisor.ask' }>;

/** A question goes to its user's team, or waits with its user, or is refused. */
export const ask = policy((draft, { question }: Ask) => {
  const refusal = whyNot(draft.house, question);
  if (refusal !== undefined) return refuseAll(draft, [held(question)], refusal);
  const { ledger, line } = draft.house;
  const row = ledger.rows.get(question.userId);
  if (row?.phase === 'active') {
    return employ(draft, { ...row, asked: [...row.asked, held(question)] });
  }
  const entry = entryOf(line, question.userId);
  if (entry !== undefined) return waitTogether(draft, entry, question);
  joinQueue(draft, question.userId, [held(question)]);
});

/** The house closes: nobody is let in any more. */
export const turnAway = policy((draft, { question }: Ask) => {
  refuseAll(draft, [held(question)], { kind: 'draining' });
});

function waitTogether(draft: Draft, entry: Entry, question: Question): void {
  const { line } = draft.house;
  const [first] = placesFrom(line, entry.ticket);
  if (first !== undefined) draft.orders.push({ type: 'host.queued', question, place: first.place });
  note(draft, { line: changeEntry(line, entry, { asked: [...entry.asked, held(question)] }) });
}

function whyNot(house: House, question: Question): Refusal | undefined {
  const { runId, userId } = question;
  const row = house.ledger.rows.get(userId);
  const entry = entryOf(house.line, userId);
  const working = row?.asked ?? NOTHING_ASKED;
  const waiting = entry?.asked ?? NOTHING_ASKED;
  if (hasRun(working, runId) || hasRun(waiting, runId)) return { kind: 'duplicate' };
  const retryAfterMs = quarantineLeft(house.restarts, userId, house.now);
  if (retryAfterMs > 0) return { kind: 'quarantined', retryAfterMs };
  if (working.length + waiting.length >= house.limits.maxPerUser) return { kind: 'channel_full' };
  const needsTurn = row?.phase !== 'active' && entry === undefined;
  return needsTurn && !hasRoomFor(house, question, row) ? { kind: 'house_full' } : undefined;
}

/** Whether a user who neither works nor waits may do either. */
function hasRoomFor(house: House, { userId }: Question, closing: Row | undefined): boolean {
  const { ledger, line, limits, restarts, now } = house;
  if (closing !== undefined) return mayStretchLine(house);
  const goesAtOnce =
    ledger.rows.size < limits.maxTeams &&
    line.ready.size === 0 &&
    restsUntil(restarts, userId) <= now;
  return goesAtOnce || line.entries.size < limits.maxWaiting;
}
