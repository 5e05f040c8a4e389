import { modelFor, modelMeant, modelsHere } from '../settings/models-here.ts';
import {
  changeSetting,
  effective,
  LANGUAGES,
  type Language,
  type PlaceSettings,
  SETTING_NAMES,
  type SettingName,
} from '../settings/settings.ts';
import { type Command, textOption } from './command.ts';
import type { CommandDesk, Person } from './desk.ts';
import { say } from './texts.ts';

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
  const { offered } = desk.models;
  const change = changeSetting(before, { name: setting, typed: value, offered });
  if (change.kind === 'wrong') {
    const why = wanted(setting, { offered, language });
    const wrong = say(language, 'settings_wrong', { setting, value: inline(value) });
    return { text: `${wrong} ${why} ${say(language, 'settings_back')}` };
  }
  await desk.setSettings(placeId, change.settings, person);
  const lacks = change.settings.threads === 'on' ? desk.lacksForThreads(person) : [];
  const lines = [
    say(language, 'settings_changed'),
    shown(change.settings, language),
    ...(lacks.length === 0
      ? []
      : [say(language, 'threads_forbidden', { needs: lacks.join(', ') })]),
  ];
  return { text: lines.join('\n') };
};

/** What a setting may be. */
function wanted(
  setting: SettingName,
  { offered, language }: { readonly offered: readonly string[]; readonly language: Language },
): string {
  switch (setting) {
    case 'channels':
    case 'roles':
      return say(language, 'wants_mentions');
    case 'prefix':
      return say(language, 'wants_prefix');
    case 'language':
      return say(language, 'wants_one_of', { values: listed(LANGUAGES) });
    case 'threads':
      return say(language, 'wants_one_of', { values: listed(['on', 'off']) });
    case 'model':
      return offered.length === 0
        ? say(language, 'model_demo')
        : say(language, 'wants_models', { values: listed(offered) });
    default:
      return say(language, 'wants_number');
  }
}

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
  return Array.isArray(value) ? listed(value) : `\`${value}\``;
}

/** `/model` */
export const model: Command = async (call, desk) => {
  const { person, language } = call;
  const { offered } = desk.models;
  const { model: name, isDemo } = desk.team(person);
  if (isDemo) return { text: say(language, 'model_demo') };
  const { model: set } = await settingsAt(person, desk);
  const here = modelsHere({ offered, set });
  const typed = textOption(call, 'name').trim();
  if (typed !== '') {
    const wish = typed === '-' ? undefined : modelMeant(typed, here);
    if (typed !== '-' && wish === undefined) {
      const value = inline(typed);
      return { text: say(language, 'model_unknown', { value, models: listed(here) }) };
    }
    await desk.models.wish(person, wish);
  }
  const wish = await desk.models.wishOf(person);
  const used = modelFor({ offered, set, wish }) ?? offered[0] ?? name;
  const lines = [
    say(language, 'model', { model: used }),
    ...(here.length < 2 ? [] : [say(language, 'model_choice', { models: listed(here) })]),
    ...(wish === undefined || wish === used ? [] : [say(language, 'model_elsewhere', { wish })]),
  ];
  return { text: lines.join('\n') };
};

/** As plain text: a value that somebody typed ends no code of ours. */
const inline = (text: string): string => text.replaceAll('`', '').slice(0, 100);

const listed = (names: readonly string[]): string => names.map((one) => `\`${one}\``).join(', ');
