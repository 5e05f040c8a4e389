import { UserId } from '../../machines/ids.ts';
import type { ModelRequest } from '../../machines/ports.ts';
import type { Store } from '../../src/store/store.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';

/** As it was set by somebody earlier. */
export const isSet = (discord: FakeDiscord, store: Store): Promise<void> =>
  store.places.set(`server:${discord.guild.id}`, {
    settings: { threads: 'on' },
    by: UserId('discord:100000000000000001'),
  });

export const contents = (discord: FakeDiscord, channel: Channel): readonly string[] =>
  discord.answers(channel).map(({ content }) => content);

export const threads = (discord: FakeDiscord): readonly Channel[] =>
  [...discord.world.channels.values()].filter(({ type }) => type === 11);

/** What a model was shown of earlier questions and answers, and of the one it answers. */
const wordsIn = ({ messages }: ModelRequest): readonly string[] =>
  messages.flatMap(({ role, ...message }) =>
    role === 'user' || role === 'assistant' ? [JSON.stringify(message)] : [],
  );

/** A model that counts its answers, and what it was shown for each. */
export function counted() {
  const shown: (readonly string[])[] = [];
  const script = (request: ModelRequest) => {
    shown.push(wordsIn(request));
    return { kind: 'say', text: `Answer ${shown.length}.` } as const;
  };
  return { shown, script };
}

/** Somebody asks for another answer in the place of the first one. */
export function regenerate(discord: FakeDiscord, thread: Channel, by: User): void {
  const [answer] = discord.answers(thread);
  if (answer === undefined) throw new Error('There is no answer.');
  discord.click(answer, 'Regenerate', by);
}
