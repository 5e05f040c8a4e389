import { type ActorRefFrom, createActor } from 'xstate';
import type { Epoch, UserId } from '../../machines/ids.ts';
import type { Roster } from '../../machines/roster.ts';
import type { ReleaseReason } from '../../machines/supervisor/supervisor.protocol.ts';
import type { teamMachine } from '../../machines/team/team.machine.ts';
import type {
  TeamCommand,
  TeamLimits,
  TeamRef,
  TeamReportAddress,
} from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { traceOf } from '../shared/thrown.ts';
import { TeamScope } from './scope.ts';
import type { HouseWatcher } from './watcher.ts';

/** A team that is alive, starting or leaving. */
interface Incarnation {
  readonly actor: ActorRefFrom<typeof teamMachine>;
  readonly scope: TeamScope;
  /** Set from the first order to leave. */
  leaving: ReleaseReason | undefined;
  /** The deadline of leaving. */
  timer: unknown;
}

export interface TeamsOptions {
  /** Every port bound; see `bindTeam`. */
  readonly machine: typeof teamMachine;
  readonly roster: Roster;
  readonly limits: TeamLimits;
  /** True where runs are not kept. */
  readonly unkept: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** What a forced team may take to cancel and save, then it is stopped. */
  readonly leaveMs: number;
  /** What each disposer of a scope may take. */
  readonly disposeMs: number;
  readonly reportTo: TeamReportAddress;
  readonly onCrashed: (team: TeamRef) => void;
  readonly onReleased: (team: TeamRef, reason: ReleaseReason) => void;
  /** Never throws. */
  readonly watcher?: HouseWatcher | undefined;
}

/** The teams of this process, each the root of an actor system of its own: one's end is nobody else's. */
export class Teams {
  readonly #options: TeamsOptions;
  readonly #alive = new Map<UserId, Incarnation>();

  constructor(options: TeamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#alive.size;
  }

  activate({ userId, epoch }: TeamRef): void {
    if (this.#alive.has(userId)) throw new Error(`Two teams for one user: ${userId}.`);
    const { machine, roster, limits, unkept, clock, log, disposeMs, reportTo } = this.#options;
    const scope = new TeamScope({ userId, epoch, clock, log, disposeMs });
    const actor = createActor(machine, {
      clock,
      input: { userId, epoch, roster, limits, unkept, reportTo },
    });
    const team: Incarnation = { actor, scope, leaving: undefined, timer: undefined };
    this.#alive.set(userId, team);
    // The one observer of a root: without an error handler here, one team's bug would end the process.
    actor.subscribe({
      error: (error) => this.#crashed(team, error),
      complete: () => this.#ended(team),
    });
    this.#options.watcher?.teamStarts({ userId, epoch }, actor);
    actor.start();
  }

  send({ userId, epoch }: TeamRef, command: TeamCommand): void {
    const team = this.#current(userId, epoch);
    if (team === undefined) this.#options.log.warn('team.not_there', { userId, epoch });
    else team.actor.send(command);
  }

  /** What the team holds; `undefined` for an incarnation that is gone. */
  scopeOf({ userId, epoch }: TeamRef): TeamScope | undefined {
    return this.#current(userId, epoch)?.scope;
  }

  /** True while effects of this incarnation count. */
  isCurrent({ userId, epoch }: TeamRef): boolean {
    return this.#current(userId, epoch)?.scope.isOpen ?? false;
  }

  /** The only way out. `onReleased` is called once, when everything is closed or fenced off. */
  release(ref: TeamRef, { reason, force }: { reason: ReleaseReason; force: boolean }): void {
    const team = this.#current(ref.userId, ref.epoch);
    if (team === undefined) return;
    const isFirst = team.leaving === undefined;
    team.leaving ??= reason;
    if (isAlive(team)) {
      // The order may be the answer to what its last leader reports, in the middle of that leader's last step: a team that
      // ended there would be gone before its leader, whose own end would find nobody.
      queueMicrotask(() => this.#drain(team, force));
    } else if (isFirst) this.#close(team);
  }

  #drain(team: Incarnation, force: boolean): void {
    if (isAlive(team)) team.actor.send({ type: 'team.drain', force });
    if (force && isAlive(team)) this.#limit(team);
  }

  #current(userId: UserId, epoch: Epoch): Incarnation | undefined {
    const team = this.#alive.get(userId);
    return team?.scope.epoch === epoch ? team : undefined;
  }

  #limit(team: Incarnation): void {
    const { clock, log, leaveMs } = this.#options;
    if (team.timer !== undefined) return;
    const { userId, epoch } = team.scope;
    team.timer = clock.setTimeout(() => {
      log.error('team.stopped_hard', { userId, epoch, leaveMs });
      team.actor.stop();
    }, leaveMs);
  }

  #crashed(team: Incarnation, error: unknown): void {
    const { userId, epoch } = team.scope;
    this.#options.log.error('team.crashed', { userId, epoch, error: traceOf(error) });
    if (team.leaving === undefined) this.#options.onCrashed({ userId, epoch });
    else this.#close(team);
  }

  /** Called when the machine is done and when it is stopped. */
  #ended(team: Incarnation): void {
    if (team.leaving !== undefined) this.#close(team);
  }

  #close(team: Incarnation): void {
    if (team.timer !== undefined) this.#options.clock.clearTimeout(team.timer);
    // A team that holds nothing leaves in the same tick.
    const isEmpty = team.scope.isEmpty;
    const closed = team.scope.close();
    if (isEmpty) this.#gone(team);
    else void closed.then(() => this.#gone(team));
  }

  #gone(team: Incarnation): void {
    const { userId, epoch } = team.scope;
    if (this.#current(userId, epoch) !== team) return;
    this.#alive.delete(userId);
    const reason = team.leaving ?? 'crashed';
    this.#options.watcher?.teamEnds({ userId, epoch }, reason);
    this.#options.onReleased({ userId, epoch }, reason);
  }
}

const isAlive = ({ actor }: Incarnation): boolean => actor.getSnapshot().status === 'active';
