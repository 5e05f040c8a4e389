import type { MemberSlot } from '../member/member.protocol.ts';
import { type Delegation, repliesOf } from './delegation.ts';

/** What somebody who works for a leader may use up: set aside when the work begins, and counted as it was when it ends. */
export interface Grant {
  /** Once they are spent, no further model call is made. */
  readonly tokens: number;
  /** Set aside beside them for the reply that goes beyond: of those who work side by side, each may be at its last one. */
  readonly lastReply: number;
  /** Of a nested team: to its members. */
  readonly delegations: number;
}

/** What is set aside at present, by the place of those who are at work. */
export type Grants = Readonly<Partial<Record<MemberSlot, Grant>>>;

/** What is set aside for those who work for a leader, and for its own tools. */
export interface AtWork {
  readonly grants: Grants;
  /** Tokens that the tools may spend; 0 when they are not at work. */
  readonly purse: number;
}

/** What a leader has left. */
export type Rest = Pick<Grant, 'tokens' | 'delegations'>;

/** Shares what is left among those who are about to begin, beside what works. Whoever has a stand-in leaves a delegation for it. */
export function granted(left: Rest, starting: readonly Delegation[], working: AtWork): Grants {
  const teams = starting.filter(({ member }) => member.team !== undefined).length;
  const standIns = starting.filter((one) => mayHaveStandIn(one)).length;
  const isAlone = starting.length === 1 && isNobody(working);
  const replies = isAlone ? 0 : repliesOf(starting);
  const tokens = Math.max(1, shareOf(left.tokens - replies, starting.length));
  const delegations = shareOf(left.delegations - standIns, teams);
  return Object.fromEntries(
    starting.map(({ slot, member }) => [
      slot,
      {
        tokens,
        lastReply: isAlone ? 0 : member.maxOutputTokens,
        delegations: member.team === undefined ? 0 : delegations,
      },
    ]),
  );
}

/** What a leader's own tools may spend while these work: as much as each of them, or all that is left. */
export const purseBeside = (left: Rest, starting: readonly Delegation[]): number =>
  shareOf(left.tokens - repliesOf(starting), starting.length + 1);

const mayHaveStandIn = ({ member, standsInFor }: Delegation): boolean =>
  member.standIn !== undefined && standsInFor === undefined;

const shareOf = (left: number, many: number): number =>
  many === 0 ? 0 : Math.max(0, Math.floor(left / many));

/** True when nobody is at work, and no tool. */
export const isNobody = ({ grants, purse }: AtWork): boolean =>
  purse === 0 && Object.keys(grants).length === 0;

const all = (grants: Grants): readonly Grant[] => Object.values(grants);

export const tokensIn = (grants: Grants): number =>
  all(grants).reduce((sum, { tokens, lastReply }) => sum + tokens + lastReply, 0);

export const delegationsIn = (grants: Grants): number =>
  all(grants).reduce((sum, { delegations }) => sum + delegations, 0);

/** What is left set aside when the one in this place has reported. */
export const settled = (grants: Grants, slot: MemberSlot): Grants => {
  const { [slot]: _used, ...rest } = grants;
  return rest;
};
