import type { Snowflakes } from './ids.ts';
import type { Channel, Message, Overwrite } from './objects.ts';

/** What a world is made of, as far as its channels go. */
interface Grounds {
  readonly ids: Snowflakes;
  readonly now: () => number;
  readonly channels: Map<string, Channel>;
  readonly messages: Map<string, Message[]>;
  readonly onEvent: (type: string, data: object, about: Message | undefined) => void;
}

const ANNOUNCEMENT = 5;
const ANNOUNCEMENT_THREAD = 10;
const PUBLIC_THREAD = 11;
const FORUM = 15;

/** A thread of a channel, or a post of a forum. */
export const addThread = (world: Grounds, parent: Channel, name: string): Channel =>
  openedThread(world, parent, { id: world.ids.next(), name, minutes: 1_440 });

interface NewThread {
  readonly id: string;
  readonly name: string;
  /** Until it is put away. */
  readonly minutes: number;
  readonly owner_id?: string;
}

/** A new thread, which everybody is told of. */
export function openedThread(
  world: Grounds,
  parent: Channel,
  { minutes, ...thread }: NewThread,
): Channel {
  const opened: Channel = {
    ...thread,
    type: parent.type === ANNOUNCEMENT ? ANNOUNCEMENT_THREAD : PUBLIC_THREAD,
    ...(parent.guild_id === undefined ? {} : { guild_id: parent.guild_id }),
    parent_id: parent.id,
    last_message_id: null,
    thread_metadata: {
      archived: false,
      locked: false,
      auto_archive_duration: minutes,
      archive_timestamp: new Date(world.now()).toISOString(),
    },
  };
  world.channels.set(opened.id, opened);
  world.messages.set(opened.id, []);
  world.onEvent('THREAD_CREATE', { ...opened, newly_created: true }, undefined);
  return opened;
}

/** A channel that has nothing but posts. */
export function addForum(world: Grounds, guildId: string, name: string): Channel {
  const forum: Channel = {
    id: world.ids.next(),
    type: FORUM,
    name,
    guild_id: guildId,
    permission_overwrites: [],
    last_message_id: null,
  };
  world.channels.set(forum.id, forum);
  world.onEvent('CHANNEL_CREATE', forum, undefined);
  return forum;
}

/** Puts a thread away; `isLocked`: whoever may not manage threads cannot open it again. */
export function archiveThread(world: Grounds, thread: Channel, isLocked = false): void {
  if (thread.thread_metadata === undefined) throw new Error('That is no thread.');
  thread.thread_metadata.archived = true;
  thread.thread_metadata.locked = isLocked;
  world.onEvent('THREAD_UPDATE', thread, undefined);
}

/** A new message opens a thread that was put away. */
export function openThread(world: Grounds, channel: Channel): void {
  if (channel.thread_metadata?.archived !== true) return;
  channel.thread_metadata.archived = false;
  world.onEvent('THREAD_UPDATE', channel, undefined);
}

/** Changes who may do what in a channel. */
export function setOverwrites(
  world: Grounds,
  channel: Channel,
  overwrites: readonly Overwrite[],
): void {
  channel.permission_overwrites = overwrites;
  world.onEvent('CHANNEL_UPDATE', channel, undefined);
}

export function removeChannel(world: Grounds, channel: Channel): void {
  world.channels.delete(channel.id);
  world.messages.delete(channel.id);
  world.onEvent('CHANNEL_DELETE', channel, undefined);
}
