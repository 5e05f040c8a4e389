import type { ChannelId, UserId } from '../../../machines/ids.ts';

/** A mark in every text that belongs to a user's channel: where it turns up shows what leaked. */
export const markOf = (owner: { readonly userId: UserId; readonly channelId: ChannelId }): string =>
  `<${owner.userId}/${owner.channelId}>`;

/** All marks in a text, each once. */
export const marksIn = (text: string): readonly string[] => [
  ...new Set(text.match(/<u\d+\/c\d+>/g) ?? []),
];
