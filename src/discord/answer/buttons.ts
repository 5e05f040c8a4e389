import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';

export type Button = APIButtonComponentWithCustomId;

/** What can be done with an answer. */
export type Deed = 'stop' | 'again' | 'up' | 'down';

/** Raised when the ids of buttons change their form: those of old messages are understood or turned away politely. */
const VERSION = 'v1';

export const stopButton = (runId: string): readonly Button[] => [
  button('stop', runId, { label: 'Stop', style: ButtonStyle.Secondary }),
];

export const answerButtons = (runId: string): readonly Button[] => [
  button('again', runId, { label: 'Regenerate', style: ButtonStyle.Secondary }),
  button('up', runId, { emoji: { name: '👍' }, style: ButtonStyle.Secondary }),
  button('down', runId, { emoji: { name: '👎' }, style: ButtonStyle.Secondary }),
];

/** What a click asks for; undefined for a button that is not of an answer. */
export function readButton(
  customId: string,
): { readonly deed: Deed; readonly runId: string } | undefined {
  const [, deed, runId] = /^v1:(stop|again|up|down):([A-Za-z0-9_.:-]{1,64})$/.exec(customId) ?? [];
  if (runId === undefined) return undefined;
  // The pattern lets no other word through.
  return { deed: deed as Deed, runId };
}

function button(
  deed: Deed,
  runId: string,
  look: Pick<Button, 'style'> & ({ readonly label: string } | { readonly emoji: { name: string } }),
): Button {
  return { type: ComponentType.Button, custom_id: `${VERSION}:${deed}:${runId}`, ...look };
}
