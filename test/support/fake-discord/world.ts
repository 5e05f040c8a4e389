import type { PostBody } from './checks.ts';
import { Snowflakes } from './ids.ts';
import { mentionedIn, pingedBy, referring } from './mentions.ts';
import {
  ApiError,
  type Attachment,
  type Channel,
  type Guild,
  invalidForm,
  type Member,
  type Message,
  type Metadata,
  type Overwrite,
  type Role,
  type User,
  unknownChannel,
  unknownMessage,
} from './objects.ts';
import { EVERYBODY, permissionsIn, permissionsInThread } from './permissions.ts';
import { openThread } from './places.ts';

/** For how long a nonce stands for the message that it came with. */
const NONCE_MS = 3 * 60_000;

export interface Written {
  readonly by: User;
  readonly in: Channel;
  readonly post: PostBody;
  readonly attachments?: readonly Attachment[];
  readonly at?: number | undefined;
  readonly webhookId?: string | undefined;
  readonly interaction?: Metadata;
}

/** Servers, channels, people and messages, and the rules about them. Tells of what happens by `onEvent`. */
export class World {
  readonly ids: Snowflakes;
  readonly now: () => number;
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly users = new Map<string, User>();
  readonly messages = new Map<string, Message[]>();
  /** Whom each message has pinged: ids of users, of roles, `everyone`. */
  readonly pings = new Map<string, readonly string[]>();
  readonly bot: User;
  /** Who takes no direct messages: ids of users. */
  readonly closedTo = new Set<string>();
  /** Posts that were taken for ones of before, by their nonce. */
  repeated = 0;
  onEvent: (type: string, data: object, about: Message | undefined) => void = () => {};
  readonly #nonces = new Map<string, { readonly message: Message; readonly at: number }>();

  constructor(now: () => number) {
    this.now = now;
    this.ids = new Snowflakes(now);
    this.bot = this.addUser('troupe', { bot: true });
  }

  addUser(username: string, { bot = false }: { readonly bot?: boolean } = {}): User {
    const user = {
      id: this.ids.next(),
      username,
      global_name: bot ? null : username[0]?.toUpperCase() + username.slice(1),
      discriminator: '0',
      avatar: null,
      bot,
    };
    this.users.set(user.id, user);
    return user;
  }

  addGuild(name: string, owner: User): Guild {
    const id = this.ids.next();
    const guild: Guild = { id, name, owner_id: owner.id, roles: [], members: new Map() };
    this.guilds.set(id, guild);
    this.addRole(guild, { name: '@everyone', permissions: EVERYBODY, id });
    this.addMember(guild, owner);
    this.addMember(guild, this.bot);
    return guild;
  }

  addRole(guild: Guild, role: { name: string; permissions: bigint; id?: string }): Role {
    const made = {
      id: role.id ?? this.ids.next(),
      name: role.name,
      permissions: String(role.permissions),
      position: guild.roles.length,
      color: 0,
      hoist: false,
      managed: false,
      mentionable: false,
    };
    guild.roles.push(made);
    return made;
  }

  addMember(guild: Guild, user: User, roles: readonly string[] = []): Member {
    const joined_at = new Date(this.now()).toISOString();
    const member = { user, roles, nick: null, joined_at };
    guild.members.set(user.id, member);
    return member;
  }

  addChannel(guild: Guild, name: string, overwrites: readonly Overwrite[] = []): Channel {
    return this.#keep({
      id: this.ids.next(),
      type: 0,
      name,
      guild_id: guild.id,
      permission_overwrites: overwrites,
      last_message_id: null,
    });
  }

  /** The direct messages between the bot and somebody. */
  directChannel(user: User): Channel {
    const known = [...this.channels.values()].find(
      ({ type, recipients }) => type === 1 && recipients?.[0]?.id === user.id,
    );
    const id = this.ids.next();
    return known ?? this.#keep({ id, type: 1, recipients: [user], last_message_id: null });
  }

  #keep(channel: Channel): Channel {
    this.channels.set(channel.id, channel);
    this.messages.set(channel.id, []);
    return channel;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (channel === undefined) throw unknownChannel();
    return channel;
  }

  message(channelId: string, id: string): Message {
    const message = this.messages.get(channelId)?.find((one) => one.id === id);
    if (message === undefined) throw unknownMessage();
    return message;
  }

  permissions(user: User, channel: Channel): bigint {
    const guild = channel.guild_id === undefined ? undefined : this.guilds.get(channel.guild_id);
    return channel.thread_metadata === undefined
      ? permissionsIn(channel, user, guild)
      : permissionsInThread(this.channel(channel.parent_id ?? ''), user, guild);
  }

  write(written: Written): Message {
    const { by, in: channel, post, attachments = [] } = written;
    const isBlank = (post.content ?? '').trim() === '';
    if (isBlank && attachments.length === 0 && (post.embeds ?? []).length === 0)
      throw new ApiError(400, 50_006, 'Cannot send an empty message');
    const known = this.#repeated(by, channel, post);
    if (known !== undefined) return known;
    const message = this.#made(written);
    this.pings.set(message.id, pingedBy(message, post.allowedMentions));
    if (post.nonce !== undefined)
      this.#nonces.set(`${by.id} ${channel.id} ${post.nonce}`, { message, at: this.now() });
    if ((post.flags & 64) !== 0) return message;
    openThread(this, channel);
    this.messages.get(channel.id)?.push(message);
    channel.last_message_id = message.id;
    this.onEvent('MESSAGE_CREATE', message, message);
    return message;
  }

  #made({ by, in: channel, post, attachments = [], at, webhookId, interaction }: Written): Message {
    const referenced = this.#referenced(channel, post);
    const text = post.content ?? '';
    return {
      id: this.ids.next(at),
      channel_id: channel.id,
      ...(channel.guild_id === undefined ? {} : { guild_id: channel.guild_id }),
      author: by,
      content: text,
      timestamp: new Date(at ?? this.now()).toISOString(),
      edited_timestamp: null,
      ...(post.nonce === undefined ? {} : { nonce: post.nonce }),
      ...(webhookId === undefined ? {} : { webhook_id: webhookId }),
      ...mentionedIn(text, { users: this.users, allowed: post.allowedMentions, referenced }),
      attachments,
      embeds: post.embeds ?? [],
      components: post.components ?? [],
      flags: post.flags,
      pinned: false,
      tts: false,
      ...referring(channel, referenced),
      ...(interaction === undefined ? {} : { interaction_metadata: interaction }),
    };
  }

  #repeated(by: User, channel: Channel, { nonce, enforceNonce }: PostBody): Message | undefined {
    if (nonce === undefined || !enforceNonce) return undefined;
    const known = this.#nonces.get(`${by.id} ${channel.id} ${nonce}`);
    if (known === undefined || this.now() - known.at > NONCE_MS) return undefined;
    this.repeated += 1;
    return known.message;
  }

  #referenced(channel: Channel, { replyTo, failIfNotExists }: PostBody): Message | undefined {
    if (replyTo === undefined) return undefined;
    const found = this.messages.get(channel.id)?.find(({ id }) => id === replyTo);
    if (found === undefined && failIfNotExists)
      throw invalidForm('message_reference: Unknown message');
    return found;
  }

  edit(message: Message, post: PostBody, attachments?: readonly Attachment[]): Message {
    if (post.content !== undefined) {
      message.content = post.content;
      const { allowedMentions: allowed } = post;
      const { users } = this;
      Object.assign(message, mentionedIn(post.content, { users, allowed, referenced: undefined }));
      const pinged = pingedBy({ ...message, referenced_message: null }, allowed);
      this.pings.set(message.id, [...new Set([...(this.pings.get(message.id) ?? []), ...pinged])]);
    }
    if (post.components !== undefined) message.components = post.components;
    if (attachments !== undefined) message.attachments = attachments;
    if (post.flags !== 0) message.flags = post.flags | (message.flags & 64);
    message.edited_timestamp = new Date(this.now()).toISOString();
    if ((message.flags & 64) === 0) this.onEvent('MESSAGE_UPDATE', message, message);
    return message;
  }

  erase(message: Message): void {
    const list = this.messages.get(message.channel_id) ?? [];
    list.splice(list.indexOf(message), 1);
    const { id, channel_id, guild_id } = message;
    const where = guild_id === undefined ? { channel_id } : { channel_id, guild_id };
    this.onEvent('MESSAGE_DELETE', { id, ...where }, message);
  }
}
