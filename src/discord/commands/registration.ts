import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type Client,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Log } from '../../shared/log.ts';
import { isRecord } from '../../shared/parse.ts';
import { COMMANDS, type CommandDefinition } from './definitions.ts';
import type { OptionDefinition } from './option.ts';
import { localized, type Text } from './text.ts';

/** A command as Discord takes it. */
export type CommandBody = RESTPostAPIApplicationCommandsJSONBody;

interface Registered {
  /** The menus of messages. */
  readonly menus: readonly CommandBody[];
  /** The models of the house. */
  readonly models: readonly string[];
}

/** Every slash command as Discord takes it, and the menus of messages beside them. */
export const commandBodies = ({ menus, models }: Registered): readonly CommandBody[] => [
  ...COMMANDS.map((command) => bodyOf(command, models)),
  ...menus,
];

function bodyOf(
  { name, description, options = [], isForManagers }: CommandDefinition,
  models: readonly string[],
): CommandBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description: description[0],
    description_localizations: localized(description),
    options: options.map((option) => optionOf(option, models)),
    ...(isForManagers === true ? { default_member_permissions: MANAGE_SERVER } : {}),
  };
}

const MANAGE_SERVER = '32';

function optionOf(
  { names, description, kind, isRequired, choices, min, max }: OptionDefinition,
  models: readonly string[],
) {
  const common = {
    name: names[0],
    name_localizations: localized(names),
    description: description[0],
    description_localizations: localized(description),
    required: isRequired ?? false,
  };
  if (kind === 'number') {
    const bounds = { ...(min && { min_value: min }), ...(max && { max_value: max }) };
    return { type: ApplicationCommandOptionType.Integer, ...common, ...bounds } as const;
  }
  const offered = choices === 'models' ? modelChoices(models) : choices?.map(choiceOf);
  return {
    type: ApplicationCommandOptionType.String,
    ...common,
    ...(offered === undefined ? {} : { choices: offered }),
  } as const;
}

const choiceOf = (shown: Text) => ({
  name: shown[0],
  name_localizations: localized(shown),
  value: shown[0],
});

/** Discord shows 25 choices of 100 characters at most; more are typed. */
function modelChoices(models: readonly string[]) {
  const isShown = models.length < 25 && models.every(({ length }) => length <= 100);
  if (models.length === 0 || !isShown) return undefined;
  return [...models, '-'].map((value) => ({ name: value, value }));
}

/**
 * Registers the commands for all servers, if they are not the ones that are registered; and takes back those that an
 * earlier version has registered in single servers, where people would see each twice. Rejects with what discord.js throws.
 */
export async function registerCommands(
  client: Client<true>,
  bodies: readonly CommandBody[],
  log: Log,
): Promise<void> {
  const { rest, application } = client;
  const global = Routes.applicationCommands(application.id);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const known = await rest.get(global, { query });
  if (!isSame(known, bodies)) {
    await rest.put(global, { body: bodies });
    log.info('discord.commands_registered', { count: bodies.length });
  }
  for (const guildId of client.guilds.cache.keys()) {
    const inGuild = Routes.applicationGuildCommands(application.id, guildId);
    const doubles = await rest.get(inGuild);
    if (!Array.isArray(doubles) || doubles.length === 0) continue;
    await rest.put(inGuild, { body: [] });
    log.info('discord.commands_doubled', { guildId, count: doubles.length });
  }
}

/** Whether Discord has just these, whatever else it tells of them and in whatever order. */
function isSame(known: unknown, bodies: readonly CommandBody[]): boolean {
  if (!Array.isArray(known) || known.length !== bodies.length) return false;
  return bodies.every((body) =>
    known.some((one: unknown) => isRecord(one) && one['name'] === body.name && covers(one, body)),
  );
}

/** Everything that we say stands there, too; what is empty may be left out there. */
function covers(there: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    if (ours.length === 0)
      return there === undefined || (Array.isArray(there) && there.length === 0);
    return (
      Array.isArray(there) &&
      there.length === ours.length &&
      ours.every((item, nth) => covers(there[nth], item))
    );
  }
  if (isRecord(ours)) {
    return (
      isRecord(there) && Object.entries(ours).every(([key, value]) => covers(there[key], value))
    );
  }
  return ours === there || (ours === false && there === undefined);
}
