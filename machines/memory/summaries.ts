import type { Usage } from '../conversation.ts';
import type { ChannelId, RunId } from '../ids.ts';

/** A session with answered runs that neither its summary covers nor a new run is shown. */
export interface OutgrownSession {
  readonly channelId: ChannelId;
  readonly summary: string | undefined;
  /** What the summary does not cover yet, oldest first; the latest runs are left out, since a run is shown those. */
  readonly runs: readonly {
    readonly runId: RunId;
    readonly question: string;
    readonly answer: string;
    readonly endedAt: number;
  }[];
}

/** A session's new summary, what it was made of, and what it cost. */
export interface SessionSummary {
  /** It reaches to the end of the last run of these. */
  readonly of: OutgrownSession;
  readonly summary: string;
  readonly usage: Usage;
}
