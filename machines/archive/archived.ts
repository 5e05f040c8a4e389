import type { ChannelId, UserId } from '../ids.ts';

/** A file that came with a message. Its address is not kept: it would be good for a day only. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
}

/** One message of a channel. Ids are the house's own. */
export interface ArchivedMessage {
  readonly id: string;
  /** The platform's own number of the message, in digits: grows with time. */
  readonly position: string;
  readonly channelId: ChannelId;
  readonly guildId?: string;
  /** Of a direct message: whose conversation with the team it belongs to. Nobody else may read it. */
  readonly privateTo?: UserId;
  readonly authorId: UserId;
  readonly authorName: string;
  readonly isBot: boolean;
  /** What was written, and what embeds say. */
  readonly content: string;
  readonly attachments: readonly Attachment[];
  readonly replyTo?: string;
  readonly sentAt: number;
  readonly editedAt?: number;
}

/** Between these two positions, the archive of a channel holds all that the platform has. */
export interface Reach {
  readonly oldest: string;
  readonly newest: string;
  /** Nothing is older than `oldest`. */
  readonly complete: boolean;
}

/** A stretch of a channel, both ends included, and all that there is in it. */
export interface Stretch {
  readonly channelId: ChannelId;
  readonly from: string;
  readonly to: string;
  readonly ids: readonly string[];
  /** What came later than this may have been overlooked: it stays. */
  readonly sentBefore: number;
}

/** A channel whose messages are archived. */
export interface ArchivedChannel {
  readonly channelId: ChannelId;
  readonly guildId?: string;
  /** Of direct messages: whose they are. */
  readonly privateTo?: UserId;
}
