import { type Draft, note, policy } from './house.ts';
import { keepRow, type Row } from './ledger.ts';
import { isHeld, type Outstanding } from './outstanding.ts';
import type { SupervisorEvent } from './supervisor.protocol.ts';
import { rememberTurn } from './teams.ts';
import { goOn, pay } from './turns.ts';
import { changeEntry, type Entry, entryOf, leaveLine } from './waiting-line.ts';

type Settled = Extract<SupervisorEvent, { type: 'supervisor.settled' }>;
type Cancel = Extract<SupervisorEvent, { type: 'supervisor.cancel' }>;

/** A team has dealt with a question. What an older incarnation says of it changes nothing. */
export const settle = policy((draft, { userId, epoch, runId, tokens = 0 }: Settled) => {
  const { ledger } = draft.house;
  const row = ledger.rows.get(userId);
  if (row?.epoch !== epoch) return;
  const ended = row.asked.find((item) => !isHeld(item) && item.question.runId === runId);
  if (ended === undefined) return;
  const asked = row.asked.filter((item) => item !== ended);
  learn(draft, ended.since);
  const paid = { ...row, asked, turn: pay(draft.house, row, tokens) };
  if (row.phase === 'active') goOn(draft, paid);
  else {
    note(draft, { ledger: keepRow(ledger, paid) });
    rememberTurn(draft, paid);
  }
});

/** The last answers count the more, the later they are. */
const NEWEST_SHARE = 0.1;

function learn(draft: Draft, since: number): void {
  const { now, answerMs: before = now - since } = draft.house;
  note(draft, { answerMs: before + (now - since - before) * NEWEST_SHARE });
}

/** What waits is cancelled here; what works is cancelled by its team, which then settles it. */
export const cancel = policy((draft, wish: Cancel) => {
  const row = draft.house.ledger.rows.get(wish.userId);
  if (row?.phase === 'active') cancelInTeam(draft, row, wish);
  const entry = entryOf(draft.house.line, wish.userId);
  if (entry !== undefined) cancelInLine(draft, entry, wish);
});

function cancelInTeam(draft: Draft, row: Row, wish: Cancel): void {
  const { userId, epoch } = row;
  const hit = row.asked.filter((item) => isMeant(item, wish));
  if (hit.some((item) => !isHeld(item))) {
    const { runId, channelId } = wish;
    draft.orders.push({
      type: 'host.cancel',
      userId,
      epoch,
      ...(runId === undefined ? {} : { runId }),
      ...(channelId === undefined ? {} : { channelId }),
    });
  }
  endHeld(draft, hit);
  const left = row.asked.filter((item) => !(isMeant(item, wish) && isHeld(item)));
  const asked = left.map((item) =>
    isMeant(item, wish) ? { ...item, stage: 'stopping' as const } : item,
  );
  note(draft, { ledger: keepRow(draft.house.ledger, { ...row, asked }) });
}

function cancelInLine(draft: Draft, entry: Entry, wish: Cancel): void {
  const { line } = draft.house;
  const left = entry.asked.filter((item) => !isMeant(item, wish));
  endHeld(
    draft,
    entry.asked.filter((item) => isMeant(item, wish)),
  );
  note(draft, {
    line: left.length === 0 ? leaveLine(line, entry) : changeEntry(line, entry, { asked: left }),
  });
}

function endHeld(draft: Draft, items: readonly Outstanding[]): void {
  for (const { question } of items.filter(isHeld)) {
    draft.orders.push({ type: 'host.cancelled', question });
  }
}

const isMeant = ({ question }: Outstanding, { runId, channelId }: Cancel): boolean =>
  (runId === undefined || question.runId === runId) &&
  (channelId === undefined || question.channelId === channelId);
