import type { Question } from '../question.ts';
import type { Outstanding } from './outstanding.ts';
import { ascending, drop, emptyMap, put, type SortedMap } from './sorted-map.ts';

/** How many questions have not ended: in all, and in each place that has any. */
export interface Load {
  readonly total: number;
  readonly byPlace: SortedMap<string, number>;
}

export const NO_LOAD: Load = { total: 0, byPlace: emptyMap(ascending) };

/** The load when these questions stand where those stood. */
export function reload(
  load: Load,
  before: readonly Outstanding[],
  after: readonly Outstanding[],
): Load {
  if (before === after) return load;
  const went = before.filter((item) => !isAmong(after, item));
  const came = after.filter((item) => !isAmong(before, item));
  return came.reduce(
    (sum, item) => count(sum, item, 1),
    went.reduce((sum, item) => count(sum, item, -1), load),
  );
}

export const loadOf = ({ byPlace }: Load, place: string): number => byPlace.get(place) ?? 0;

export const channelOf = ({ channelId }: Question): string => `channel ${channelId}`;

/** Undefined for a question that came from no server. */
export const serverOf = ({ origin }: Question): string | undefined =>
  origin?.serverId === undefined ? undefined : `server ${origin.platform} ${origin.serverId}`;

const isAmong = (asked: readonly Outstanding[], { question }: Outstanding): boolean =>
  asked.some((other) => other.question === question);

function count({ total, byPlace }: Load, { question }: Outstanding, by: 1 | -1): Load {
  const channels = change(byPlace, channelOf(question), by);
  const server = serverOf(question);
  return {
    total: total + by,
    byPlace: server === undefined ? channels : change(channels, server, by),
  };
}

function change(counts: Load['byPlace'], place: string, by: 1 | -1): Load['byPlace'] {
  const next = (counts.get(place) ?? 0) + by;
  return next === 0 ? drop(counts, place) : put(counts, place, next);
}
