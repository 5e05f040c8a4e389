import type { ChannelId, UserId } from '../../../machines/ids.ts';
import type { Memory } from '../../../machines/memory/memories.ts';
import type { ArchiveProgress } from '../archive/archivist.ts';
import type { UsageToday } from '../settings/admission.ts';
import type { Language, PlaceSettings } from '../settings/settings.ts';

/** Who uses a command, and where. Ids of users and channels are the house's own. */
export interface Person {
  readonly userId: UserId;
  readonly channelId: ChannelId;
  /** Discord's own ids. The channel is the one that settings are for: of a thread, the one it belongs to. */
  readonly place: { readonly channelId: string; readonly guildId?: string };
  readonly name: string;
  /** May manage the server. */
  readonly isManager: boolean;
}

/** What somebody wants to be forgotten: memories, this channel, or all of it. */
export type Forgetting = 'me' | 'channel' | 'everything';

/** A question of somebody's past, with its answer if it got one. */
export interface SaidBefore {
  readonly channelId: ChannelId;
  readonly askedAt: number;
  readonly question: string;
  readonly answer: string | undefined;
}

/** What a user can do about what is remembered. Each method rejects when the store is away. */
export interface MemoryDesk {
  /** The most important first. */
  list(person: Person): Promise<readonly Memory[]>;
  /** False when there is no such memory. */
  forgetOne(person: Person, id: string): Promise<boolean>;
  /** What was said in their own sessions, in every channel: the best match first. */
  search(person: Person, words: string): Promise<readonly SaidBefore[]>;
  /** All that is kept of somebody, as JSON. */
  export(person: Person): Promise<string>;
}

/** Which models there are, and which one somebody wants. What waits for the store rejects when it is away. */
export interface ModelDesk {
  /** Those that may be chosen, the usual one first; none where answers come from rules. */
  readonly offered: readonly string[];
  wishOf(person: Person): Promise<string | undefined>;
  /** Undefined: whatever is usual. */
  wish(person: Person, model: string | undefined): Promise<void>;
}

/** What commands may ask of the house. What waits for the store rejects when it is away. */
export interface CommandDesk {
  /** Stops what somebody has under way in the channel; gives back how much that was. */
  stop(person: Person): number;
  /** From now on, the team is not shown what was said in this channel before. */
  reset(person: Person): Promise<void>;
  /** What the bot would need to open threads there, and may not, in Discord's words; empty where it may. */
  lacksForThreads(person: Person): readonly string[];
  /** Undefined when this house remembers nothing beyond conversations. */
  readonly memory: MemoryDesk | undefined;
  /** Erases for good. */
  forget(person: Person, what: Forgetting): Promise<void>;
  team(person: Person): TeamView;
  archive(guildId: string): readonly ArchiveProgress[];
  readonly models: ModelDesk;
  /** The prefix where a server has set none. */
  readonly usualPrefix: string;
  /** Tokens that each user may spend in a day, wherever they ask; left out: as many as they like. */
  readonly userTokensPerDay?: number;
  settings(placeId: string): Promise<PlaceSettings>;
  setSettings(placeId: string, settings: PlaceSettings, by: Person): Promise<void>;
  usage(person: Person): Promise<UsageToday>;
  /** What the last messages of the channel come to; undefined when there are none that may be read. */
  summarise(
    person: Person,
    what: { readonly count: number; readonly language: Language },
  ): Promise<string | undefined>;
  now(): number;
}

/** The house and one of its teams at this moment. */
export interface TeamView {
  readonly live: number;
  readonly maxTeams: number;
  readonly waiting: number;
  /** Of this person: questions under way, those that wait included. */
  readonly underway: number;
  readonly members: readonly string[];
  /** Where code is run, in a few words. */
  readonly code: string;
  readonly model: string;
  readonly isDemo: boolean;
}
