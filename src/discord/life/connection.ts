import { type Client, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { Pauses } from '../../shared/pauses.ts';
import type { Secret } from '../../shared/secret.ts';
import { messageOf } from '../../shared/thrown.ts';
import { createClient } from '../client.ts';
import { type Deafness, watchHearing } from './hearing.ts';
import type { Starts } from './starts.ts';

export interface ConnectionOptions {
  readonly token: Secret;
  readonly apiUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly starts: Starts;
  readonly deafness: Deafness;
  /** Called with each client before it connects: the place to listen. */
  readonly onClient: (client: Client) => void;
  /** Discord does not take the token any more: nothing will come of trying again. */
  readonly onRefused: (error: Error) => void;
}

/** Closes that a client does not recover from: the token is wrong, or an intent is not granted. */
const AUTHENTICATION_FAILED = 4_004;
const DISALLOWED_INTENTS = 4_014;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** Our connection to the gateway: connects again whatever happens to it, with a new client where that is needed. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #pauses: Pauses;
  #client: Client | undefined;
  #stopWatching: () => void = () => {};
  #connecting: Promise<void> | undefined;
  #isClosed = false;
  /** False once Discord has refused the intent: messages that are not addressed to us have no words. */
  hasContent = true;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#pauses = new Pauses(options.clock);
  }

  /** Undefined as long as none is connected. */
  get client(): Client | undefined {
    return this.#client;
  }

  /**
   * Resolves when we hear, or when it will take a while: then it is tried on. Rejects when Discord does not take the
   * token.
   */
  async open(): Promise<void> {
    const pauseMs = await this.#options.starts.next(this.#options.clock.now());
    if (pauseMs > 0) {
      this.#options.log.warn('discord.waits_to_identify', { pauseMs });
      this.#connectLater(pauseMs);
      return;
    }
    const failed = await this.#attempt();
    if (failed === undefined) return;
    if (isRefusal(failed)) throw tokenRefused();
    this.#connectLater(FIRST_PAUSE_MS);
  }

  /** Hears nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    this.#pauses.end();
    await this.#connecting;
    await this.#client?.destroy();
  }

  #connectLater(pauseMs: number): void {
    if (this.#isClosed) return;
    this.#connecting ??= this.#connectOn(pauseMs).finally(() => {
      this.#connecting = undefined;
    });
  }

  async #connectOn(firstPauseMs: number): Promise<void> {
    const { clock, onRefused, starts } = this.#options;
    let pauseMs = firstPauseMs;
    while (!this.#isClosed) {
      await this.#pauses.wait(pauseMs);
      if (this.#isClosed) return;
      const failed = await this.#attempt();
      if (failed === undefined) return;
      if (isRefusal(failed)) return onRefused(tokenRefused());
      const asked = await starts.next(clock.now());
      pauseMs = Math.max(asked, Math.min(LONGEST_PAUSE_MS, pauseMs * 2));
    }
  }

  /** With a new client, since one that has given up cannot begin again. */
  async #attempt(): Promise<unknown> {
    const { apiUrl, log, onClient, token } = this.#options;
    this.#stopWatching();
    await this.#client?.destroy();
    const client = createClient({ apiUrl, withContent: this.hasContent });
    this.#client = client;
    client.on(Events.Error, (error) => log.error('discord.error', { why: messageOf(error) }));
    client.on(Events.ShardError, (error) =>
      log.warn('discord.shard_error', { why: messageOf(error) }),
    );
    onClient(client);
    let closedWith: number | undefined;
    client.on(Events.ShardDisconnect, ({ code }) => {
      closedWith = code;
      if (client.isReady()) this.#lost(code);
    });
    try {
      await client.login(token.reveal());
    } catch (error) {
      if (closedWith === DISALLOWED_INTENTS && this.hasContent) {
        this.hasContent = false;
        log.warn('discord.without_message_content', { remedy: CONTENT_REMEDY });
        return await this.#attempt();
      }
      if (closedWith !== AUTHENTICATION_FAILED && !isRefusal(error))
        log.warn('discord.not_connected', { why: messageOf(error) });
      return closedWith === AUTHENTICATION_FAILED ? tokenRefused() : error;
    }
    await untilReady(client, this.#pauses);
    this.#stopWatching = this.#watch(client);
    return undefined;
  }

  /** A client that was ready will not come back by itself after such a close. */
  #lost(code: number): void {
    if (code === AUTHENTICATION_FAILED) this.#options.onRefused(tokenRefused());
    else this.#connectLater(FIRST_PAUSE_MS);
  }

  #watch(client: Client): () => void {
    const { clock, deafness, log } = this.#options;
    return watchHearing(client, {
      clock,
      deafness,
      onDeaf: (silentMs) => {
        log.warn('discord.deaf', { silentMs });
        this.#connectLater(FIRST_PAUSE_MS);
      },
    });
  }
}

const CONTENT_REMEDY =
  'Mentions, replies that mention, direct messages and commands still work. For the prefix, grant the Message Content intent to the bot in the developer portal.';

function untilReady(client: Client, pauses: Pauses): Promise<void> {
  if (client.isReady()) return Promise.resolve();
  const ready = new Promise<void>((resolve) => {
    client.once(Events.ClientReady, () => resolve());
  });
  return Promise.race([ready, pauses.wait(READY_WITHIN_MS)]);
}

/** discord.js itself waits 15 seconds for servers that are away. */
const READY_WITHIN_MS = 20_000;

class TokenRefused extends Error {}

/** What an operator is told of a token that is not good. */
export const tokenRefused = (): Error =>
  new TokenRefused(
    'Discord did not accept DISCORD_TOKEN. Copy the token of the bot from the developer portal, or leave it out.',
  );

const isRefusal = (error: unknown): boolean =>
  error instanceof TokenRefused ||
  (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid);
