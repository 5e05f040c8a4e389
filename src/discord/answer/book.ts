import type { Failure } from '../../../machines/failure.ts';
import type { RunId, UserId } from '../../../machines/ids.ts';

/** The message that a run's answer takes the place of. */
export interface Draft {
  readonly messageId: string;
  /** True for an earlier answer: the new one always takes its place, however long it takes. */
  readonly isAnswer: boolean;
}

/** Where it is kept which message shows a run's draft, so that a later life finds it. Never rejects. */
export interface DraftBook {
  keep(
    run: { readonly runId: RunId; readonly userId: UserId },
    draft: Draft,
  ): Promise<Failure | undefined>;
  find(
    runId: string,
  ): Promise<
    | { readonly kind: 'read'; readonly draft: Draft | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}
