import type { Question, Refusal, RefusalKind } from '../question.ts';
import { type Draft, type House, note, policy, refuseAll } from './house.ts';
import type { Row } from './ledger.ts';
import { channelOf, loadOf, serverOf } from './load.ts';
import { hasRun, held, NOTHING_ASKED, type Outstanding } from './outstanding.ts';
import { joinQueue, mayStretchLine } from './queueing.ts';
import { quarantineLeft, restsUntil } from './restarts.ts';
import type { SupervisorEvent } from './supervisor.protocol.ts';
import { goOn } from './turns.ts';
import { changeEntry, type Entry, entryOf, placesFrom } from './waiting-line.ts';

type Ask = Extract<SupervisorEvent, { type: 'supervisor.ask' }>;

/** A question goes to its user's team, or waits with its user, or is refused. */
export const ask = policy((draft, { question }: Ask) => {
  const refusal = whyNot(draft.house, question);
  const asked = held(question, draft.house.now);
  if (refusal !== undefined) return refuseAll(draft, [asked], refusal);
  const { ledger, line } = draft.house;
  const row = ledger.rows.get(question.userId);
  if (row?.phase === 'active') {
    return goOn(draft, { ...row, asked: [...row.asked, asked] });
  }
  const entry = entryOf(line, question.userId);
  if (entry !== undefined) return waitTogether(draft, entry, asked);
  joinQueue(draft, question.userId, [asked]);
});

/** The house closes: nobody is let in any more. */
export const turnAway = policy((draft, { question }: Ask) => {
  refuseAll(draft, [held(question, draft.house.now)], { kind: 'draining' });
});

function waitTogether(draft: Draft, entry: Entry, asked: Outstanding): void {
  const { question } = asked;
  const { line } = draft.house;
  const [first] = placesFrom(line, entry.ticket);
  if (first !== undefined) draft.orders.push({ type: 'host.queued', question, place: first.place });
  note(draft, { line: changeEntry(line, entry, { asked: [...entry.asked, asked] }) });
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
  // It was let in once, in an earlier life: a restart turns nobody away.
  if (question.resumedAt !== undefined) return undefined;
  const tooMany = whyTooMany(house, question);
  if (tooMany !== undefined) return tooMany;
  const needsTurn = row?.phase !== 'active' && entry === undefined;
  return needsTurn && !hasRoomFor(house, question, row) ? full(house, 'house_full') : undefined;
}

/** Who has asked and is not answered, as whoever keeps the door counts them: those on their way to the house, too. */
export interface Crowd {
  /** Questions of the user who asks now. */
  readonly own: number;
  readonly users: number;
}

/** What the house would say, told before the question is kept: so a flood costs nobody but its user. */
export function whyNotAtTheDoor(
  house: House,
  question: Question,
  { own, users }: Crowd,
): Refusal | undefined {
  const { maxPerUser, maxTeams, maxWaiting } = house.limits;
  if (own >= maxPerUser) return full(house, 'channel_full');
  if (own === 0 && users >= maxTeams + maxWaiting) return full(house, 'house_full');
  return whyTooMany(house, question);
}

/** Whether there are too many questions already: of the user, in the channel, on the server, or in the house. */
function whyTooMany(house: House, question: Question): Refusal | undefined {
  const { ledger, line, limits } = house;
  const { userId } = question;
  const theirs =
    (ledger.rows.get(userId)?.asked.length ?? 0) + (entryOf(line, userId)?.asked.length ?? 0);
  const inPlace = (place: string): number => loadOf(ledger.load, place) + loadOf(line.load, place);
  const server = serverOf(question);
  if (theirs >= limits.maxPerUser) return full(house, 'channel_full');
  if (inPlace(channelOf(question)) >= limits.maxPerChannel) return full(house, 'channel_full');
  if (server !== undefined && inPlace(server) >= limits.maxPerServer)
    return full(house, 'server_full');
  const all = ledger.load.total + line.load.total;
  return all >= limits.maxUnanswered ? full(house, 'house_full') : undefined;
}

/** With a time to come back: about when one of those who are ahead has been answered. */
const full = ({ answerMs }: House, kind: RefusalKind): Refusal =>
  answerMs === undefined
    ? { kind }
    : { kind, retryAfterMs: Math.max(SOON_MS, Math.round(answerMs)) };

const SOON_MS = 1_000;

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
