import type { Clock } from '../../../src/shared/clock.ts';
import type { SimulatedClock } from '../../../src/testing/clock.ts';

/**
 * One life of a process that dies in the middle of what it does: from then on nothing that it waits for comes, no timer
 * of its goes off, and nothing that it begins has any effect.
 *
 * It dies right after a deed, before it is told that this was done. Dying just before the next deed leaves the same
 * world behind, so all moments of death are covered.
 */
export class Life {
  /** Changes of the world so far: writes to the database, messages put on a platform, tools that were run. */
  deeds = 0;
  /** What it did, for whoever has to find out why something broke. */
  readonly story: string[] = [];
  readonly clock: Clock;
  readonly #diesAfter: number;
  readonly #timers = new Set<unknown>();
  readonly #time: SimulatedClock;
  #isDead = false;
  #underWay = 0;
  #begun = 0;

  /** `diesAfter` so many deeds; infinity: it does not. */
  constructor(time: SimulatedClock, diesAfter: number) {
    this.#time = time;
    this.#diesAfter = diesAfter;
    this.clock = {
      now: () => time.now(),
      setTimeout: (ring, ms) => this.#setTimeout(ring, ms),
      clearTimeout: (timer) => this.#clearTimeout(timer),
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** True while something outside is at work for it. */
  get isBusy(): boolean {
    return !this.#isDead && this.#underWay > 0;
  }

  /** Grows with everything that it asks of the world. */
  get begun(): number {
    return this.#begun;
  }

  /** Something that changes the world. */
  deed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    return this.#reach(async () => {
      const result = await work();
      // What was on its way when it died is done all the same: nobody can call it back.
      if (this.#isDead) this.story.push(`still ${name}`);
      else this.#done(name);
      return result;
    });
  }

  /** Something that only looks at the world. */
  look<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#reach(work);
  }

  async #reach<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isDead) return await NEVER;
    this.#begun += 1;
    this.#underWay += 1;
    try {
      const result = await work();
      return this.#isDead ? await NEVER : result;
    } finally {
      this.#underWay -= 1;
    }
  }

  #done(name: string): void {
    this.deeds += 1;
    this.story.push(`${this.deeds} ${name}`);
    if (this.deeds >= this.#diesAfter) this.#die();
  }

  #die(): void {
    this.#isDead = true;
    for (const timer of this.#timers) this.#time.clearTimeout(timer);
    this.#timers.clear();
  }

  #setTimeout(ring: () => void, ms: number): unknown {
    if (this.#isDead) return undefined;
    const timer = this.#time.setTimeout(() => {
      this.#timers.delete(timer);
      ring();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #clearTimeout(timer: unknown): void {
    this.#timers.delete(timer);
    this.#time.clearTimeout(timer);
  }
}

const NEVER = new Promise<never>(() => {});
