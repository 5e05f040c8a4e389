import type { Epoch, UserId } from '../ids.ts';
import { type Load, NO_LOAD, reload } from './load.ts';
import { NOTHING_ASKED, type Outstanding } from './outstanding.ts';
import type { Turn } from './rounds.ts';
import { ascending, drop, emptyMap, put, type SortedMap } from './sorted-map.ts';

/** A team in the house. It holds its place from activation until it is released. */
export interface Row {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly phase: 'active' | 'closing';
  /** Its questions that have not ended, in the order they were asked. None: the team is idle. */
  readonly asked: readonly Outstanding[];
  /** Its turn in the order of use. A counter, not a time: clocks jump and repeat themselves. */
  readonly use: number;
  /** When it last got a question or ended one, in the house's time. */
  readonly usedAt: number;
  /** What it may have while others wait for its place. */
  readonly turn: Turn;
}

/** Who is alive, and in which order the idle ones would leave. */
export interface Ledger {
  readonly rows: SortedMap<UserId, Row>;
  /** The idle teams by their `use`: the first is the least recently used. */
  readonly idle: SortedMap<number, UserId>;
  readonly closing: number;
  readonly lastUse: number;
  /** The questions of all teams. */
  readonly load: Load;
}

export const EMPTY_LEDGER: Ledger = {
  rows: emptyMap(ascending),
  idle: emptyMap(ascending),
  closing: 0,
  lastUse: 0,
  load: NO_LOAD,
};

export const activeTeams = (ledger: Ledger): number => ledger.rows.size - ledger.closing;

/** Writes a row, new or changed, and keeps the order of the idle ones in step with it. */
export function keepRow(ledger: Ledger, row: Row): Ledger {
  const before = ledger.rows.get(row.userId);
  return {
    rows: put(ledger.rows, row.userId, row),
    idle: reorder(ledger.idle, before, row),
    closing: ledger.closing + closes(row) - closes(before),
    lastUse: Math.max(ledger.lastUse, row.use),
    load: reload(ledger.load, before?.asked ?? NOTHING_ASKED, row.asked),
  };
}

/** Writes a row as the most recently used one. */
export const touchRow = (ledger: Ledger, row: Row, now: number): Ledger =>
  keepRow(ledger, { ...row, use: ledger.lastUse + 1, usedAt: now });

export function dropRow(ledger: Ledger, row: Row): Ledger {
  return {
    rows: drop(ledger.rows, row.userId),
    idle: isIdle(row) ? drop(ledger.idle, row.use) : ledger.idle,
    closing: ledger.closing - closes(row),
    lastUse: ledger.lastUse,
    load: reload(ledger.load, row.asked, NOTHING_ASKED),
  };
}

/** The least recently used idle team. */
export function oldestIdle(ledger: Ledger): Row | undefined {
  const use = ledger.idle.minKey();
  const userId = use === undefined ? undefined : ledger.idle.get(use);
  return userId === undefined ? undefined : ledger.rows.get(userId);
}

const isIdle = (row: Row): boolean => row.phase === 'active' && row.asked.length === 0;

const closes = (row: Row | undefined): number => (row?.phase === 'closing' ? 1 : 0);

function reorder(idle: Ledger['idle'], before: Row | undefined, row: Row): Ledger['idle'] {
  const rest = before !== undefined && isIdle(before) ? drop(idle, before.use) : idle;
  return isIdle(row) ? put(rest, row.use, row.userId) : rest;
}
