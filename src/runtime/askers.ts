import type { UserId } from '../../machines/ids.ts';
import type { Crowd } from '../../machines/supervisor/asking.ts';

/** Counts unanswered questions by user, from the moment they are asked. */
export class Askers {
  readonly #counts = new Map<UserId, number>();

  count(userId: UserId, by: 1 | -1): void {
    const count = (this.#counts.get(userId) ?? 0) + by;
    if (count === 0) this.#counts.delete(userId);
    else this.#counts.set(userId, count);
  }

  crowdOf(userId: UserId): Crowd {
    return { own: this.#counts.get(userId) ?? 0, users: this.#counts.size };
  }
}
