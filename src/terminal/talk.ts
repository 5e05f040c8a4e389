import type { Readable, Writable } from 'node:stream';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { TerminalHouse } from './house.ts';

interface MaybeTty {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly input: Readable & MaybeTty;
  /** Answers, and everything else when a person sits at it. */
  readonly output: Writable & MaybeTty;
  /** Notes, problems and progress of a pipe. */
  readonly errors: Writable & MaybeTty;
  readonly channelId: ChannelId;
  readonly newRunId: () => RunId;
  readonly clock: Clock;
  /** The process is asked to end: what is being answered is stopped. */
  readonly signal: AbortSignal;
}

/** What both ways of talking work with. */
export interface Talk extends TerminalOptions {
  readonly house: TerminalHouse;
}
