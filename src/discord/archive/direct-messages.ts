import type { UserId } from '../../../machines/ids.ts';
import type { HeardMessage } from '../intake/heard.ts';
import { userIdOf } from '../intake/questions.ts';
import { archivedMessage, ourChannel } from './archived-message.ts';
import type { Archivist } from './archivist.ts';

/**
 * The archive of direct messages: each channel is read when its user is first met, and followed from then on. What is said
 * there belongs to that user, ours included.
 */
export class DirectMessages {
  readonly #archivist: Archivist;
  /** By Discord's id of the channel. */
  readonly #owners = new Map<string, UserId>();

  constructor(archivist: Archivist) {
    this.#archivist = archivist;
  }

  /** Somebody is in their direct messages with us: an id of Discord's. */
  met(channelId: string, userId: string): void {
    if (this.#owners.has(channelId)) return;
    const privateTo = userIdOf(userId);
    this.#owners.set(channelId, privateTo);
    this.#archivist.sync([{ channelId: ourChannel(channelId), privateTo }]);
  }

  /** A direct message was written or edited. One of ours to somebody who was not met is read when they are. */
  heard(message: HeardMessage): void {
    const { channelId, authorId, isMachine } = message;
    if (!isMachine) this.met(channelId, authorId);
    const privateTo = this.#owners.get(channelId);
    if (privateTo !== undefined) this.#archivist.heard(archivedMessage(message, { privateTo }));
  }

  /** Something may have been missed: everybody is met anew. */
  forgetAll(): void {
    this.#owners.clear();
  }
}
