import { afterEach, beforeEach, expect } from 'vitest';
import type { AnyActorRef } from 'xstate';
import { runningTimers, unwatchTimers, watchTimers } from './timer-watch.ts';

/** How many of each kind a process holds open. */
type Holdings = ReadonlyMap<string, number>;

/** What we can leave behind. Pipes and message ports are left out: the test runner talks through them. */
const OURS = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'FSReqCallback', 'UDPWRAP'];

/** How long closing may take: sockets say goodbye, disk writes end. */
const SETTLE_MS = 2_000;

export interface LeakGuard {
  /** By the end of the test, this actor must have come to its end. */
  readonly actor: (actor: AnyActorRef) => void;
  /** At the end of the test, no timer of this clock may be set. */
  readonly clock: (clock: { readonly pending: number }) => void;
}

/**
 * Call it once at the top of a test file: a test that leaves a timer, socket, server, process or one of the named
 * actors and clocks behind fails, whatever else it says. So does one in which an actor that has ended is sent something.
 */
export function guardAgainstLeaks(): LeakGuard {
  const actors = new Set<AnyActorRef>();
  const clocks = new Set<{ readonly pending: number }>();
  let before: Holdings = new Map();
  let listening: { readonly heard: readonly string[]; readonly end: () => void } | undefined;
  beforeEach(() => {
    listening = hearOfTheDead();
    watchTimers();
    before = holdings();
  });
  afterEach(async () => {
    const open = await leftSince(before);
    unwatchTimers();
    listening?.end();
    const alive = [...actors].filter((actor) => actor.getSnapshot().status === 'active');
    const pending = [...clocks].filter((clock) => clock.pending > 0);
    actors.clear();
    clocks.clear();
    const left = [
      ...open,
      ...alive.map(({ id }) => `actor ${id}`),
      ...pending.map((clock) => `${clock.pending} timers on a clock`),
    ];
    expect(left, 'left behind').toEqual([]);
    expect(listening?.heard, 'sent to actors that had ended').toEqual([]);
  });
  return { actor: (actor) => actors.add(actor), clock: (clock) => clocks.add(clock) };
}

/** XState drops what comes too late, and says so by the console alone. */
function hearOfTheDead() {
  const { warn } = console;
  const heard: string[] = [];
  console.warn = (...said: readonly unknown[]) => {
    if (String(said[0]).includes('was sent to stopped actor')) heard.push(String(said[0]));
    else warn.call(console, ...said);
  };
  return {
    heard,
    end: () => {
      console.warn = warn;
    },
  };
}

/** What this process holds open, of what we can leave behind. */
export function holdings(): Holdings {
  const all = process.getActiveResourcesInfo();
  const counts = OURS.map((kind) => [kind, all.filter((one) => one === kind).length] as const);
  return new Map([...counts, ['timer', runningTimers()]]);
}

/** What is open now and was not before, as `2 timer`; gives closing things the time that closing takes. */
export async function leftSince(
  before: Holdings,
  withinMs = SETTLE_MS,
): Promise<readonly string[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    const left = more(before, holdings());
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const more = (before: Holdings, now: Holdings): readonly string[] =>
  [...now].flatMap(([kind, count]) => {
    const extra = count - (before.get(kind) ?? 0);
    return extra > 0 ? [`${extra} ${kind}`] : [];
  });
