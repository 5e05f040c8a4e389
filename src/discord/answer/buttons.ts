import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';
import { say } from '../commands/texts.ts';
import type { Language } from '../settings/settings.ts';

export type Button = APIButtonComponentWithCustomId;

/** What can be done with an answer. */
export type Deed = 'stop' | 'again' | 'up' | 'down';

/** What a click asks for. */
export type Click =
  | { readonly deed: Deed; readonly runId: string }
  /** The asker's word on what a tool would do. */
  | { readonly deed: 'allow' | 'refuse'; readonly runId: string; readonly stepKey: string };

/** Raised when the ids of buttons change their form: those of old messages are understood or turned away politely. */
const VERSION = 'v1';

export const stopButton = (runId: string, language: Language): readonly Button[] => [
  button('stop', runId, { label: say(language, 'stop'), style: ButtonStyle.Secondary }),
];

/** Both words on one thing that waits; none where Discord would not take its name. */
export function wordButtons(
  { runId, stepKey }: { readonly runId: string; readonly stepKey: string },
  language: Language,
): readonly Button[] {
  if (`${VERSION}:refuse:${runId}:${stepKey}`.length > MAX_CUSTOM_ID) return [];
  return [
    word('allow', `${runId}:${stepKey}`, {
      label: say(language, 'allow'),
      style: ButtonStyle.Success,
    }),
    word('refuse', `${runId}:${stepKey}`, {
      label: say(language, 'refuse'),
      style: ButtonStyle.Danger,
    }),
  ];
}

const MAX_CUSTOM_ID = 100;

export const answerButtons = (runId: string, language: Language): readonly Button[] => [
  button('again', runId, { label: say(language, 'again'), style: ButtonStyle.Secondary }),
  button('up', runId, { emoji: { name: '👍' }, style: ButtonStyle.Secondary }),
  button('down', runId, { emoji: { name: '👎' }, style: ButtonStyle.Secondary }),
];

/** What a click asks for; undefined for a button that is not of an answer. */
export function readButton(customId: string): Click | undefined {
  // A run's id may have colons in it, a step's key never.
  const [, said, about, stepKey] =
    /^v1:(allow|refuse):([\w.:-]{1,64}):([\w/.-]+)$/.exec(customId) ?? [];
  if (about !== undefined && stepKey !== undefined) {
    return { deed: said === 'allow' ? 'allow' : 'refuse', runId: about, stepKey };
  }
  const [, deed, runId] = /^v1:(stop|again|up|down):([A-Za-z0-9_.:-]{1,64})$/.exec(customId) ?? [];
  if (runId === undefined) return undefined;
  // The pattern lets no other word through.
  return { deed: deed as Deed, runId };
}

type Look = Pick<Button, 'style'> &
  ({ readonly label: string } | { readonly emoji: { name: string } });

const button = (deed: Deed, runId: string, look: Look): Button => word(deed, runId, look);

const word = (deed: Click['deed'], about: string, look: Look): Button => ({
  type: ComponentType.Button,
  custom_id: `${VERSION}:${deed}:${about}`,
  ...look,
});
