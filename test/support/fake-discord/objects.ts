/** What stands in a fake Discord, in the words of its API. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly discriminator: string;
  readonly avatar: null;
  readonly bot: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: string;
  readonly position: number;
  readonly color: number;
  readonly hoist: boolean;
  readonly managed: boolean;
  readonly mentionable: boolean;
}

export interface Overwrite {
  readonly id: string;
  /** 0: a role, 1: a member. */
  readonly type: 0 | 1;
  readonly allow: string;
  readonly deny: string;
}

export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name?: string;
  readonly guild_id?: string;
  readonly parent_id?: string;
  /** Of a thread, which a post of a forum is, too. */
  readonly thread_metadata?: ThreadMetadata;
  readonly recipients?: readonly User[];
  permission_overwrites?: readonly Overwrite[];
  last_message_id: string | null;
  /** Of a thread: who has opened it. */
  readonly owner_id?: string;
}

export interface ThreadMetadata {
  archived: boolean;
  locked: boolean;
  readonly auto_archive_duration: number;
  readonly archive_timestamp: string;
}

export interface Member {
  readonly user: User;
  roles: readonly string[];
  nick: string | null;
  readonly joined_at: string;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  /** Default: `en-US`. */
  preferred_locale?: string;
  readonly roles: Role[];
  readonly members: Map<string, Member>;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  readonly proxy_url: string;
  readonly content_type: string;
}

export interface Message {
  readonly id: string;
  readonly channel_id: string;
  readonly guild_id?: string;
  readonly author: User;
  content: string;
  readonly timestamp: string;
  edited_timestamp: string | null;
  readonly type: number;
  readonly nonce?: string;
  readonly webhook_id?: string;
  mentions: readonly User[];
  mention_everyone: boolean;
  mention_roles: readonly string[];
  attachments: readonly Attachment[];
  embeds: readonly unknown[];
  components: readonly unknown[];
  flags: number;
  readonly pinned: boolean;
  readonly tts: boolean;
  readonly message_reference?: { readonly message_id: string; readonly channel_id: string };
  referenced_message?: Message | null;
  readonly interaction_metadata?: Metadata;
}

/** Which interaction a message answers. */
export interface Metadata {
  readonly id: string;
  readonly user: User;
  readonly type: number;
  readonly authorizing_integration_owners: object;
}

/** What Discord says when it takes a request not. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const unknownMessage = (): ApiError => new ApiError(404, 10_008, 'Unknown Message');
export const unknownChannel = (): ApiError => new ApiError(404, 10_003, 'Unknown Channel');
export const missingAccess = (): ApiError => new ApiError(403, 50_001, 'Missing Access');
export const missingPermissions = (): ApiError => new ApiError(403, 50_013, 'Missing Permissions');
export const archivedThread = (): ApiError => new ApiError(400, 50_083, 'Thread is archived');
export const lockedThread = (): ApiError => new ApiError(400, 160_005, 'This thread is locked');
export const cannotSendTo = (): ApiError =>
  new ApiError(403, 50_007, 'Cannot send messages to this user');
export const invalidForm = (why: string): ApiError =>
  new ApiError(400, 50_035, `Invalid Form Body\n${why}`);
