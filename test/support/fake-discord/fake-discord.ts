/**
 * A Discord of our own: HTTP and gateway on one port, strict where Discord is strict, driven by an unmodified client.
 * `serve.ts` runs it as a process of its own.
 */
import { isRecord } from '../../../src/shared/parse.ts';
import { readPost } from './checks.ts';
import { CommandBook } from './commands.ts';
import { FakeGateway } from './gateway.ts';
import { type Interaction, Interactions } from './interactions.ts';
import type { Attachment, Channel, Guild, Message, User } from './objects.ts';
import { FakeHttp, type Fault, type Request } from './server.ts';
import { World } from './world.ts';

export interface FakeDiscordOptions {
  /** Default: any that is free. */
  readonly port?: number;
  readonly now?: () => number;
  /** Decides about each request, in the order of arrival. */
  readonly fault?: (request: Request) => Fault;
}

export interface Said {
  readonly by: User;
  readonly in: Channel;
  readonly text?: string;
  readonly replyTo?: Message;
  readonly attachments?: readonly Attachment[];
  /** When it was written; default: now. */
  readonly at?: number;
  readonly webhookId?: string;
}

/** Something that happened and can be seen in a channel. */
export interface Happening {
  readonly kind: 'typing' | 'posted' | 'edited' | 'deleted';
  readonly channelId: string;
  readonly at: number;
  readonly messageId?: string;
  readonly content?: string;
}

const TOKEN = 'MTA.fake.token-of-a-bot';

/** A running fake Discord with one server, `Workshop`, and one channel in it, `general`. */
export class FakeDiscord {
  readonly token = TOKEN;
  readonly world: World;
  readonly gateway: FakeGateway;
  readonly http: FakeHttp;
  readonly commands: CommandBook;
  readonly guild: Guild;
  readonly general: Channel;
  /** What the bot did where people see it, in order. */
  readonly happenings: Happening[] = [];
  /** Identifies that are left for today. */
  identifiesLeft = 1_000;
  readonly #interactions: Interactions;
  readonly #watchers = new Set<() => void>();

  constructor({ now = Date.now, fault = () => 'none' }: FakeDiscordOptions) {
    const onChange = (): void => this.#happened();
    const url = (): string => `ws://127.0.0.1:${this.http.port}/gateway`;
    this.world = new World(now);
    this.gateway = new FakeGateway({ world: this.world, token: TOKEN, url, onChange });
    this.commands = new CommandBook(this.world);
    this.#interactions = new Interactions(this.world);
    const places = {
      world: this.world,
      interactions: this.#interactions,
      commands: this.commands,
      gatewayUrl: url,
      sharding: () => ({
        shards: this.gateway.shards,
        max_concurrency: this.gateway.maxConcurrency ?? 16,
      }),
      onTyping: (channelId: string) => this.#note({ kind: 'typing', channelId }),
      identifiesLeft: () => this.identifiesLeft,
    };
    this.http = new FakeHttp({ token: TOKEN, now, fault, onChange, places: () => places });
    this.http.server.on('upgrade', (req, socket, head) => this.gateway.upgrade(req, socket, head));
    this.world.onEvent = (type, data, about) => this.#tell(type, data, about);
    this.guild = this.world.addGuild('Workshop', this.world.addUser('owner'));
    this.general = this.world.addChannel(this.guild, 'general');
  }

  /** What `DISCORD_API_URL` is set to. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.http.port}/api`;
  }

  /** Somebody new in the server. */
  person(name: string, roles: readonly string[] = []): User {
    const user = this.world.addUser(name);
    this.world.addMember(this.guild, user, roles);
    return user;
  }

  say({ by, in: channel, text = '', replyTo, attachments, at, webhookId }: Said): Message {
    const reply = replyTo === undefined ? {} : { message_reference: { message_id: replyTo.id } };
    const post = readPost({ content: text, ...reply });
    return this.world.write({
      by,
      in: channel,
      post,
      at,
      webhookId,
      ...(attachments === undefined ? {} : { attachments }),
    });
  }

  /** A file as people attach it. */
  file(name: string, content: string | Buffer, type = 'text/plain; charset=utf-8'): Attachment {
    return this.http.keepFile(name, Buffer.from(content), type);
  }

  edit(message: Message, text: string): void {
    this.world.edit(message, readPost({ content: text }));
  }

  /** Somebody clicks the button with this label or emoji. */
  click(
    message: Message,
    label: string,
    { locale = 'en-US', ...by }: User & { readonly locale?: string },
  ): Interaction {
    const id = buttonsOf(message).find((one) => one.label === label)?.id;
    if (id === undefined) throw new Error(`There is no button ${label} under ${message.content}.`);
    const data = { custom_id: id, component_type: 2 };
    const channel = this.world.channel(message.channel_id);
    return this.#interactions.start({ type: 3, by, in: channel, data, message, locale });
  }

  /** Somebody calls a slash command; numbers are integers. */
  slash(call: {
    readonly by: User;
    readonly in: Channel;
    readonly name: string;
    readonly options?: Readonly<Record<string, string | number | boolean>>;
    readonly locale?: string;
  }): Interaction {
    const options = Object.entries(call.options ?? {}).map(([name, value]) => ({
      name,
      value,
      type: OPTION_TYPES[typeof value] ?? 3,
    }));
    const data = { id: this.world.ids.next(), name: call.name, type: 1, options };
    return this.#interactions.start({ type: 2, ...call, data });
  }

  /** Somebody chooses an entry in the menu of a message. */
  menu(
    name: string,
    target: Message,
    { locale = 'en-US', ...by }: User & { readonly locale?: string },
  ): Interaction {
    const resolved = { messages: { [target.id]: target } };
    const data = { id: this.world.ids.next(), name, type: 3, target_id: target.id, resolved };
    const channel = this.world.channel(target.channel_id);
    return this.#interactions.start({ type: 2, by, in: channel, data, locale });
  }

  /** The bot's messages in a channel as they stand there now, oldest first. */
  answers(channel: Channel): readonly Message[] {
    const all = this.world.messages.get(channel.id) ?? [];
    return all.filter(({ author }) => author.id === this.world.bot.id);
  }

  /** Resolves when this holds; looked at after everything that happens. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  async close(): Promise<void> {
    this.gateway.close();
    await this.http.close();
  }

  #tell(type: string, data: object, about: Message | undefined): void {
    if (about?.author.id === this.world.bot.id) {
      const { id: messageId, channel_id: channelId, content } = about;
      const kind = KINDS[type];
      if (kind !== undefined) this.#note({ kind, channelId, messageId, content });
    }
    const isPrivate = about !== undefined && about.guild_id === undefined;
    const member = this.#memberOf(about);
    const withMember = about === undefined || !('content' in data) ? data : { ...data, ...member };
    this.gateway.tell(type, isPrivate ? { ...withMember, channel_type: 1 } : withMember, about);
  }

  #memberOf(message: Message | undefined): object {
    const guild = this.world.guilds.get(message?.guild_id ?? '');
    const member = guild?.members.get(message?.author.id ?? '');
    if (member === undefined) return {};
    const { user: _, ...facts } = member;
    return { member: { ...facts, deaf: false, mute: false, flags: 0 } };
  }

  #note(happening: Omit<Happening, 'at'>): void {
    this.happenings.push({ ...happening, at: this.world.now() });
    this.#happened();
  }

  #happened(): void {
    for (const look of this.#watchers) look();
  }
}

const KINDS: Readonly<Record<string, Happening['kind']>> = {
  MESSAGE_CREATE: 'posted',
  MESSAGE_UPDATE: 'edited',
  MESSAGE_DELETE: 'deleted',
};

const OPTION_TYPES: Readonly<Record<string, number>> = { string: 3, number: 4, boolean: 5 };

/** The buttons under a message. */
export function buttonsOf({ components }: Message): readonly { id: string; label: string }[] {
  return components
    .flatMap((row) => (isRecord(row) && Array.isArray(row['components']) ? row['components'] : []))
    .flatMap((button: unknown) => {
      if (!isRecord(button)) return [];
      const emoji = isRecord(button['emoji']) ? button['emoji']['name'] : '';
      return [{ id: String(button['custom_id']), label: String(button['label'] ?? emoji) }];
    });
}

export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const discord = new FakeDiscord(options);
  await discord.http.listen(options.port);
  return discord;
}
