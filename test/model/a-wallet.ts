import type { Usage } from '../../machines/conversation.ts';
import { UserId } from '../../machines/ids.ts';
import type { Spent, WalletOptions } from '../../src/model/accounts.ts';
import { createWallet, type Reserved } from '../../src/model/wallet.ts';
import { simulatedClock } from '../../src/testing/clock.ts';

export const ADA = UserId('ada');
export const BOB = UserId('bob');
export const NOTHING: Spent = { tokens: 0, costMicroUsd: 0 };
const NEVER = new AbortController().signal;

export const used = (tokens: number): Usage => ({
  calls: 1,
  promptTokens: tokens,
  completionTokens: 0,
  cachedTokens: 0,
  costMicroUsd: tokens,
});

/** A wallet on a clock of its own, with 1,000 tokens a day for each user unless told otherwise. */
export function aWallet(options: Partial<WalletOptions> = {}) {
  const clock = simulatedClock();
  const wallet = createWallet({
    limits: { user: { tokens: 1_000 } },
    load: () => Promise.resolve(NOTHING),
    clock,
    ...options,
  });
  const reserve = (tokens: number, userId = ADA, signal = NEVER): Promise<Reserved> => {
    const estimate = { tokens, costMicroUsd: tokens };
    return wallet.reserve({ userId, estimate }, { signal, waitMs: 60_000 });
  };
  const spend = async (tokens: number, userId = ADA): Promise<Reserved> => {
    const reserved = await reserve(tokens, userId);
    if (reserved.kind === 'reserved') wallet.settle(reserved.reservation, used(tokens));
    return reserved;
  };
  return { wallet, clock, reserve, spend };
}
