import type { DiscordConfig } from './config/discord.ts';
import { awayNote } from './discord/answer/reply.ts';
import { DISCORD } from './discord/house.ts';
import { heardBefore } from './heard-before.ts';
import { endLapsed } from './house-store.ts';
import type { Lapse } from './runtime/dispatcher.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';

/** The note is the one of those who wrote while we were away: one for each channel. */
export function lapseOf(
  { maxAgeMs }: DiscordConfig,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  posted: () => void,
): Lapse {
  const heard = heardBefore(store.gateways, DISCORD);
  return async (question) => {
    if (clock.now() - question.at <= maxAgeMs) return false;
    const before = await heard();
    if (before.kind === 'failed') return false;
    const late = awayNote(question, before.progress?.position ?? 0);
    if (late === undefined || !(await endLapsed(store, question, late))) return false;
    posted();
    return true;
  };
}
