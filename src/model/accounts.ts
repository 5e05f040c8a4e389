import { type Failure, failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Purse } from '../../machines/ports.ts';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/thrown.ts';
import { type Patience, within } from './waiting.ts';

/** What was spent on one day (UTC). */
export interface Spent {
  readonly tokens: number;
  readonly costMicroUsd: number;
}

/** The most that may be spent on one day (UTC); what is left out is not limited. */
export interface Budget {
  readonly tokens?: number;
  readonly costMicroUsd?: number;
}

export interface WalletOptions {
  readonly limits: {
    /** Of each user. */
    readonly user?: Budget;
    /** Of all users together. */
    readonly house?: Budget;
  };
  /** What the store knows of a user's spending on a day (`2026-11-24`); without a user, of everybody's. */
  readonly load: (userId: UserId | undefined, day: string) => Promise<Spent>;
  /** How old loaded figures may be before they are loaded again, for what other processes spend. */
  readonly refreshAfterMs?: number;
  readonly clock: Clock;
}

/** One budget on one day, or one purse. */
export interface Account {
  readonly owner: Owner;
  readonly day: string;
  readonly budget: Budget;
  spent: Spent;
  held: Spent;
  underWay: number;
  loadedAt: number;
  loading: Promise<void> | undefined;
  /** Woken, all of them, whenever a reservation is settled. */
  readonly waiting: Set<() => void>;
}

/** A user, the house, or the purse that it is. */
export type Owner = { readonly userId: UserId } | 'house' | 'purse';

/** The accounts of today. Those of yesterday live on only in reservations still under way. */
export function createBook({ limits, load, clock, refreshAfterMs = 60_000 }: WalletOptions) {
  let today = '';
  const known = new Map<UserId | undefined, Account>();
  const purses = new WeakMap<Purse, Account>();

  const open = (userId: UserId | undefined, budget: Budget): Account => {
    const owner = userId === undefined ? 'house' : { userId };
    const account = known.get(userId) ?? newAccount({ owner, day: today, budget });
    known.set(userId, account);
    return account;
  };
  /** Nobody else knows of it: what was taken from it is counted here alone. */
  const openPurse = (purse: Purse): Account => {
    const account = purses.get(purse) ?? newAccount({ owner: 'purse', day: today, budget: purse });
    purses.set(purse, account);
    return account;
  };
  const loadInto = async (account: Account): Promise<void> => {
    try {
      const { owner, day } = account;
      const stored = await load(typeof owner === 'string' ? undefined : owner.userId, day);
      // Either side may know of calls that the other has not heard of yet; both only grow.
      account.spent = {
        tokens: Math.max(account.spent.tokens, stored.tokens),
        costMicroUsd: Math.max(account.spent.costMicroUsd, stored.costMicroUsd),
      };
      account.loadedAt = clock.now();
    } finally {
      account.loading = undefined;
    }
  };

  return {
    accountsOf(userId: UserId, purse: Purse | undefined): readonly Account[] {
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      if (day !== today) known.clear();
      today = day;
      const accounts: Account[] = purse === undefined ? [] : [openPurse(purse)];
      if (limits.user !== undefined) accounts.push(open(userId, limits.user));
      if (limits.house !== undefined) accounts.push(open(undefined, limits.house));
      return accounts;
    },
    async refresh(accounts: readonly Account[], patience: Patience): Promise<Failure | undefined> {
      for (const account of accounts) {
        if (account.owner === 'purse') continue;
        if (clock.now() - account.loadedAt < refreshAfterMs) continue;
        account.loading ??= loadInto(account);
        const problem = await loaded(account.loading, patience);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

function newAccount(given: Pick<Account, 'owner' | 'day' | 'budget'>): Account {
  return {
    ...given,
    spent: { tokens: 0, costMicroUsd: 0 },
    held: { tokens: 0, costMicroUsd: 0 },
    underWay: 0,
    loadedAt: Number.NEGATIVE_INFINITY,
    loading: undefined,
    waiting: new Set(),
  };
}

/** Without the day's figures nothing is spent: the budget could not be kept. */
async function loaded(loading: Promise<void>, patience: Patience): Promise<Failure | undefined> {
  try {
    const waited = await within(loading, patience);
    if (waited.kind === 'value') return undefined;
    if (waited.kind === 'aborted') return failure('aborted', 'Aborted while the budget was read.');
    return failure('timeout', `The day's spending could not be read within ${patience.ms} ms.`);
  } catch (error) {
    const why = messageOf(error);
    return failure('storage', `The day's spending could not be read: ${why}`);
  }
}

/** What the account says to one more call: `held`, when only what others hold is in its way. */
export function judge({ budget, spent, held, underWay }: Account, estimate: Spent) {
  const isSpent = (unit: keyof Spent): boolean => spent[unit] >= (budget[unit] ?? Infinity);
  const isFull = (unit: keyof Spent): boolean =>
    spent[unit] + held[unit] + estimate[unit] > (budget[unit] ?? Infinity);
  if (isSpent('tokens') || isSpent('costMicroUsd')) return 'spent';
  return underWay > 0 && (isFull('tokens') || isFull('costMicroUsd')) ? 'held' : 'free';
}

export function hold(account: Account, { tokens, costMicroUsd }: Spent, sign: 1 | -1): void {
  account.underWay += sign;
  account.held = {
    tokens: account.held.tokens + sign * tokens,
    costMicroUsd: account.held.costMicroUsd + sign * costMicroUsd,
  };
}
