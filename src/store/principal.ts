import type { ChannelId, UserId } from '../../machines/ids.ts';

/** On whose behalf the store is asked. Nothing of any other user is ever read or written. */
export interface Principal {
  readonly userId: UserId;
  /** Where the asking takes place. */
  readonly channelId?: ChannelId;
}
