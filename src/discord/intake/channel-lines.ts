/** Work that goes on one after the other in each channel, and side by side in different ones. */
export class ChannelLines {
  readonly #lines = new Map<string, Promise<void>>();

  /** Begins when what was given before for this channel has ended. `work` never rejects. */
  run(channelId: string, work: () => Promise<void>): void {
    const before = this.#lines.get(channelId) ?? Promise.resolve();
    const line = before.then(work).finally(() => {
      if (this.#lines.get(channelId) === line) this.#lines.delete(channelId);
    });
    this.#lines.set(channelId, line);
  }

  /** Resolves when everything that was given has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#lines.values());
  }
}
