import type { UserId } from '../ids.ts';
import { type Load, NO_LOAD, reload } from './load.ts';
import { NOTHING_ASKED, type Outstanding } from './outstanding.ts';
import { ascending, drop, emptyMap, firstOf, put, type SortedMap } from './sorted-map.ts';

/** Users wait, not questions: whoever asks twice has one turn. */
export interface Entry {
  readonly userId: UserId;
  /** Its turn: smaller goes first. */
  readonly ticket: Ticket;
  readonly since: number;
  /** What its user has had so far (rounds.ts). */
  readonly had: number;
  readonly asked: readonly Outstanding[];
  /** Its last team still closes: two of one user are never alive at once. */
  readonly isBlocked: boolean;
  /** Its last team crashed: it rests until `alarmAt`. Afterwards `alarmAt` is the end of its patience. */
  readonly isResting: boolean;
  readonly alarmAt: number;
}

/** The round in which its user comes (rounds.ts); within a round, whoever came first goes first. */
type Ticket = readonly [round: number, nth: number];

/** Alarms ring in order of time; the tickets' numbers tell equal times apart. */
type Alarm = readonly [at: number, nth: number];

/** Who waits for a place in the house. */
export interface WaitingLine {
  readonly entries: SortedMap<Ticket, Entry>;
  readonly tickets: SortedMap<UserId, Ticket>;
  /** Those who may go as soon as there is a place. */
  readonly ready: SortedMap<Ticket, Entry['userId']>;
  readonly alarms: SortedMap<Alarm, Ticket>;
  /** The number of the last ticket. */
  readonly lastNth: number;
  /** From this ticket on, places have changed and nobody was told yet. */
  readonly untold: Ticket | undefined;
  /** The questions of all who wait. */
  readonly load: Load;
}

export const EMPTY_LINE: WaitingLine = {
  entries: emptyMap(inOrder),
  tickets: emptyMap(ascending),
  ready: emptyMap(inOrder),
  alarms: emptyMap(inOrder),
  lastNth: 0,
  untold: undefined,
  load: NO_LOAD,
};

export const entryOf = (line: WaitingLine, userId: UserId): Entry | undefined => {
  const ticket = line.tickets.get(userId);
  return ticket === undefined ? undefined : line.entries.get(ticket);
};

/** The first in line who may go. */
export const firstReady = (line: WaitingLine): Entry | undefined => {
  const ticket = line.ready.minKey();
  return ticket === undefined ? undefined : line.entries.get(ticket);
};

/** The entry whose alarm rings next. */
export const nextAlarm = (line: WaitingLine): Entry | undefined => {
  const ticket = firstOf(line.alarms);
  return ticket === undefined ? undefined : line.entries.get(ticket);
};

/** A user who does not wait yet takes the last place of this round. */
export function joinLine(
  line: WaitingLine,
  { round, ...newcomer }: Omit<Entry, 'ticket'> & { readonly round: number },
): WaitingLine {
  const nth = line.lastNth + 1;
  const entry: Entry = { ...newcomer, ticket: [round, nth] };
  return {
    entries: put(line.entries, entry.ticket, entry),
    tickets: put(line.tickets, entry.userId, entry.ticket),
    ready: mayGo(entry) ? put(line.ready, entry.ticket, entry.userId) : line.ready,
    alarms: put(line.alarms, alarmOf(entry), entry.ticket),
    lastNth: nth,
    untold: earlier(line.untold, entry.ticket),
    load: reload(line.load, NOTHING_ASKED, entry.asked),
  };
}

/** Changes what is known of an entry. Its turn stays: user and ticket are not to be changed. */
export function changeEntry(
  line: WaitingLine,
  entry: Entry,
  change: Partial<Omit<Entry, 'userId' | 'ticket'>>,
): WaitingLine {
  const changed = { ...entry, ...change };
  return {
    ...line,
    entries: put(line.entries, entry.ticket, changed),
    ready: mayGo(changed)
      ? put(line.ready, entry.ticket, entry.userId)
      : drop(line.ready, entry.ticket),
    alarms: put(drop(line.alarms, alarmOf(entry)), alarmOf(changed), entry.ticket),
    load: reload(line.load, entry.asked, changed.asked),
  };
}

export function leaveLine(line: WaitingLine, entry: Entry): WaitingLine {
  return {
    entries: drop(line.entries, entry.ticket),
    tickets: drop(line.tickets, entry.userId),
    ready: drop(line.ready, entry.ticket),
    alarms: drop(line.alarms, alarmOf(entry)),
    lastNth: line.lastNth,
    untold: earlier(line.untold, entry.ticket),
    load: reload(line.load, entry.asked, NOTHING_ASKED),
  };
}

/** The entries from `ticket` on, each with its place, which counts from 1. */
export function placesFrom(
  line: WaitingLine,
  ticket: Ticket,
): readonly { readonly entry: Entry; readonly place: number }[] {
  const tail = [...line.entries.values(ticket)];
  const ahead = line.entries.size - tail.length;
  return tail.map((entry, index) => ({ entry, place: ahead + index + 1 }));
}

const mayGo = (entry: Entry): boolean => !entry.isBlocked && !entry.isResting;

const alarmOf = (entry: Entry): Alarm => [entry.alarmAt, entry.ticket[1]];

const earlier = (untold: Ticket | undefined, ticket: Ticket): Ticket =>
  untold === undefined || inOrder(ticket, untold) < 0 ? ticket : untold;

function inOrder(a: Ticket | Alarm, b: Ticket | Alarm): number {
  return ascending(a[0], b[0]) || ascending(a[1], b[1]);
}
