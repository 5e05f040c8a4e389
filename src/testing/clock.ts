import { drop, emptyMap, put, type SortedMap } from '../../machines/supervisor/sorted-map.ts';
import type { Clock } from '../shared/clock.ts';

/** Time that stands still until a test moves it. */
export interface SimulatedClock extends Clock {
  /** Timers that are set and have not gone off. */
  readonly pending: number;
  /** When the next timer goes off; `undefined` when none is set. */
  readonly nextAt: number | undefined;
  /** Moves to the next timer and lets it go off, with nothing in between; false when none is set. */
  next(): boolean;
  /** Lets `ms` go by, timer after timer in the order they are due, with everything each of them causes. */
  advance(ms: number): Promise<void>;
  /** Moves the hour without the timers noticing, as a corrected system clock does. */
  jump(ms: number): void;
}

interface Alarm {
  readonly at: number;
  readonly id: number;
}

const inDueOrder = (a: Alarm, b: Alarm): number => a.at - b.at || a.id - b.id;

/** 2026-01-01, so that times read as times in failures. */
const NEW_YEAR = 1_767_225_600_000;

/** A clock for tests: timers go off in due order, those due together in the order they were set. */
export function simulatedClock(start = NEW_YEAR): SimulatedClock {
  let alarms: SortedMap<Alarm, () => void> = emptyMap(inDueOrder);
  // Two counts, so that a jump of the hour moves no timer.
  let elapsed = 0;
  let hour = start;
  let lastId = 0;

  const moveTo = (at: number): void => {
    hour += at - elapsed;
    elapsed = at;
  };
  const next = (): boolean => {
    const alarm = alarms.minKey();
    if (alarm === undefined) return false;
    const ring = alarms.get(alarm);
    alarms = drop(alarms, alarm);
    moveTo(alarm.at);
    ring?.();
    return true;
  };

  return {
    now: () => hour,
    setTimeout(fn, delayMs) {
      lastId += 1;
      const alarm = { at: elapsed + Math.max(0, delayMs), id: lastId };
      alarms = put(alarms, alarm, fn);
      return alarm;
    },
    clearTimeout(timer) {
      // Only this clock makes its timers; anything else (XState clears `undefined` too) is not one.
      if (isAlarm(timer)) alarms = drop(alarms, timer);
    },
    get pending() {
      return alarms.size;
    },
    get nextAt() {
      const due = alarms.minKey()?.at;
      return due === undefined ? undefined : hour + due - elapsed;
    },
    next,
    async advance(ms) {
      const until = elapsed + ms;
      await quiet();
      for (let due = alarms.minKey(); due !== undefined && due.at <= until; due = alarms.minKey()) {
        next();
        await quiet();
      }
      moveTo(until);
    },
    jump(ms) {
      hour += ms;
    },
  };
}

/** Until every promise that can settle by itself has: no timer runs, nothing is waited for. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const isAlarm = (timer: unknown): timer is Alarm =>
  typeof timer === 'object' && timer !== null && 'at' in timer && 'id' in timer;
