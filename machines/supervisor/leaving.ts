import { type House, note, policy, refuseAll } from './house.ts';
import { dropRow, keepRow, oldestIdle } from './ledger.ts';
import { isHeld, NOTHING_ASKED, type Outstanding } from './outstanding.ts';
import { goBackToQueue } from './queueing.ts';
import { countCrash } from './restarts.ts';
import type { SupervisorEvent } from './supervisor.protocol.ts';
import { release, takeBack } from './teams.ts';
import { changeEntry, entryOf, leaveLine } from './waiting-line.ts';

type Heard<Type extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: Type }>;

/** A team ended unasked. What it had is blamed for a bug and waits for the next team. */
export const bury = policy((draft, crash: Heard<'supervisor.crashed'>) => {
  const { ledger, restarts, limits, now } = draft.house;
  const row = ledger.rows.get(crash.userId);
  // A team that was asked to leave has left: how it did so is its host's business.
  if (row?.epoch !== crash.epoch || row.phase === 'closing') return;
  const { userId, cause, chance } = crash;
  note(draft, { restarts: countCrash(restarts, { userId, cause, chance, at: now }, limits) });
  release(draft, { ...row, asked: NOTHING_ASKED }, { reason: 'crashed', force: true });
  // A team that is unavailable has settled what it had. What is left here it never saw, though the last of
  // it may have been given already: on its way it met a team that was at its end.
  const left = cause === 'bug' ? row.asked.map(blame) : row.asked;
  goBackToQueue(draft, row, takeBack(draft, left));
});

/** A team's place is free. */
export const free = policy((draft, { userId, epoch }: Heard<'supervisor.released'>) => {
  const { ledger, line } = draft.house;
  const row = ledger.rows.get(userId);
  if (row?.epoch !== epoch) return;
  note(draft, { ledger: dropRow(ledger, row) });
  const entry = entryOf(line, userId);
  if (entry !== undefined) note(draft, { line: changeEntry(line, entry, { isBlocked: false }) });
  // Fenced off at its deadline, a team may leave questions that it never settled.
  goBackToQueue(draft, row, takeBack(draft, row.asked));
});

/** Removes a user's team and refuses all that the user has asked. */
export const dismiss = policy((draft, { userId }: Heard<'supervisor.dismiss'>) => {
  const { ledger, line } = draft.house;
  const row = ledger.rows.get(userId);
  const entry = entryOf(line, userId);
  if (entry !== undefined) {
    refuseAll(draft, entry.asked, { kind: 'team_unavailable' });
    note(draft, { line: leaveLine(line, entry) });
  }
  if (row === undefined) return;
  refuseAll(draft, row.asked, { kind: 'team_unavailable' });
  const emptied = { ...row, asked: NOTHING_ASKED };
  if (row.phase === 'active') release(draft, emptied, { reason: 'dismissed', force: true });
  else note(draft, { ledger: keepRow(ledger, emptied) });
});

/** Memory is short: idle teams leave, the least recently used first. */
export const shed = policy((draft, { count }: Heard<'supervisor.shed'>) => {
  for (let left = count; left > 0; left--) {
    const row = oldestIdle(draft.house.ledger);
    if (row === undefined) return;
    release(draft, row, { reason: 'shed', force: false });
  }
});

/** The house gets more or fewer places. Whoever works stays until it has answered. */
export const resize = policy((draft, { maxTeams }: Heard<'supervisor.resize'>) => {
  note(draft, { limits: { ...draft.house.limits, maxTeams } });
});

/** Nobody is waited for any longer: what works is cancelled, what is held is refused. */
export const cutShort = policy((draft, _: Heard<'supervisor.force'>) => {
  for (const row of draft.house.ledger.rows.values()) {
    if (row.phase === 'closing') continue;
    refuseAll(draft, row.asked.filter(isHeld), { kind: 'draining' });
    const working = row.asked.filter((item) => !isHeld(item));
    release(draft, { ...row, asked: working }, { reason: 'drained', force: true });
  }
});

/** True when the house may have this many places. */
export const isPossibleSize = (maxTeams: number): boolean =>
  Number.isInteger(maxTeams) && maxTeams >= 1;

/** True when nobody is in the house. */
export const isEmpty = (house: House): boolean => house.ledger.rows.size === 0;

const blame = (item: Outstanding): Outstanding =>
  item.stage === 'given' ? { ...item, deliveries: item.deliveries + 1 } : item;
