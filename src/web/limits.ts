/** What one console may take of the process. */
export interface WebLimits {
  readonly maxBodyBytes: number;
  readonly maxQuestionChars: number;
  /** Open streams of all clients together. */
  readonly maxStreams: number;
  /** Runs attached to one stream of the house. */
  readonly maxAttached: number;
  /** Bytes that may wait for a reader before it is dropped. */
  readonly maxStreamBufferBytes: number;
  /** How often a quiet stream says that it lives; a reader that took nothing since the last time is dropped. */
  readonly aliveEveryMs: number;
  /** The shortest time between two overviews. */
  readonly overviewEveryMs: number;
  /** Teams, and waiting users, shown in one overview. */
  readonly maxOverviewRows: number;
}

export const DEFAULT_WEB_LIMITS: WebLimits = {
  maxBodyBytes: 64 * 1024,
  maxQuestionChars: 8_000,
  maxStreams: 32,
  maxAttached: 64,
  maxStreamBufferBytes: 1024 * 1024,
  aliveEveryMs: 15_000,
  overviewEveryMs: 250,
  maxOverviewRows: 100,
};
