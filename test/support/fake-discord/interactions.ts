import { isRecord } from '../../../src/shared/parse.ts';
import { readPost } from './checks.ts';
import {
  ApiError,
  type Attachment,
  type Channel,
  type Message,
  type Metadata,
  type User,
} from './objects.ts';
import type { World } from './world.ts';

const FIRST_ANSWER_MS = 3_000;
const TOKEN_MS = 15 * 60_000;
const EPHEMERAL = 64;

/** Something that somebody has clicked or called, and what the bot has made of it. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly at: number;
  readonly user: User;
  readonly channel: Channel;
  /** The type of the first answer; undefined as long as there is none. */
  answeredBy: number | undefined;
  /** What the first answer says, or will say once it was deferred. */
  original: Message | undefined;
  readonly followUps: Message[];
  readonly source: Message | undefined;
}

export interface Clicked {
  readonly type: number;
  readonly by: User;
  readonly in: Channel;
  readonly data: object;
  readonly message?: Message;
  readonly locale?: string;
}

/** Interactions with their clocks: three seconds for the first answer, a quarter of an hour for the rest. */
export class Interactions {
  readonly #world: World;
  readonly #byToken = new Map<string, Interaction>();

  constructor(world: World) {
    this.#world = world;
  }

  start({ type, by, in: channel, data, message, locale = 'en-US' }: Clicked): Interaction {
    const world = this.#world;
    const id = world.ids.next();
    const interaction: Interaction = {
      id,
      token: `token-of-${id}`,
      at: world.now(),
      user: by,
      channel,
      answeredBy: undefined,
      original: undefined,
      followUps: [],
      source: message,
    };
    this.#byToken.set(interaction.token, interaction);
    const guild = channel.guild_id === undefined ? undefined : world.guilds.get(channel.guild_id);
    const member = guild?.members.get(by.id);
    const shared = {
      id,
      application_id: world.bot.id,
      type,
      token: interaction.token,
      version: 1,
      data,
      channel_id: channel.id,
      channel,
      locale,
      entitlements: [],
      authorizing_integration_owners: {},
      context: guild === undefined ? 1 : 0,
      app_permissions: String(world.permissions(world.bot, channel)),
      attachment_size_limit: 10_485_760,
      ...(message === undefined ? {} : { message }),
    };
    const asked =
      guild === undefined || member === undefined
        ? { ...shared, user: by }
        : {
            ...shared,
            guild_id: guild.id,
            guild_locale: 'en-US',
            guild: { id: guild.id, locale: 'en-US', features: [] },
            member: { ...member, permissions: String(world.permissions(by, channel)), flags: 0 },
          };
    world.onEvent('INTERACTION_CREATE', asked, undefined);
    return interaction;
  }

  /** The first answer. */
  answer(id: string, token: string, body: unknown): Message | undefined {
    const found = this.#byToken.get(token);
    if (found?.id !== id || this.#world.now() - found.at > FIRST_ANSWER_MS)
      throw new ApiError(404, 10_062, 'Unknown interaction');
    if (found.answeredBy !== undefined)
      throw new ApiError(400, 40_060, 'Interaction has already been acknowledged.');
    if (!isRecord(body) || typeof body['type'] !== 'number')
      throw new ApiError(400, 50_035, 'Invalid Form Body');
    const { type, data } = body;
    found.answeredBy = type;
    if (type === 4) found.original = this.#say(found, data, []);
    if (type === 5) found.original = this.#placeholder(found, data);
    if (type === 7 && found.source !== undefined)
      this.#world.edit(found.source, readPost(data ?? {}));
    return found.original;
  }

  /** What stands there until a deferred answer is given: "Troupe is thinking…". */
  #placeholder(found: Interaction, data: unknown): Message {
    const world = this.#world;
    const flags = isRecord(data) ? Number(data['flags'] ?? 0) : 0;
    const post = { ...readPost({ content: '…' }), flags };
    const { channel } = found;
    return world.write({ by: world.bot, in: channel, post, interaction: metadataOf(found) });
  }

  #say(found: Interaction, data: unknown, attachments: readonly Attachment[]): Message {
    const { channel } = found;
    const post = readPost(data);
    const by = this.#world.bot;
    return this.#world.write({
      by,
      in: channel,
      post,
      attachments,
      interaction: metadataOf(found),
    });
  }

  followUp(token: string, body: unknown, attachments: readonly Attachment[]): Message {
    const found = this.#valid(token);
    if (found.answeredBy === undefined) throw new ApiError(404, 10_015, 'Unknown Webhook');
    const message = this.#say(found, body, attachments);
    found.followUps.push(message);
    return message;
  }

  original(token: string): Message {
    const { original, source } = this.#valid(token);
    const message = original ?? source;
    if (message === undefined) throw new ApiError(404, 10_008, 'Unknown Message');
    return message;
  }

  edit(token: string, body: unknown, attachments: readonly Attachment[] | undefined): Message {
    return this.#world.edit(this.original(token), readPost(body), attachments);
  }

  erase(token: string): void {
    const original = this.original(token);
    if ((original.flags & EPHEMERAL) === 0) this.#world.erase(original);
  }

  #valid(token: string): Interaction {
    const found = this.#byToken.get(token);
    if (found === undefined || this.#world.now() - found.at > TOKEN_MS)
      throw new ApiError(401, 50_027, 'Invalid Webhook Token');
    return found;
  }
}

const metadataOf = ({ id, user }: Interaction): Metadata => ({
  id,
  user,
  type: 2,
  authorizing_integration_owners: {},
});
