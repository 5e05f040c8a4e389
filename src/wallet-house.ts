import type { Config } from './config.ts';
import { createWallet, type Wallet } from './model/wallet.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';

/** What users may spend, and what the store knows of what they have spent. */
export function walletOf({ userTokensPerDay }: Config, store: Store, clock: Clock): Wallet {
  return createWallet({
    limits: userTokensPerDay === 0 ? {} : { user: { tokens: userTokensPerDay } },
    // Without a budget for the whole house, nobody asks what all users together have spent.
    load: async (userId, day) =>
      userId === undefined ? { tokens: 0, costMicroUsd: 0 } : store.spend.load(userId, day),
    clock,
  });
}
