import type { Clock } from '../shared/clock.ts';

/** How much memory the process uses and may use, in bytes. */
export interface MemoryReading {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

export interface PressureOptions {
  readonly clock: Clock;
  readonly read: () => MemoryReading;
  /** Called while memory is short, once per reading; asks for that many idle teams to leave. */
  readonly shed: (count: number) => void;
  readonly liveTeams: () => number;
}

const EVERY_MS = 5_000;
/** Shedding begins here and goes on until `RELAXED`, as Orleans does it. */
const STRAINED = 0.8;
const RELAXED = 0.75;
const SHARE = 0.05;

/** Watches memory and sheds idle teams while it is short. Returns what stops it. */
export function watchPressure({ clock, read, shed, liveTeams }: PressureOptions): () => void {
  let shedding = false;
  let timer = clock.setTimeout(look, EVERY_MS);
  function look(): void {
    const { usedBytes, limitBytes } = read();
    const ratio = usedBytes / limitBytes;
    shedding = ratio >= STRAINED || (shedding && ratio > RELAXED);
    if (shedding) shed(Math.max(1, Math.ceil(liveTeams() * SHARE)));
    timer = clock.setTimeout(look, EVERY_MS);
  }
  return () => clock.clearTimeout(timer);
}
