/** Runs whose question was taken back or asked anew: nothing is said of them any more. */
export class Withdrawn {
  readonly #runs = new Set<string>();

  add(runId: string): void {
    this.#runs.add(runId);
    if (this.#runs.size <= MAX_KEPT) return;
    const [oldest] = this.#runs;
    if (oldest !== undefined) this.#runs.delete(oldest);
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }
}

/** They end within moments; the oldest have ended long ago. */
const MAX_KEPT = 1_000;
