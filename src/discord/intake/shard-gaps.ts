/** Since when each shard has missed what was said: one that is lost, or that has not been there in this life yet. */
export class ShardGaps {
  /** When the life before had heard everything; undefined: there was none. */
  readonly #since: number | undefined;
  /** The last moment that each shard is known to have heard. */
  readonly #heardAt = new Map<number, number>();
  readonly #lostAt = new Map<number, number>();

  constructor(since: number | undefined) {
    this.#since = since;
  }

  heard(shard: number, at: number): void {
    this.#heardAt.set(shard, Math.max(at, this.#heardAt.get(shard) ?? 0));
  }

  /** It hears nothing any more; for how long it has not, it does not know. */
  lost(shard: number): void {
    const at = this.#heardAt.get(shard);
    if (at !== undefined && !this.#lostAt.has(shard)) this.#lostAt.set(shard, at);
  }

  /** Whoever comes in the place of all shards knows nothing of what they were told. */
  allLost(): void {
    for (const shard of this.#heardAt.keys()) this.lost(shard);
  }

  /** It was told what it had missed. */
  resumed(shard: number): void {
    this.#lostAt.delete(shard);
  }

  /** It hears from now on; gives back from when on it has missed what was said, if it has. */
  ready(shard: number, now: number): number | undefined {
    const isNew = !this.#heardAt.has(shard);
    const since = this.#lostAt.get(shard) ?? (isNew ? this.#since : undefined);
    this.#lostAt.delete(shard);
    this.heard(shard, now);
    return since;
  }
}
