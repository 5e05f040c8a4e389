import type { Outgoing } from '../rest.ts';

/** Of a message. */
const MAX_CHARS = 2_000;

/** The message with somebody named at its beginning, who is notified; where there is room. */
export function addressed(message: Outgoing, askerId: string): Outgoing {
  const content = `<@${askerId}>\n${message.content}`;
  return content.length > MAX_CHARS ? message : { ...message, content, mention: askerId };
}
