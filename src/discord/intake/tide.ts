/** How far the messages of all channels have been taken up: everything up to that moment is kept or was nothing for us. */
export class Tide {
  /** When each message that is being taken up was written. */
  readonly #underWay = new Map<string, number>();
  #reached: number;

  constructor(reached: number) {
    this.#reached = reached;
  }

  begin(messageId: string, at: number): void {
    this.#underWay.set(messageId, at);
  }

  /** `left`: it was not kept, so that the next life must read it again. */
  end(messageId: string, outcome: 'done' | 'left'): void {
    const at = this.#underWay.get(messageId);
    if (at === undefined || outcome === 'left') return;
    this.#underWay.delete(messageId);
    this.#reached = Math.max(this.#reached, at);
  }

  /** The moment before the oldest that is not done. */
  position(): number {
    const oldest = Math.min(...this.#underWay.values());
    return Math.min(this.#reached, oldest - 1);
  }
}
