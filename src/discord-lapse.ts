import type { DiscordConfig } from './config/discord.ts';
import { awayNote } from './discord/answer/reply.ts';
import { DISCORD } from './discord/house.ts';
import { endLapsed } from './house-store.ts';
import type { Lapse } from './runtime/dispatcher.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';

/** The note is the one of those who wrote while we were away: one for each channel. */
export function lapseOf(
  { maxAgeMs }: DiscordConfig,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  posted: () => void,
): Lapse {
  // As it is read for what was missed: what comes in this life moves it on.
  const away = store.gateways.read(DISCORD).catch(failureOf);
  return async (question) => {
    const since = await away;
    if (since !== undefined && 'kind' in since) return false;
    if (clock.now() - question.at <= maxAgeMs) return false;
    const late = awayNote(question, since?.position ?? 0);
    if (late === undefined || !(await endLapsed(store, question, late))) return false;
    posted();
    return true;
  };
}
