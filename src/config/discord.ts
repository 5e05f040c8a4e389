import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** A bot account on Discord (docs/discord.md). */
export interface DiscordConfig {
  readonly token: Secret;
  /** The root of Discord's API; left out: the real one. */
  readonly apiUrl: string | undefined;
  /** What a message begins with that is meant for the team. */
  readonly prefix: string;
  /** Messages of the channel that the leader is shown. */
  readonly contextMessages: number;
  /** Ids of bots and webhooks that are answered. */
  readonly allowedBots: ReadonlySet<string>;
  /** Messages that a start may read of a channel for the archive, in each direction; 0: none. */
  readonly syncLimit: number;
  /** Messages written while we were away that are older get a note instead of an answer. */
  readonly maxAgeMs: number;
}

export function readDiscord(reader: EnvReader): { readonly discord?: DiscordConfig } {
  const token = reader.secret('DISCORD_TOKEN');
  const discord = {
    apiUrl: readApiUrl(reader),
    prefix: readPrefix(reader),
    contextMessages: reader.whole('TEAM_LEADER_CONTEXT_LIMIT', 50, { min: 0, max: 100 }),
    allowedBots: readBots(reader),
    syncLimit: reader.whole('MESSAGE_SYNC_LIMIT', 1_000, { min: 0, max: 1_000_000 }),
    maxAgeMs: reader.whole('DISCORD_MAX_AGE_MINUTES', 15, { min: 1, max: 1_440 }) * 60_000,
  };
  return token === undefined ? {} : { discord: { token, ...discord } };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The token goes there with every request: in clear to this machine only. */
function readApiUrl(reader: EnvReader): string | undefined {
  const url = reader.url('DISCORD_API_URL');
  if (url === undefined) return undefined;
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !LOOPBACK.test(hostname)) {
    reader.problems.push('DISCORD_API_URL must begin with https:// unless it is this machine.');
    return undefined;
  }
  return url.replace(/\/+$/, '');
}

const MAX_PREFIX_CHARS = 10;

function readPrefix(reader: EnvReader): string {
  const prefix = reader.text('DISCORD_PREFIX') ?? '!';
  if (prefix.length > MAX_PREFIX_CHARS)
    reader.problems.push(`DISCORD_PREFIX has at most ${MAX_PREFIX_CHARS} characters.`);
  return prefix;
}

function readBots(reader: EnvReader): ReadonlySet<string> {
  const ids = reader.list('DISCORD_ALLOWED_BOTS');
  for (const id of ids.filter((one) => !/^\d{15,21}$/.test(one)))
    reader.problems.push(`DISCORD_ALLOWED_BOTS must be ids of 15 to 21 digits, got "${id}".`);
  return new Set(ids);
}
