import type { Failure } from '../../../machines/failure.ts';
import type { Question, RunEvent } from '../../../machines/question.ts';
import type { Draft } from './book.ts';
import { type DraftsOptions, RunningDraft } from './running-draft.ts';

export type DraftFound =
  | { readonly kind: 'read'; readonly draft: Draft | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The drafts of answers being written: one message each, which the answer takes the place of. */
export class Drafts {
  readonly #options: DraftsOptions;
  readonly #running = new Map<string, RunningDraft>();

  constructor(options: DraftsOptions) {
    this.#options = options;
  }

  /** Shows what a run does, in `draft` if there is a message already, until it has ended. */
  begin(question: Question, events: AsyncIterable<RunEvent>, draft?: Draft): void {
    const { runId, origin } = question;
    if (origin === undefined || this.#running.has(runId)) return;
    const running = new RunningDraft({ ...this.#options, question, origin, draft });
    this.#running.set(runId, running);
    void running.follow(events);
  }

  /** Nothing more is shown of a run once this resolves: its answer may take the draft's place. */
  async settle(runId: string): Promise<DraftFound> {
    const running = this.#running.get(runId);
    const shown = await running?.end();
    if (shown !== undefined) return { kind: 'read', draft: shown };
    return await this.#options.book.find(runId);
  }

  /** The answer is there: the run is forgotten. */
  forget(runId: string): void {
    this.#running.delete(runId);
  }

  /** Shows nothing more of any run; what stands there is found by the next life. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((draft) => draft.end()));
    this.#running.clear();
  }
}
