import type { RunId } from '../../machines/ids.ts';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import {
  sayAsking,
  sayConfirmed,
  sayEnding,
  sayNote,
  sayProgress,
  sayQueued,
} from '../../machines/wording.ts';
import type { CodeOverview, ConversationEntry, HouseOverview, TeamOverview } from './house.ts';
import type { InspectedBatch } from './inspector/house.ts';

/** A run event as it travels, one JSON object a line; `said` puts it into words for people. */
export type WireRunEvent =
  | (RunEvent & { readonly said?: string; readonly notes?: readonly string[] })
  /** A run under way was joined: forget what you know of it, all of it follows again. */
  | { readonly type: 'run.joined'; readonly runId: RunId };

/** What GET /api/house carries. */
export type HouseLine =
  | WireRunEvent
  /** The first line; runs can be attached to the stream by this id. */
  | { readonly type: 'house.opened'; readonly stream: string }
  | { readonly type: 'house.changed'; readonly overview: HouseOverview }
  | Alive;

/** What GET /api/inspect/stream carries. */
export type InspectorLine =
  /** The first line; a team can be followed on the stream by this id. */
  { readonly type: 'inspect.opened'; readonly stream: string } | InspectedBatch | Alive;

/** Nothing happened for a while; the connection lives. */
interface Alive {
  readonly type: 'stream.alive';
}

/** Everything a stream may carry. */
export type WireLine = HouseLine | InspectorLine;

/** A past question as it travels. */
export type WireEntry = ConversationEntry & {
  readonly said?: string;
  readonly notes?: readonly string[];
};

/** Adds the words. */
export function eventOnWire(event: RunEvent): WireRunEvent {
  switch (event.type) {
    case 'run.queued':
      return { ...event, said: sayQueued(event) };
    case 'run.progressed':
      return { ...event, said: sayProgress(event.progress) };
    case 'run.asking':
      return { ...event, said: sayAsking(event.confirmation) };
    case 'run.confirmed':
      return { ...event, said: sayConfirmed(event.end) };
    case 'run.settled':
      return { ...event, ...wordsFor(event.outcome) };
    case 'run.started':
    case 'run.drafted':
      return event;
  }
}

/** Adds the words. */
export function entryOnWire(entry: ConversationEntry): WireEntry {
  return entry.outcome === undefined ? entry : { ...entry, ...wordsFor(entry.outcome) };
}

/** Names each field, so that nothing else the house may hold can leave by this door. */
export function overviewOnWire(overview: HouseOverview): HouseOverview {
  return {
    teams: overview.teams.map(teamOnWire),
    teamCount: overview.teamCount,
    waiting: overview.waiting.map(({ userId, place, questions }) => ({ userId, place, questions })),
    waitingCount: overview.waitingCount,
    maxTeams: overview.maxTeams,
    health: overview.health,
    model: overview.model,
    demo: overview.demo,
    ...(overview.code === undefined ? {} : { code: codeOnWire(overview.code) }),
  };
}

const codeOnWire = ({ where, why }: CodeOverview): CodeOverview => ({ where, why });

function teamOnWire(team: TeamOverview): TeamOverview {
  return {
    userId: team.userId,
    state: team.state,
    place: team.place,
    lastUsedAt: team.lastUsedAt,
    runs: team.runs.map(({ runId, channelId, state }) => ({ runId, channelId, state })),
  };
}

function wordsFor(outcome: RunOutcome): { said?: string; notes?: readonly string[] } {
  return outcome.kind === 'answered'
    ? { notes: outcome.notes.map((note) => sayNote(note)) }
    : { said: sayEnding(outcome) };
}
