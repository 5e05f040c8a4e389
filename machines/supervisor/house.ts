import type { Epoch } from '../ids.ts';
import type { Refusal } from '../question.ts';
import { EMPTY_LEDGER, type Ledger } from './ledger.ts';
import type { Outstanding } from './outstanding.ts';
import { NO_RESTARTS, type Restarts } from './restarts.ts';
import { NO_ROUNDS, type Rounds } from './rounds.ts';
import type { SupervisorLimits, SupervisorOrder } from './supervisor.protocol.ts';
import { EMPTY_LINE, type WaitingLine } from './waiting-line.ts';

/** All that the supervisor knows. It is never changed: each decision makes a new one that shares most of it. */
export interface House {
  readonly limits: SupervisorLimits;
  readonly ledger: Ledger;
  readonly line: WaitingLine;
  readonly restarts: Restarts;
  readonly rounds: Rounds;
  /** How long questions took to be answered lately, waiting included; undefined before the first. */
  readonly answerMs: number | undefined;
  /** One counter for everybody: an epoch is larger than all before it, without a memory per user. */
  readonly lastEpoch: Epoch;
  /**
   * The house's own time: the host's, but it stands still where the host's clock is set back. Due times are
   * kept in it, so that a clock set back by a day does not make anybody wait a day longer.
   */
  readonly now: number;
  /** What the host's clock last said. */
  readonly hostAt: number;
  /** The wake that the host was last asked for, on the host's clock. */
  readonly wakeAt: number | undefined;
}

/** What a decision comes to: the house afterwards, and what its host has to do, in this order. */
interface Decision {
  readonly house: House;
  readonly orders: readonly SupervisorOrder[];
}

/** A decision being made. It is the only thing that is written to, and nobody sees it before it is done. */
export interface Draft {
  house: House;
  readonly orders: SupervisorOrder[];
}

/** A rule of the house, as a pure function. */
export type Policy<Heard extends { readonly at: number }> = (
  house: House,
  heard: Heard,
) => Decision;

/** An empty house. Epochs start above `lastEpoch`. */
export const openHouse = (limits: SupervisorLimits, lastEpoch: Epoch): House => ({
  limits,
  ledger: EMPTY_LEDGER,
  line: EMPTY_LINE,
  restarts: NO_RESTARTS,
  rounds: NO_ROUNDS,
  answerMs: undefined,
  lastEpoch,
  now: 0,
  hostAt: 0,
  wakeAt: undefined,
});

/** Makes a policy of steps that write to a draft. */
export const policy =
  <Heard extends { readonly at: number }>(
    steps: (draft: Draft, heard: Heard) => void,
  ): Policy<Heard> =>
  (house, heard) => {
    const now = house.now + Math.max(0, heard.at - house.hostAt);
    const draft: Draft = { house: { ...house, now, hostAt: heard.at }, orders: [] };
    steps(draft, heard);
    return draft;
  };

/** Writes to the house of a draft. */
export function note(draft: Draft, changes: Partial<House>): void {
  draft.house = { ...draft.house, ...changes };
}

/** The end of questions that are not with a team. */
export function refuseAll(draft: Draft, asked: readonly Outstanding[], refusal: Refusal): void {
  for (const { question } of asked) draft.orders.push({ type: 'host.refused', question, refusal });
}
