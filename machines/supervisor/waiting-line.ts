import type { UserId } from '../ids.ts';
import type { Outstanding } from './outstanding.ts';
import { ascending, drop, emptyMap, firstOf, put, type SortedMap } from './sorted-map.ts';

/** Users wait, not questions: whoever asks twice has one turn. */
export interface Entry {
  readonly userId: UserId;
  /** Its turn: smaller goes first. */
  readonly ticket: Ticket;
  readonly since: number;
  readonly asked: readonly Outstanding[];
  /** Its last team still closes: two of one user are never alive at once. */
  readonly isBlocked: boolean;
  /** Its last team crashed: it rests until `alarmAt`. Afterwards `alarmAt` is the end of its patience. */
  readonly isResting: boolean;
  readonly alarmAt: number;
}

type Ticket = number;

/** Alarms ring in order of time; tickets tell equal times apart. */
type Alarm = readonly [at: number, ticket: Ticket];

/** Who waits for a place in the house. */
export interface WaitingLine {
  readonly entries: SortedMap<Ticket, Entry>;
  readonly tickets: SortedMap<UserId, Ticket>;
  /** Those who may go as soon as there is a place. */
  readonly ready: SortedMap<Ticket, Entry['userId']>;
  readonly alarms: SortedMap<Alarm, Ticket>;
  readonly lastTicket: Ticket;
  /** From this ticket on, places have changed and nobody was told yet. */
  readonly untold: Ticket | undefined;
}

export const EMPTY_LINE: WaitingLine = {
  entries: emptyMap(ascending),
  tickets: emptyMap(ascending),
  ready: emptyMap(ascending),
  alarms: emptyMap(byTime),
  lastTicket: 0,
  untold: undefined,
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

/** A user who does not wait yet takes the last place. */
export function joinLine(line: WaitingLine, newcomer: Omit<Entry, 'ticket'>): WaitingLine {
  const entry = { ...newcomer, ticket: line.lastTicket + 1 };
  return {
    entries: put(line.entries, entry.ticket, entry),
    tickets: put(line.tickets, entry.userId, entry.ticket),
    ready: mayGo(entry) ? put(line.ready, entry.ticket, entry.userId) : line.ready,
    alarms: put(line.alarms, alarmOf(entry), entry.ticket),
    lastTicket: entry.ticket,
    untold: earlier(line.untold, entry.ticket),
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
  };
}

export function leaveLine(line: WaitingLine, entry: Entry): WaitingLine {
  return {
    entries: drop(line.entries, entry.ticket),
    tickets: drop(line.tickets, entry.userId),
    ready: drop(line.ready, entry.ticket),
    alarms: drop(line.alarms, alarmOf(entry)),
    lastTicket: line.lastTicket,
    untold: earlier(line.untold, entry.ticket),
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

const alarmOf = (entry: Entry): Alarm => [entry.alarmAt, entry.ticket];

const earlier = (untold: Ticket | undefined, ticket: Ticket): Ticket =>
  untold === undefined ? ticket : Math.min(untold, ticket);

function byTime(a: Alarm, b: Alarm): number {
  return ascending(a[0], b[0]) || ascending(a[1], b[1]);
}
