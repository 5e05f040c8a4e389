import type { UserId } from '../../../machines/ids.ts';
import type { Clock } from '../../shared/clock.ts';
import { type PlaceSettings, readSettings } from './settings.ts';

/** Where settings are kept. Rejects when the store is away. */
export interface SettingsStore {
  settings(placeId: string): Promise<unknown>;
  set(placeId: string, change: { readonly settings: object; readonly by: UserId }): Promise<void>;
}

/** Another process may have changed what is set: it is read again after so long. */
const FRESH_MS = 30_000;
const MAX_PLACES = 10_000;

/** What is set for places, read once in a while: every message needs it. */
export class SettingsBook {
  readonly #store: SettingsStore;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly settings: PlaceSettings; readonly at: number }>();

  constructor(store: SettingsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Rejects when the store is away and nothing fresh is known. */
  async of(placeId: string): Promise<PlaceSettings> {
    const known = this.#known.get(placeId);
    if (known !== undefined && this.#clock.now() - known.at < FRESH_MS) return known.settings;
    const settings = readSettings(await this.#store.settings(placeId));
    this.#keep(placeId, settings);
    return settings;
  }

  async set(placeId: string, settings: PlaceSettings, by: UserId): Promise<void> {
    await this.#store.set(placeId, { settings, by });
    this.#keep(placeId, settings);
  }

  #keep(placeId: string, settings: PlaceSettings): void {
    if (this.#known.size >= MAX_PLACES) this.#known.clear();
    this.#known.set(placeId, { settings, at: this.#clock.now() });
  }
}
