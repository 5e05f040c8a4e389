import { awayFrom, say } from '../commands/texts.ts';
import type { Admission } from './admission.ts';
import type { Language, PlaceSettings } from './settings.ts';

/** Says why a question is not taken up, and what to do. */
export function sayRefusal(
  refused: Extract<Admission, { kind: 'refused' }>,
  settings: PlaceSettings,
  language: Language,
): string {
  switch (refused.why) {
    case 'channel': {
      const channels = (settings.channels ?? []).map((id) => `<#${id}>`).join(', ');
      return say(language, 'refused_channel', { channels });
    }
    case 'role': {
      const roles = (settings.roles ?? []).map((id) => `<@&${id}>`).join(', ');
      return say(language, 'refused_role', { roles });
    }
    case 'user_questions':
    case 'user_tokens':
      return say(language, 'refused_user', { free: awayFrom(refused.freeAt) });
    case 'server_questions':
    case 'server_tokens':
      return say(language, 'refused_server', { free: awayFrom(refused.freeAt) });
  }
}
