import type { Client } from 'discord.js';
import { theirId } from './discord/archive/archived-message.ts';
import type { Person } from './discord/commands/desk.ts';
import { placeAt } from './discord/intake/askers.ts';
import { modelFor } from './discord/settings/models-here.ts';
import type { PlaceSettings } from './discord/settings/settings.ts';
import type { Log } from './shared/log.ts';
import { messageOf } from './shared/thrown.ts';
import type { Store } from './store/store.ts';

/** The model for somebody's question, somewhere; undefined: the usual one. Never rejects. */
export type ModelFor = (asked: Pick<Person, 'userId' | 'channelId'>) => Promise<string | undefined>;

export interface Choosing {
  readonly store: Store;
  readonly log: Log;
  readonly client: () => Client | undefined;
  readonly settings: (place: Person['place']) => Promise<PlaceSettings>;
  readonly offered: readonly string[];
}

/** What a user has chosen, within what is set where it is asked. */
export const modelChooser =
  ({ store, log, client, settings, offered }: Choosing): ModelFor =>
  async ({ userId, channelId }) => {
    if (offered.length < 2) return undefined;
    try {
      const wish = await store.places.wishOf({ userId });
      const { model: set } = await settings(placeAt(theirId(channelId), client()));
      return modelFor({ offered, set, wish });
    } catch (error) {
      log.warn('discord.no_choice', { why: messageOf(error) });
      return undefined;
    }
  };
