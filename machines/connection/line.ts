import { type Failure, failure } from '../failure.ts';
import type { ConnectionEvent, ConnectionInput, ConnectionReport } from './connection.protocol.ts';

/** What a connection knows of itself. */
export interface Line {
  readonly input: ConnectionInput;
  /** Teams that may use it. */
  readonly leases: number;
  /** Calls that wait for it or are under way. */
  readonly calls: number;
  /** Counts the connections that were tried. */
  readonly attempt: number;
  /** Times in a row that it could not be made or broke before anything was heard. */
  readonly failures: number;
  /** Calls in a row that nothing was heard of. */
  readonly silences: number;
  readonly failure: Failure;
  readonly chance: number;
}

export const beginLine = (input: ConnectionInput): Line => ({
  input,
  leases: 0,
  calls: 0,
  attempt: 0,
  failures: 0,
  silences: 0,
  failure: failure('unavailable', `${input.name} is not connected.`),
  chance: 0,
});

export const leased = ({ leases }: Line): Partial<Line> => ({ leases: leases + 1 });
export const released = ({ leases }: Line): Partial<Line> => ({ leases: Math.max(0, leases - 1) });
export const called = ({ calls }: Line): Partial<Line> => ({ calls: calls + 1 });

type Answered = Extract<ConnectionEvent, { type: 'connection.answered' }>;

/** An answer, whatever it says, proves that somebody is there. */
export function answered(line: Line, { heard }: Answered): Partial<Line> {
  const calls = Math.max(0, line.calls - 1);
  return heard ? { calls, silences: 0, failures: 0 } : { calls, silences: line.silences + 1 };
}

export const abandoned = ({ calls }: Line): Partial<Line> => ({ calls: Math.max(0, calls - 1) });

export interface Breakage {
  readonly failure: Failure;
  readonly chance?: number;
}

export const broken = (line: Line, { failure: why, chance }: Breakage): Partial<Line> => ({
  failure: why,
  chance: chance ?? line.chance,
  failures: line.failures + 1,
  silences: 0,
});

export const tooSlow = ({ input }: Line): Breakage => ({
  failure: failure('timeout', `${input.name} could not be connected to in time.`),
});

export const tooSilent = ({ input }: Line): Breakage => ({
  failure: failure('timeout', `${input.name} does not answer any more.`),
});

/** Silent once too often, with this call. */
export const isSilent = (line: Line, { heard }: Answered): boolean =>
  !heard && line.silences + 1 >= line.input.limits.maxSilences;

/** Doubles with each failure; never less than half of that. */
export function backoffOf({ input, failures, chance }: Line): number {
  const { backoffMs, maxBackoffMs } = input.limits;
  const full = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - chance / 2));
}

export const brokeReport = (line: Line): ConnectionReport => ({
  type: 'connection.broke',
  failure: line.failure,
  retryInMs: backoffOf(line),
});
