import { SHOWN_MENUS } from '../menu-names.ts';
import type { Language } from '../settings/settings.ts';
import type { Command } from './command.ts';
import { COMMANDS, type CommandDefinition } from './definitions.ts';
import { settingsAt } from './settings-commands.ts';
import { inLanguage, say } from './texts.ts';

/** What belongs together, in the order in which it is shown. */
const GROUPS = ['help_talk', 'help_you', 'help_house'] as const;

/** `/help`: how to ask, then every command that its reader may use. */
export const help: Command = async ({ person, language }, desk) => {
  const { prefix = desk.usualPrefix, threads } = await settingsAt(person, desk);
  const isServer = person.place.guildId !== undefined;
  const shown = COMMANDS.filter(({ isForManagers }) => !isForManagers || person.isManager);
  const menus = SHOWN_MENUS.map((name) => `“${inLanguage(name, language)}”`).join(', ');
  return {
    text: [
      isServer ? say(language, 'help_server', { prefix }) : say(language, 'help_direct'),
      say(language, 'help_context'),
      say(language, 'help_work', { stop: say(language, 'stop') }),
      ...(isServer && threads === 'on' ? [say(language, 'help_threads')] : []),
      ...GROUPS.flatMap((group) => [
        say(language, group),
        ...shown.filter((command) => command.group === group).map((one) => lineOf(one, language)),
      ]),
      say(language, 'help_menus', { menus }),
    ].join('\n'),
  };
};

const lineOf = ({ name, description }: CommandDefinition, language: Language): string =>
  `- \`/${name}\`: ${inLanguage(description, language)}`;
