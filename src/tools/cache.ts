import { LRUCache } from 'lru-cache';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';

export interface CacheOptions<Value> {
  readonly clock: Clock;
  /** How long an entry is good, in milliseconds. */
  readonly ttlMs: number;
  /** What all entries together may weigh; the least recently used are evicted. */
  readonly maxWeight: number;
  /** What one entry weighs: from 1 up. */
  readonly weigh: (value: Value) => number;
}

/** What has been fetched lately. What one user fetched is never given to another: nobody learns what others read. */
export interface UserCache<Value> {
  open(userId: UserId, key: string): Cached<Value>;
  /** Drops all that this user fetched, and what is under way for anybody is not kept. */
  forget(userId: UserId): void;
}

/** A place in it, to be filled when nothing is known there. */
interface Cached<Value> {
  readonly known: Value | undefined;
  /** Does nothing once a user was forgotten since it was opened. */
  keep(value: Value): void;
}

export function createUserCache<Value extends object>({
  clock,
  ttlMs,
  maxWeight,
  weigh,
}: CacheOptions<Value>): UserCache<Value> {
  const entries = new LRUCache<string, Value>({
    ttl: ttlMs,
    maxSize: maxWeight,
    sizeCalculation: weigh,
    // It asks for the time anew each time, and sets no timer.
    ttlResolution: 0,
    // The hour 0 means "never" to it.
    perf: { now: () => clock.now() + 1 },
  });
  // No user id has a space.
  const nameOf = (userId: UserId, key: string) => `${userId} ${key}`;
  let forgotten = 0;
  return {
    open(userId, key) {
      const [name, before] = [nameOf(userId, key), forgotten];
      return {
        known: entries.get(name),
        keep(value) {
          // Whose request it was is not asked: fetching something once more harms nobody.
          if (forgotten === before) entries.set(name, value);
        },
      };
    },
    forget(userId) {
      forgotten += 1;
      for (const name of [...entries.keys()])
        if (name.startsWith(nameOf(userId, ''))) entries.delete(name);
    },
  };
}
