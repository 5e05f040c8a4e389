import { ActivityType, type PresenceData } from 'discord.js';

/** How the house is, as everybody may see it. */
export type Health = 'well' | 'without_store' | 'closing';

const SHOWN: Readonly<Record<Health, { readonly status: 'online' | 'idle' | 'dnd'; text: string }>> =
  {
    well: { status: 'online', text: 'Ask me anything' },
    without_store: { status: 'idle', text: 'My memory is away for a moment' },
    closing: { status: 'dnd', text: 'Back in a moment' },
  };

export function presenceOf(health: Health): PresenceData {
  const { status, text } = SHOWN[health];
  return { status, activities: [{ type: ActivityType.Custom, name: 'status', state: text }] };
}
