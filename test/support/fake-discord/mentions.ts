import type { AllowedMentions } from './checks.ts';
import type { Channel, Message, User } from './objects.ts';

interface About {
  readonly users: ReadonlyMap<string, User>;
  readonly allowed: AllowedMentions | undefined;
  readonly referenced: Message | undefined;
}

/** What a message mentions, whether or not that pings anybody. */
export function mentionedIn(
  text: string,
  { users, allowed, referenced }: About,
): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
  const named = [...text.matchAll(/<@!?(\d+)>/g)].flatMap(([, id = '']) => users.get(id) ?? []);
  const replied =
    referenced !== undefined && allowed?.repliedUser !== false ? [referenced.author] : [];
  return {
    mentions: [...new Map([...named, ...replied].map((user) => [user.id, user])).values()],
    mention_roles: [...text.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id),
    mention_everyone:
      /@(everyone|here)/.test(text) &&
      (allowed === undefined || allowed.parse.includes('everyone')),
  };
}

/** Whom a message pings. Without `allowed_mentions`, everybody whom it names. */
export function pingedBy(
  message: Message,
  allowed: AllowedMentions | undefined,
): readonly string[] {
  const may = (kind: string, ids: readonly string[] | undefined, id: string): boolean =>
    allowed === undefined || allowed.parse.includes(kind) || ids?.includes(id) === true;
  const everybody = message.mention_everyone ? ['everyone'] : [];
  const named = [...message.content.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id);
  const replied = message.referenced_message?.author.id;
  const pingsReply = replied !== undefined && (allowed === undefined || allowed.repliedUser);
  return [
    ...new Set([
      ...everybody,
      ...named.filter((id) => may('users', allowed?.users, id)),
      ...message.mention_roles.filter((id) => may('roles', allowed?.roles, id)),
      ...(pingsReply ? [replied] : []),
    ]),
  ];
}

/** What a message says of the one that it replies to. */
export function referring(
  channel: Channel,
  referenced: Message | undefined,
): Pick<Message, 'type' | 'message_reference' | 'referenced_message'> {
  if (referenced === undefined) return { type: 0 };
  return {
    type: 19,
    message_reference: { message_id: referenced.id, channel_id: channel.id },
    referenced_message: { ...referenced, referenced_message: null },
  };
}
