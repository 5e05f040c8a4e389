import type { Usage } from '../../machines/conversation.ts';
import { tokensOf } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/thrown.ts';
import { type Patience, within } from './waiting.ts';

const DAY_MS = 86_400_000;

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

export interface ReserveRequest {
  readonly userId: UserId;
  /** The most the call can cost. */
  readonly estimate: Spent;
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'refused'; readonly whose: 'user' | 'house'; readonly untilMs: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Money put aside for one call. Settled exactly once. */
export interface Reservation {
  readonly estimate: Spent;
  /** The wallet's own: where it is held. */
  readonly accounts: readonly Account[];
}

/**
 * Budgets by reserve-then-settle: a day's spending exceeds a budget by one call at most, because a call
 * that might exceed it is let through only when no other is under way on the same account.
 */
export interface Wallet {
  /** Waits for calls under way when only what they hold is in the way; refuses when the day's budget is spent. */
  reserve(
    request: ReserveRequest,
    options: { readonly signal: AbortSignal; readonly waitMs: number },
  ): Promise<Reserved>;
  /** What the call really cost. */
  settle(reservation: Reservation, usage: Usage): void;
  /** The call was not made. */
  release(reservation: Reservation): void;
}

/** One budget on one day. */
interface Account {
  /** Whose it is; nobody's in particular: the house's. */
  readonly userId: UserId | undefined;
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

export function createWallet(options: WalletOptions): Wallet {
  const { clock } = options;
  const book = createBook(options);

  /** What can be said at once, or the account on which others hold what is missing. */
  const decide = (accounts: readonly Account[], estimate: Spent): Reserved | Account => {
    const verdicts = accounts.map((account) => judge(account, estimate));
    const spent = accounts[verdicts.indexOf('spent')];
    if (spent !== undefined) {
      const whose = spent.userId === undefined ? 'house' : 'user';
      return { kind: 'refused', whose, untilMs: endOfDay(clock.now()) };
    }
    const busy = accounts[verdicts.indexOf('held')];
    if (busy !== undefined) return busy;
    for (const account of accounts) hold(account, estimate, 1);
    return { kind: 'reserved', reservation: { estimate, accounts } };
  };

  return {
    async reserve({ userId, estimate }, { signal, waitMs }) {
      const giveUpAt = clock.now() + waitMs;
      for (;;) {
        const patience = { signal, ms: Math.max(giveUpAt - clock.now(), 0), clock };
        const accounts = book.accountsOf(userId);
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

function letGo({ estimate, accounts }: Reservation): void {
  for (const account of accounts) {
    hold(account, estimate, -1);
    for (const wake of account.waiting) wake();
  }
}

/** The accounts of today. Those of yesterday live on only in reservations still under way. */
function createBook({ limits, load, clock, refreshAfterMs = 60_000 }: WalletOptions) {
  let today = '';
  const known = new Map<UserId | undefined, Account>();

  const open = (userId: UserId | undefined, budget: Budget): Account => {
    const account = known.get(userId) ?? newAccount({ userId, day: today, budget });
    known.set(userId, account);
    return account;
  };
  const loadInto = async (account: Account): Promise<void> => {
    try {
      const stored = await load(account.userId, account.day);
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
    accountsOf(userId: UserId): readonly Account[] {
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      if (day !== today) known.clear();
      today = day;
      const accounts: Account[] = [];
      if (limits.user !== undefined) accounts.push(open(userId, limits.user));
      if (limits.house !== undefined) accounts.push(open(undefined, limits.house));
      return accounts;
    },
    async refresh(accounts: readonly Account[], patience: Patience): Promise<Failure | undefined> {
      for (const account of accounts) {
        if (clock.now() - account.loadedAt < refreshAfterMs) continue;
        account.loading ??= loadInto(account);
        const problem = await loaded(account.loading, patience);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

function newAccount(given: Pick<Account, 'userId' | 'day' | 'budget'>): Account {
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

function judge({ budget, spent, held, underWay }: Account, estimate: Spent) {
  const isSpent = (unit: keyof Spent): boolean => spent[unit] >= (budget[unit] ?? Infinity);
  const isFull = (unit: keyof Spent): boolean =>
    spent[unit] + held[unit] + estimate[unit] > (budget[unit] ?? Infinity);
  if (isSpent('tokens') || isSpent('costMicroUsd')) return 'spent';
  return underWay > 0 && (isFull('tokens') || isFull('costMicroUsd')) ? 'held' : 'free';
}

function hold(account: Account, { tokens, costMicroUsd }: Spent, sign: 1 | -1): void {
  account.underWay += sign;
  account.held = {
    tokens: account.held.tokens + sign * tokens,
    costMicroUsd: account.held.costMicroUsd + sign * costMicroUsd,
  };
}

const endOfDay = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;
