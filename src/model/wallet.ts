import type { Usage } from '../../machines/conversation.ts';
import { tokensOf } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Purse } from '../../machines/ports.ts';
import {
  type Account,
  createBook,
  hold,
  judge,
  type Owner,
  type Spent,
  type WalletOptions,
} from './accounts.ts';
import type { EndSignal } from './call-end.ts';
import { type Patience, within } from './waiting.ts';

const DAY_MS = 86_400_000;

export interface ReserveRequest {
  readonly userId: UserId;
  /** Paid from, too. */
  readonly purse?: Purse | undefined;
  /** The most the call can cost. */
  readonly estimate: Spent;
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | Refused
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A purse is not filled again; a budget is, at the end of the day. */
export type Refused =
  | { readonly kind: 'refused'; readonly whose: 'user' | 'house'; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly whose: 'purse' };

/** Money put aside for one call. Settled exactly once. */
export interface Reservation {
  readonly estimate: Spent;
  /** The wallet's own: where it is held. */
  readonly accounts: readonly Account[];
}

/**
 * Budgets by reserve-then-settle: a day's spending, and that from a purse, exceeds it by one call at most, because a call
 * that might exceed it is let through only when no other is under way on the same account.
 */
export interface Wallet {
  /** Waits for calls under way when only what they hold is in the way; refuses when the day's budget is spent. */
  reserve(
    request: ReserveRequest,
    options: { readonly signal: EndSignal; readonly waitMs: number },
  ): Promise<Reserved>;
  /** What the call really cost. */
  settle(reservation: Reservation, usage: Usage): void;
  /** The call was not made. */
  release(reservation: Reservation): void;
}

export function createWallet(options: WalletOptions): Wallet {
  const { clock } = options;
  const book = createBook(options);

  /** What can be said at once, or the account on which others hold what is missing. */
  const decide = (accounts: readonly Account[], estimate: Spent): Reserved | Account => {
    const verdicts = accounts.map((account) => judge(account, estimate));
    const spent = accounts[verdicts.indexOf('spent')];
    if (spent !== undefined) return refusal(spent.owner, clock.now());
    const busy = accounts[verdicts.indexOf('held')];
    if (busy !== undefined) return busy;
    for (const account of accounts) hold(account, estimate, 1);
    return { kind: 'reserved', reservation: { estimate, accounts } };
  };

  return {
    async reserve({ userId, purse, estimate }, { signal, waitMs }) {
      const giveUpAt = clock.now() + waitMs;
      for (;;) {
        const patience = { signal, ms: Math.max(giveUpAt - clock.now(), 0), clock };
        const accounts = book.accountsOf(userId, purse);
        const unread = await book.refresh(accounts, patience);
        if (unread !== undefined) return { kind: 'failed', failure: unread };
        const decided = decide(accounts, estimate);
        if ('kind' in decided) return decided;
        const impatient = await nextSettlement(decided, patience);
        if (impatient !== undefined) return { kind: 'failed', failure: impatient };
      }
    },

    settle(reservation, usage) {
      for (const account of reservation.accounts) {
        const { tokens, costMicroUsd } = account.spent;
        account.spent = {
          tokens: tokens + tokensOf(usage),
          costMicroUsd: costMicroUsd + usage.costMicroUsd,
        };
      }
      letGo(reservation);
    },
    release: letGo,
  };
}

const refusal = (owner: Owner, now: number): Refused =>
  owner === 'purse'
    ? { kind: 'refused', whose: owner }
    : { kind: 'refused', whose: owner === 'house' ? owner : 'user', untilMs: endOfDay(now) };

function letGo({ estimate, accounts }: Reservation): void {
  for (const account of accounts) {
    hold(account, estimate, -1);
    for (const wake of account.waiting) wake();
  }
}

async function nextSettlement(account: Account, patience: Patience): Promise<Failure | undefined> {
  let wake = (): void => {};
  const settled = new Promise<void>((resolve) => {
    wake = resolve;
  });
  account.waiting.add(wake);
  const waited = await within(settled, patience);
  account.waiting.delete(wake);
  if (waited.kind === 'value') return undefined;
  if (waited.kind === 'aborted') return failure('aborted', 'Aborted while waiting for budget.');
  return failure('timeout', `Other calls held the rest of the budget for ${patience.ms} ms.`);
}

const endOfDay = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;
