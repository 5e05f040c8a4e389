import type { ArchiveProgress } from '../archive/archivist.ts';
import type { Language } from '../settings/settings.ts';
import type { Command } from './command.ts';
import { TLDR_COUNT } from './definitions.ts';
import { say } from './texts.ts';

/** `/tldr` */
export const tldr: Command = async ({ options, person, language }, desk) => {
  const asked = Number(options['count'] ?? TLDR_COUNT.usual);
  const count = Math.trunc(asked);
  const { max } = TLDR_COUNT;
  // Discord's apps keep to the limits that they are told; other clients may not.
  if (!(count >= 1 && count <= max)) return { text: say(language, 'tldr_range', { max, count }) };
  const text = await desk.summarise(person, { count, language });
  return { text: text ?? say(language, 'tldr_nothing') };
};

/** `/team` */
export const team: Command = async ({ person, language }, desk) => {
  const { live, maxTeams: max, waiting, underway, members, code } = desk.team(person);
  const state =
    underway === 0 ? say(language, 'team_idle') : say(language, 'team_busy', { count: underway });
  const facts = { live, max, waiting, state, members: members.join(', '), code };
  const text = say(language, 'team', facts);
  const { guildId } = person.place;
  const archive = guildId === undefined ? [] : desk.archive(guildId);
  return { text: archive.length === 0 ? text : `${text}\n${sayArchive(archive, language)}` };
};

function sayArchive(archive: readonly ArchiveProgress[], language: Language): string {
  const count = (state: ArchiveProgress['state']): number =>
    archive.filter((channel) => channel.state === state).length;
  const unreadable = count('unreadable');
  const read = say(language, 'archive', {
    done: count('done'),
    all: archive.length,
    fetched: archive.reduce((sum, { fetched }) => sum + fetched, 0),
  });
  if (unreadable === 0) return read;
  return `${read} ${say(language, 'archive_unreadable', { count: unreadable })}`;
}
