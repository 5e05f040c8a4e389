import type { ArchiveProgress } from '../archive/archivist.ts';
import { nextDay } from '../settings/admission.ts';
import {
  changeSetting,
  effective,
  type Language,
  type PlaceSettings,
  SETTING_NAMES,
} from '../settings/settings.ts';
import { type Command, textOption } from './command.ts';
import { COMMANDS, TLDR_COUNT } from './definitions.ts';
import type { CommandDesk, Person } from './desk.ts';
import { awayFrom, inLanguage, say } from './texts.ts';

/** `/tldr` */
export const tldr: Command = async ({ options, person, language }, desk) => {
  const asked = Number(options['count'] ?? TLDR_COUNT.usual);
  const count = Math.max(1, Math.min(TLDR_COUNT.max, Math.trunc(asked) || TLDR_COUNT.usual));
  const text = await desk.summarise(person, count);
  return { text: text ?? say(language, 'tldr_nothing') };
};

/** `/team` */
export const team: Command = async ({ person, language }, desk) => {
  const { live, maxTeams: max, waiting, underway, members } = desk.team(person);
  const state =
    underway === 0 ? say(language, 'team_idle') : say(language, 'team_busy', { count: underway });
  const text = say(language, 'team', { live, max, waiting, state, members: members.join(', ') });
  const { guildId } = person.place;
  const archive = guildId === undefined ? [] : desk.archive(guildId);
  return { text: archive.length === 0 ? text : `${text}\n${sayArchive(archive, language)}` };
};

function sayArchive(archive: readonly ArchiveProgress[], language: Language): string {
  const count = (state: ArchiveProgress['state']): number =>
    archive.filter((channel) => channel.state === state).length;
  return say(language, 'archive', {
    done: count('done'),
    all: archive.length,
    unreadable: count('unreadable'),
    fetched: archive.reduce((sum, { fetched }) => sum + fetched, 0),
  });
}

/** `/model` */
export const model: Command = async ({ person, language }, desk) => {
  const { model: name, isDemo } = desk.team(person);
  return { text: isDemo ? say(language, 'model_demo') : say(language, 'model', { model: name }) };
};

/** `/quota` */
export const quota: Command = async ({ person, language }, desk) => {
  const { user, now } = await desk.usage(person);
  const { userQuestions: limit } = await settingsAt(person, desk);
  const { questions: count, tokens } = user;
  const questions =
    limit === undefined
      ? say(language, 'unlimited', { count })
      : say(language, 'questions', { count, limit });
  return { text: say(language, 'quota', { questions, tokens, free: awayFrom(nextDay(now)) }) };
};

const serverOf = (guildId: string): string => `server:${guildId}`;
const channelOf = (channelId: string): string => `channel:${channelId}`;

/** What holds where somebody is: the channel's settings before the server's. */
export async function settingsAt(
  { place: { guildId, channelId } }: Pick<Person, 'place'>,
  desk: Pick<CommandDesk, 'settings'>,
): Promise<PlaceSettings> {
  if (guildId === undefined) return {};
  const [server, channel] = await Promise.all([
    desk.settings(serverOf(guildId)),
    desk.settings(channelOf(channelId)),
  ]);
  return effective(server, channel);
}

/** `/settings` */
export const settings: Command = async (call, desk) => {
  const { person, language, options } = call;
  const { guildId, channelId } = person.place;
  if (guildId === undefined) return { text: say(language, 'only_server') };
  if (!person.isManager) return { text: say(language, 'settings_forbidden') };
  const isChannel = textOption(call, 'place') === 'channel';
  const placeId = isChannel ? channelOf(channelId) : serverOf(guildId);
  const before = await desk.settings(placeId);
  const setting = SETTING_NAMES.find((name) => name === options['setting']);
  const place = say(language, isChannel ? 'channel' : 'server');
  if (setting === undefined || options['value'] === undefined) {
    return { text: `${say(language, 'settings', { place })}\n${shown(before, language)}` };
  }
  const value = textOption(call, 'value');
  const change = changeSetting(before, setting, value);
  if (change.kind === 'wrong') {
    return { text: say(language, 'settings_wrong', { setting, value: value.replaceAll('`', '') }) };
  }
  await desk.setSettings(placeId, change.settings, person);
  return { text: `${say(language, 'settings_changed')}\n${shown(change.settings, language)}` };
};

function shown(set: PlaceSettings, language: Language): string {
  const lines = SETTING_NAMES.flatMap((name) => {
    const value = set[name];
    return value === undefined ? [] : [`- \`${name}\`: ${written(name, value)}`];
  });
  return lines.length === 0 ? say(language, 'settings_none') : lines.join('\n');
}

function written(name: string, value: PlaceSettings[keyof PlaceSettings]): string {
  if (name === 'channels' && Array.isArray(value)) return value.map((id) => `<#${id}>`).join(' ');
  if (name === 'roles' && Array.isArray(value)) return value.map((id) => `<@&${id}>`).join(' ');
  return `\`${value}\``;
}

/** `/help` */
export const help: Command = async ({ person, language }, desk) => {
  const { prefix = '!' } = await settingsAt(person, desk);
  const lines = COMMANDS.filter(({ isForManagers }) => !isForManagers || person.isManager).map(
    ({ name, description }) => `- \`/${name}\`: ${inLanguage(description, language)}`,
  );
  const ask = say(language, 'help_ask', { prefix });
  return { text: [say(language, 'help'), ...lines, ask].join('\n') };
};
