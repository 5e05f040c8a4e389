import {
  createActor,
  fromTransition,
  initialTransition,
  type SnapshotFrom,
  transition,
} from 'xstate';
import { ChannelId, type Epoch, RunId, UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { isHeld } from '../../machines/supervisor/outstanding.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorEvent,
  type SupervisorLimits,
  type SupervisorOrder,
} from '../../machines/supervisor/supervisor.protocol.ts';
import { teamsOf, waitingIn } from '../../machines/supervisor/supervisor.view.ts';
import { type HostModel, hear, newHost } from './host-model.ts';
import { checkAgreement, checkTurns, checkVictims, ordersOf } from './supervisor-checks.ts';

/** A host that nobody runs: `transition()` names it in the orders and sends it nothing. */
export const nobody = createActor(
  fromTransition((nothing: null, _order: SupervisorOrder) => nothing, null),
);

/** A day's clock for tests that care about times: small numbers, and all times after zero. */
export const DAWN = 1000;

interface Which {
  readonly run?: string;
  readonly channel?: string;
}

/** Who a wish or report is about, when it is not the team that lives now. */
interface Said {
  readonly epoch?: Epoch;
}

interface Settling extends Said {
  readonly tokens?: number;
}

/**
 * A supervisor that is stepped by hand, every step checked against the plain model of a host. Each step gives
 * its orders as sentences; wakes are left out and stand in `wakeAt`.
 */
export class SteppedHouse {
  at = DAWN;
  private snapshot: SnapshotFrom<typeof supervisorMachine>;
  private model: HostModel;

  constructor(limits: Partial<SupervisorLimits> = {}) {
    const all = { ...DEFAULT_SUPERVISOR_LIMITS, ...limits };
    [this.snapshot] = initialTransition(supervisorMachine, { limits: all, host: nobody });
    this.model = newHost(all.maxTeams);
  }

  /** `chat/lobby` is the channel `lobby` on the server `chat`. */
  ask(user: string, run: string, place = 'lobby'): readonly string[] {
    return this.#ask(this.#question(user, run, place));
  }

  /** What an earlier life of the house has left. */
  askAgain(user: string, run: string, place = 'lobby'): readonly string[] {
    return this.#ask({ ...this.#question(user, run, place), resumedAt: this.at });
  }

  #ask(question: Question): readonly string[] {
    return this.step({ type: 'supervisor.ask', question, at: this.at });
  }

  #question(user: string, run: string, place: string): Question {
    const [channel = '', server] = place.split('/').reverse();
    const ids = { runId: RunId(run), userId: UserId(user), channelId: ChannelId(channel) };
    const message = { platform: 'chat', channelId: channel, replyTo: run, position: 1 };
    const origin = server === undefined ? {} : { origin: { ...message, serverId: server } };
    return { ...ids, ...origin, text: '?', at: this.at };
  }

  settle(user: string, run: string, { tokens = 0, ...said }: Settling = {}): readonly string[] {
    const ids = { ...this.team(user, said), runId: RunId(run) };
    return this.step({ type: 'supervisor.settled', ...ids, tokens, at: this.at });
  }

  crash(
    user: string,
    how: Said & { readonly cause?: 'bug' | 'unavailable'; readonly chance?: number } = {},
  ): readonly string[] {
    const { cause = 'bug', chance = 0 } = how;
    const { at } = this;
    return this.step({ type: 'supervisor.crashed', ...this.team(user, how), cause, at, chance });
  }

  free(user: string, said: Said = {}): readonly string[] {
    return this.step({ type: 'supervisor.released', ...this.team(user, said), at: this.at });
  }

  cancel(user: string, { run, channel }: Which = {}): readonly string[] {
    return this.step({
      type: 'supervisor.cancel',
      userId: UserId(user),
      ...(run === undefined ? {} : { runId: RunId(run) }),
      ...(channel === undefined ? {} : { channelId: ChannelId(channel) }),
      at: this.at,
    });
  }

  /** Time goes by, and then the host's clock rings. */
  tickAfter(ms: number): readonly string[] {
    this.at += ms;
    return this.step({ type: 'supervisor.tick', at: this.at });
  }

  resize(maxTeams: number): readonly string[] {
    return this.step({ type: 'supervisor.resize', maxTeams, at: this.at });
  }

  shed(count: number): readonly string[] {
    return this.step({ type: 'supervisor.shed', count, at: this.at });
  }

  dismiss(user: string): readonly string[] {
    return this.step({ type: 'supervisor.dismiss', userId: UserId(user), at: this.at });
  }

  drain(): readonly string[] {
    return this.step({ type: 'supervisor.drain', at: this.at });
  }

  force(): readonly string[] {
    return this.step({ type: 'supervisor.force', at: this.at });
  }

  get state(): string {
    return String(this.snapshot.value);
  }

  get wakeAt(): number | undefined {
    return this.model.wakeAt;
  }

  /** In the house, the least recently used first: `ann#1 active 2`. */
  get teams(): readonly string[] {
    return teamsOf(this.snapshot.context.house).map(
      ({ userId, epoch, phase, unanswered }) => `${userId}#${epoch} ${phase} ${unanswered}`,
    );
  }

  /** The users of the teams that work, the least recently used first. */
  get active(): readonly string[] {
    return teamsOf(this.snapshot.context.house)
      .filter(({ phase, unanswered }) => phase === 'active' && unanswered > 0)
      .map(({ userId }) => userId);
  }

  /** What the team of a user works on. */
  given(user: string): readonly string[] {
    const { rows } = this.snapshot.context.house.ledger;
    const asked = rows.get(UserId(user))?.asked ?? [];
    return asked.filter((item) => !isHeld(item)).map(({ question }) => question.runId);
  }

  /** In line, in order: `1 ann 2`, with `held back` for those who wait for more than a place. */
  get waiting(): readonly string[] {
    return waitingIn(this.snapshot.context.house).map(
      ({ userId, place, unanswered, isHeldBack }) =>
        `${place} ${userId} ${unanswered}${isHeldBack ? ' held back' : ''}`,
    );
  }

  private team(user: string, said: Said) {
    const userId = UserId(user);
    return { userId, epoch: said.epoch ?? this.model.teams.get(userId)?.epoch ?? 0 };
  }

  private step(event: SupervisorEvent): readonly string[] {
    const [snapshot, actions] = transition(supervisorMachine, this.snapshot, event);
    if (snapshot.status === 'error') throw snapshot.error;
    const orders = ordersOf(actions);
    this.model = hear(this.model, event, orders);
    checkAgreement(snapshot, this.model);
    checkVictims(snapshot, orders);
    checkTurns(this.snapshot, snapshot);
    this.snapshot = snapshot;
    return orders.filter(({ type }) => type !== 'host.wake').map(inWords);
  }
}

function inWords(order: SupervisorOrder): string {
  switch (order.type) {
    case 'host.activate':
      return `activate ${order.userId}#${order.epoch}`;
    case 'host.deliver':
      return `deliver ${order.question.runId} to ${order.userId}#${order.epoch}`;
    case 'host.cancel':
      return `cancel ${order.runId ?? order.channelId ?? 'all'} in ${order.userId}#${order.epoch}`;
    case 'host.release':
      return `release ${order.userId}#${order.epoch}: ${order.reason}${order.force ? ' by force' : ''}`;
    case 'host.queued':
      return `queue ${order.question.runId} at ${order.place}`;
    case 'host.refused': {
      const { kind, retryAfterMs } = order.refusal;
      return `refuse ${order.question.runId}: ${kind}${retryAfterMs === undefined ? '' : ` for ${retryAfterMs} ms`}`;
    }
    case 'host.cancelled':
      return `${order.question.runId} is cancelled`;
    case 'host.abandoned':
      return `abandon ${order.question.runId} after ${order.deliveries}`;
    case 'host.wake':
      return `wake at ${order.at}`;
  }
}
