import type { Inbox, Unfinished } from '../../src/runtime/dispatcher.ts';

/** An inbox in which an earlier life has left these, or others leave them later: each can be claimed once, the oldest first. */
export function claimsOf(unfinished: readonly Unfinished[]): Inbox['claim'] {
  const taken = new Set<Unfinished>();
  return ({ limit, userId }) => {
    const questions = unfinished
      .filter((one) => !taken.has(one))
      .filter(({ question }) => userId === undefined || question.userId === userId)
      .slice(0, limit);
    for (const one of questions) taken.add(one);
    return Promise.resolve({ kind: 'claimed', questions });
  };
}
