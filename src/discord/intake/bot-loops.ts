/** Answers to machines in a channel in which no person says anything: then somebody talks with a machine only. */
const MAX_ANSWERS = 3;
const FORGOTTEN_AFTER_MS = 60 * 60_000;

/** Sees to it that two machines never talk for ever: counts our answers to machines in each channel. */
export class BotLoops {
  readonly #answers = new Map<string, { count: number; at: number }>();

  /** A person wrote something: counting begins anew. */
  humanSpoke(channelId: string): void {
    this.#answers.delete(channelId);
  }

  /** Counts an answer to a machine; false: enough of it. */
  mayAnswer(channelId: string, now: number): boolean {
    const known = this.#answers.get(channelId);
    const isOld = known === undefined || now - known.at > FORGOTTEN_AFTER_MS;
    const count = isOld ? 0 : known.count;
    if (count >= MAX_ANSWERS) return false;
    this.#answers.set(channelId, { count: count + 1, at: now });
    return true;
  }
}
