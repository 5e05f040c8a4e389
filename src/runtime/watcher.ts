import type { AnyActorRef } from 'xstate';
import type { ReleaseReason } from '../../machines/supervisor/supervisor.protocol.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';

/**
 * Is shown the root actors of the house, so that it can look into them while somebody wants to see. What it throws
 * is logged and changes nothing.
 */
export interface HouseWatcher {
  /** The supervisor exists and has heard nothing. */
  supervisorStarts(root: AnyActorRef): void;
  /** A team exists and has heard nothing. */
  teamStarts(team: TeamRef, root: AnyActorRef): void;
  /** The memory of a team that is there exists and has heard nothing: the first one, or one in the place of one that crashed. */
  memoryStarts(team: TeamRef, root: AnyActorRef): void;
  /** Everything that the team held is released, its memory included. */
  teamEnds(team: TeamRef, reason: ReleaseReason): void;
}

/** The same watcher, which does not throw: a house goes on whoever looks at it. */
export function guarded(watcher: HouseWatcher | undefined, log: Log): HouseWatcher {
  const show = (look: (watcher: HouseWatcher) => void): void => {
    if (watcher === undefined) return;
    try {
      look(watcher);
    } catch (error) {
      log.warn('watcher.failed', { why: messageOf(error) });
    }
  };
  return {
    supervisorStarts: (root) => show((it) => it.supervisorStarts(root)),
    teamStarts: (team, root) => show((it) => it.teamStarts(team, root)),
    memoryStarts: (team, root) => show((it) => it.memoryStarts(team, root)),
    teamEnds: (team, reason) => show((it) => it.teamEnds(team, reason)),
  };
}
