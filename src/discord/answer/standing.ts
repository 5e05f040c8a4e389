import { type APIMessage, ComponentType } from 'discord.js';
import type { OutgoingPart } from '../../shared/platform.ts';
import { firstIdAt, isNewer } from '../snowflake.ts';
import { readButton } from './buttons.ts';

/** A part as it may stand somewhere. */
export interface SoughtPart {
  readonly part: OutgoingPart;
  /** All that may have been written for it, as it was sent. */
  readonly contents: readonly string[];
  readonly hasButtons: boolean;
  /** The message that it replies to, where it is a reply. */
  readonly replyTo?: string;
}

/**
 * Whether a message of ours may be the part. Discord tells no nonces afterwards: a message is known by its words, by the
 * run that its buttons are for, and by what it replies to. Of two parts without buttons, two messages may look alike.
 */
export function looksLike(message: APIMessage, sought: SoughtPart): boolean {
  const { part, contents, hasButtons, replyTo } = sought;
  if (!contents.some((content) => content.trim() === message.content)) return false;
  if (runOf(message) !== (hasButtons ? part.messageId : undefined)) return false;
  // A question that is gone is not referred to, nor one that we may not read.
  const referred = message.message_reference?.message_id;
  return referred === undefined || referred === replyTo;
}

/** The run that the buttons under a message are for. */
const runOf = ({ components = [] }: APIMessage): string | undefined =>
  components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .flatMap((one) => ('custom_id' in one ? (readButton(one.custom_id)?.runId ?? []) : []))[0];

/** How far our clock may be from Discord's. */
const CLOCKS_APART_MS = 5 * 60_000;

/** The id after which a part may stand: nothing is sent before it is committed, nor before its question. */
export function beforeAllOf({ createdAt, replyTo }: OutgoingPart): string {
  const committed = firstIdAt(createdAt - CLOCKS_APART_MS);
  return isNewer(committed, replyTo) ? committed : replyTo;
}
