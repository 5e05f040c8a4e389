import type { PlaceSettings } from './settings.ts';

/** Who asks, and where. */
export interface Asker {
  /** The channel, or the one that the thread belongs to. */
  readonly channelId: string;
  readonly guildId?: string;
  readonly roleIds: readonly string[];
  /** May change the settings, and is not held by them. */
  readonly isManager: boolean;
}

/** A question at the door. Discord's own ids. */
export interface AdmissionRequest extends Asker {
  readonly messageId: string;
  readonly userId: string;
}

interface Usage {
  readonly questions: number;
  readonly tokens: number;
}

/** What has been asked today (UTC). */
export interface UsageToday {
  readonly user: Usage;
  readonly server: Usage;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Admission =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly why: 'channel' | 'role' }
  | {
      readonly kind: 'refused';
      readonly why: 'user_questions' | 'user_tokens' | 'server_questions' | 'server_tokens';
      /** When it may be asked again. */
      readonly freeAt: number;
    };

/** Whether a question is taken up. Pure. */
export function admit(settings: PlaceSettings, usage: UsageToday, asker: Asker): Admission {
  if (asker.guildId !== undefined && !asker.isManager) {
    const { channels, roles } = settings;
    if (channels !== undefined && !channels.includes(asker.channelId)) return refused('channel');
    if (roles !== undefined && !roles.some((role) => asker.roleIds.includes(role))) {
      return refused('role');
    }
  }
  const { user, server, now } = usage;
  const spent = (
    [
      ['user_questions', user.questions, settings.userQuestions],
      ['user_tokens', user.tokens, settings.userTokens],
      ['server_questions', server.questions, settings.serverQuestions],
      ['server_tokens', server.tokens, settings.serverTokens],
    ] as const
  ).find(([, used, limit]) => limit !== undefined && used >= limit);
  if (spent === undefined) return { kind: 'allowed' };
  return { kind: 'refused', why: spent[0], freeAt: nextDay(now) };
}

const refused = (why: 'channel' | 'role'): Admission => ({ kind: 'refused', why });

const DAY_MS = 86_400_000;
/** When the next day of quotas begins: at midnight in UTC. */
export const nextDay = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;
