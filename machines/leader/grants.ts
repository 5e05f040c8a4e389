import type { MemberSlot } from '../member/member.protocol.ts';
import type { Delegation } from './delegation.ts';

/** What somebody who works for a leader may use up: set aside when the work begins, and counted as it was when it ends. */
export interface Grant {
  readonly tokens: number;
  /** Of a nested team: to its members. */
  readonly delegations: number;
}

/** What is set aside at present, by the place of those who are at work. */
export type Grants = Readonly<Partial<Record<MemberSlot, Grant>>>;

/** Shares what is left among those who are about to begin. Whoever has a stand-in leaves a delegation for it. */
export function granted(left: Grant, starting: readonly Delegation[]): Grants {
  const teams = starting.filter(({ member }) => member.team !== undefined).length;
  const standIns = starting.filter((one) => mayHaveStandIn(one)).length;
  const tokens = Math.max(1, shareOf(left.tokens, starting.length));
  const delegations = shareOf(left.delegations - standIns, teams);
  return Object.fromEntries(
    starting.map(({ slot, member }) => [
      slot,
      { tokens, delegations: member.team === undefined ? 0 : delegations },
    ]),
  );
}

const mayHaveStandIn = ({ member, standsInFor }: Delegation): boolean =>
  member.standIn !== undefined && standsInFor === undefined;

const shareOf = (left: number, many: number): number =>
  many === 0 ? 0 : Math.max(0, Math.floor(left / many));

const all = (grants: Grants): readonly Grant[] => Object.values(grants);

export const tokensIn = (grants: Grants): number =>
  all(grants).reduce((sum, { tokens }) => sum + tokens, 0);

export const delegationsIn = (grants: Grants): number =>
  all(grants).reduce((sum, { delegations }) => sum + delegations, 0);

/** What is left set aside when the one in this place has reported. */
export const settled = (grants: Grants, slot: MemberSlot): Grants => {
  const { [slot]: _used, ...rest } = grants;
  return rest;
};
