import type { SnapshotFrom } from 'xstate';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import { type TeamView, teamsOf, waitingIn } from '../../machines/supervisor/supervisor.view.ts';
import type { Runs, RunView } from './runs.ts';

/** A team, for whoever watches the house. */
export interface TeamGlance {
  readonly userId: UserId;
  readonly state: 'idle' | 'busy' | 'closing';
  /** In order of use: 1 is the next to leave when a newcomer needs the place. */
  readonly place: number;
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number;
  readonly runs: readonly {
    readonly runId: RunId;
    readonly channelId: ChannelId;
    readonly state: string;
  }[];
}

/** Who is alive and who waits. */
export interface HouseView {
  /** The state of the supervisor. */
  readonly phase: 'running' | 'draining' | 'stopped';
  readonly teams: readonly TeamGlance[];
  /** All teams alive, also those left out of `teams`. */
  readonly teamCount: number;
  readonly waiting: readonly {
    readonly userId: UserId;
    readonly place: number;
    readonly questions: number;
  }[];
  readonly waitingCount: number;
  readonly maxTeams: number;
}

type SupervisorSnapshot = SnapshotFrom<typeof supervisorMachine>;

/** Looks at the house: at most `limit` teams and `limit` waiting users, those next to move first. */
export function houseView(
  { value: phase, context: { house } }: SupervisorSnapshot,
  runs: Runs,
  limit: number,
): HouseView {
  const underway = Map.groupBy(runs.underway(), ({ question }) => question.userId);
  const waiting = waitingIn(house);
  return {
    phase,
    teams: teamsOf(house)
      .slice(0, limit)
      .map((team, index) => glanceAt(team, index + 1, underway.get(team.userId) ?? [])),
    teamCount: house.ledger.rows.size,
    waiting: waiting
      .slice(0, limit)
      .map(({ userId, place, unanswered }) => ({ userId, place, questions: unanswered })),
    waitingCount: waiting.length,
    maxTeams: house.limits.maxTeams,
  };
}

const glanceAt = (team: TeamView, place: number, runs: readonly RunView[]): TeamGlance => ({
  userId: team.userId,
  state: stateOf(team),
  place,
  lastUsedAt: team.usedAt,
  runs: runs.map(({ question: { runId, channelId }, state }) => ({ runId, channelId, state })),
});

function stateOf({ phase, unanswered }: TeamView): TeamGlance['state'] {
  if (phase === 'closing') return 'closing';
  return unanswered === 0 ? 'idle' : 'busy';
}
