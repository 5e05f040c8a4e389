import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { UserId } from '../../machines/ids.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { InspectedEvent } from '../shared/inspected-event.ts';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import { supervisorMoved } from './supervisor-tap.ts';
import { TeamTap } from './team-tap.ts';
import { type Thinned, thinned } from './thinning.ts';

/** Hears what is told. Whatever it throws ends its following and nothing else. */
export type Tell = (event: InspectedEvent) => void;

/** What happens inside of the actors of a house, for whoever wants to see (see `InspectedEvent`). */
export interface Feed {
  /** Given to the house (`TroupeOptions.watcher`): what it is shown can be followed. */
  readonly watcher: {
    supervisorStarts(root: AnyActorRef): void;
    teamStarts(team: TeamRef, root: AnyActorRef): void;
    memoryStarts(team: TeamRef, root: AnyActorRef): void;
    teamEnds(team: TeamRef): void;
  };
  /**
   * Tells what happens inside of one user's team and its memory, from now until the result is called. The actors that are there
   * already come first, as if they had just started. A team that is not alive, or is there again after it left, is
   * followed from the moment it is.
   */
  follow(userId: UserId, tell: Tell): () => void;
  /** Tells what the supervisor does (`supervisor.moved`), from now until the result is called. */
  followHouse(tell: Tell): () => void;
}

export interface FeedOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes a feed. Nothing is looked at while nobody follows: a house that nobody watches pays for one entry in a map
 * per team. A follower sees one team and its memory; the others go on as if there were none.
 */
export const createFeed = (options: FeedOptions): Feed => new ActorFeed(options);

/** What one user has alive: actors that nobody started. */
interface Roots {
  readonly epoch: number;
  readonly team: AnyActorRef;
  readonly memory?: AnyActorRef;
}

type Kind = 'team' | 'memory';

interface Follower {
  readonly thinned: Thinned;
  /** End what it sees at present. */
  readonly detach: Map<Kind, () => void>;
}

class ActorFeed implements Feed {
  readonly #options: FeedOptions;
  readonly #roots = new Map<UserId, Roots>();
  readonly #followers = new Map<UserId, Set<Follower>>();
  #supervisor: AnyActorRef | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  readonly watcher: Feed['watcher'] = {
    supervisorStarts: (root) => {
      this.#supervisor = root;
    },
    teamStarts: ({ userId, epoch }, team) => {
      this.#roots.set(userId, { epoch, team });
      for (const follower of this.#followers.get(userId) ?? []) {
        this.#attach(userId, { follower, kind: 'team' });
      }
    },
    memoryStarts: ({ userId, epoch }, memory) => {
      const roots = this.#roots.get(userId);
      if (roots?.epoch !== epoch) return;
      this.#roots.set(userId, { ...roots, memory });
      for (const follower of this.#followers.get(userId) ?? []) {
        this.#attach(userId, { follower, kind: 'memory' });
      }
    },
    teamEnds: ({ userId, epoch }) => {
      if (this.#roots.get(userId)?.epoch !== epoch) return;
      // Who follows it stays: the last that a team shows comes after its end.
      this.#roots.delete(userId);
    },
  };

  follow(userId: UserId, tell: Tell): () => void {
    const { clock } = this.#options;
    const followers = this.#followers.get(userId) ?? new Set();
    const follower: Follower = { thinned: thinned(clock, tell), detach: new Map() };
    followers.add(follower);
    this.#followers.set(userId, followers);
    for (const kind of KINDS) this.#attach(userId, { follower, kind });
    return () => {
      for (const detach of follower.detach.values()) detach();
      follower.thinned.end();
      followers.delete(follower);
      if (followers.size === 0) this.#followers.delete(userId);
    };
  }

  followHouse(tell: Tell): () => void {
    const { clock } = this.#options;
    const slow = thinned(clock, tell);
    const supervisor = this.#supervisor;
    if (supervisor === undefined) return slow.end;
    const detach = this.#watch(supervisor, (event) => {
      const moved = supervisorMoved(event, clock.now());
      if (moved !== undefined) slow.tell(moved);
    });
    return () => {
      detach();
      slow.end();
    };
  }

  #attach(userId: UserId, { follower, kind }: Attaching): void {
    const roots = this.#roots.get(userId);
    const root = roots?.[kind];
    if (roots === undefined || root === undefined) return;
    follower.detach.get(kind)?.();
    const tap = new TeamTap({
      prefix: `${userId}#${roots.epoch}`,
      name: kind,
      root,
      now: this.#options.clock.now,
      to: follower.thinned,
    });
    const detach = this.#watch(
      root,
      (event) => tap.hear(event),
      () => tap.begin(),
    );
    follower.detach.set(kind, detach);
  }

  /**
   * Looks into one actor system. An observer that throws would leave the actor it looks at deaf for ever
   * (XState calls it in the middle of a step): one that does is taken away.
   */
  #watch(
    root: AnyActorRef,
    hear: (event: InspectionEvent) => void,
    begin: () => void = () => {},
  ): () => void {
    const giveUp = (error: unknown): void => {
      subscription.unsubscribe();
      this.#options.log.warn('inspector.gave_up', { why: messageOf(error) });
    };
    const subscription = root.system.inspect((event) => {
      try {
        hear(event);
      } catch (error) {
        giveUp(error);
      }
    });
    try {
      begin();
    } catch (error) {
      giveUp(error);
    }
    return () => subscription.unsubscribe();
  }
}

/** The team comes first: its memory is beside it. */
const KINDS: readonly Kind[] = ['team', 'memory'];

interface Attaching {
  readonly follower: Follower;
  readonly kind: Kind;
}
