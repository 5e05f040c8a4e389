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
  get(userId: UserId, key: string): Value | undefined;
  set(userId: UserId, key: string, value: Value): void;
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
  return {
    get: (userId, key) => entries.get(nameOf(userId, key)),
    set: (userId, key, value) => void entries.set(nameOf(userId, key), value),
  };
}
