import type { Epoch, UserId } from '../../../machines/ids.ts';
import type { Owner } from './effects.ts';

/** Says which promise was broken, and how. */
export type Accuse = (promise: string, how: string) => void;

interface Resource {
  readonly name: string;
  readonly of: Incarnation;
  /** Acquired when its scope was closing already. */
  readonly isLate: boolean;
  state: 'held' | 'closing' | 'ended' | 'abandoned';
  disposals: number;
  closingSince: number;
}

/** One life of a team, as far as it can be seen from what it acquires and gives back. */
export interface Incarnation {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly resources: Resource[];
  readonly startedAt: number;
  isClosing: boolean;
  isCrashed: boolean;
  isStoppedHard: boolean;
}

/** What the house allows, known to the simulation without asking the house. */
export interface House {
  readonly maxTeams: number;
  readonly disposeMs: number;
  /** Milliseconds since the start, whatever happened to the hour. */
  readonly elapsedMs: () => number;
}

/** Watches lives of teams: P1, P2, P6 and P8, seen from the outside. */
export class Incarnations {
  readonly #accuse: Accuse;
  readonly #house: () => House;
  readonly #latest = new Map<UserId, Incarnation>();
  readonly #byEpoch = new Map<Epoch, Incarnation>();
  readonly #alive = new Set<Incarnation>();
  readonly #resources = new Map<string, Resource>();
  #lastEpoch = 0;
  #activations = 0;
  #crashes = 0;
  #ceiling = 0;

  constructor(accuse: Accuse, house: () => House) {
    this.#accuse = accuse;
    this.#house = house;
  }

  get activations(): number {
    return this.#activations;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** Whether some resource is being given back. */
  get areClosing(): boolean {
    return [...this.#resources.values()].some(({ state }) => state === 'closing');
  }

  /** Whether the user has a team that is not leaving, as far as can be seen. */
  hasTeam(userId: UserId): boolean {
    const latest = this.#latest.get(userId);
    return latest !== undefined && !(latest.isClosing || latest.isCrashed);
  }

  /** Milliseconds since the user's latest team was started; 0 when there was none. */
  ageOf(userId: UserId): number {
    const latest = this.#latest.get(userId);
    return latest === undefined ? 0 : this.#house().elapsedMs() - latest.startedAt;
  }

  of({ userId, epoch }: Owner): Incarnation | undefined {
    const latest = this.#latest.get(userId);
    return latest?.epoch === epoch ? latest : undefined;
  }

  /** A team acquires what it needs: the first sign of its life when teams are furnished. */
  furnishing(owner: Owner): void {
    if (this.of(owner) === undefined) this.#activated(owner);
    else this.#accuse('P6', `${nameOf(owner)} is furnished a second time`);
  }

  /** A team asks for what is remembered: the first sign of its life when teams are not furnished. */
  hydrating(owner: Owner): void {
    if (this.of(owner) === undefined) this.#activated(owner);
    else this.acts(owner, 'hydrate');
  }

  acquired(owner: Owner, name: string): void {
    const incarnation = this.#byEpoch.get(owner.epoch) ?? this.#activated(owner);
    const isLate = incarnation.isClosing;
    const resource: Resource = {
      name,
      of: incarnation,
      isLate,
      state: 'held',
      disposals: 0,
      closingSince: 0,
    };
    incarnation.resources.push(resource);
    this.#resources.set(name, resource);
  }

  /** A resource is given back. Returns the incarnation whose closing begins with it. */
  disposing(name: string): Incarnation | undefined {
    const resource = this.#known(name);
    resource.disposals += 1;
    if (resource.disposals > 1) {
      this.#accuse('P6', `${name} is released twice`);
      return undefined;
    }
    const { of, isLate } = resource;
    const isFirst = !of.isClosing && !isLate;
    if (!isLate) this.#judgeOrder(resource);
    of.isClosing ||= isFirst;
    resource.state = 'closing';
    resource.closingSince = this.#house().elapsedMs();
    return isFirst ? of : undefined;
  }

  disposed(name: string): void {
    const resource = this.#known(name);
    if (resource.state === 'closing') this.#ended(resource, 'ended');
  }

  abandoned(name: string): void {
    const resource = this.#known(name);
    const { disposeMs, elapsedMs } = this.#house();
    if (elapsedMs() - resource.closingSince < disposeMs) {
      this.#accuse('P6', `${name} is abandoned before its deadline`);
    }
    if (resource.state === 'closing') this.#ended(resource, 'abandoned');
    else this.#accuse('P6', `${name} is abandoned while it is ${resource.state}`);
  }

  crashed(owner: Owner): void {
    this.#crashes += 1;
    const incarnation = this.of(owner);
    if (incarnation === undefined) this.#accuse('P8', `${nameOf(owner)} crashes but does not live`);
    else incarnation.isCrashed = true;
  }

  stoppedHard(owner: Owner): void {
    const incarnation = this.of(owner);
    if (incarnation !== undefined) incarnation.isStoppedHard = true;
  }

  /** An effect of this incarnation has reached a port. */
  acts(owner: Owner, what: string): void {
    const incarnation = this.of(owner);
    if (incarnation === undefined) this.#accuse('P8', `${nameOf(owner)} is gone, yet does ${what}`);
    else if (incarnation.isClosing || incarnation.isCrashed || incarnation.isStoppedHard) {
      this.#accuse('P8', `${nameOf(owner)} is going, yet does ${what}`);
    }
  }

  afterEvent(): void {
    if (!this.#canSeeEnds()) return;
    const live = this.#alive.size;
    // After the house was made smaller, those who work may stay; it only ever gets emptier.
    this.#ceiling = Math.max(this.#house().maxTeams, Math.min(this.#ceiling, live));
    if (live > this.#ceiling) this.#accuse('P2', `${live} teams of ${this.#ceiling}`);
  }

  atEnd(): void {
    for (const { name, state, disposals } of this.#resources.values()) {
      if (disposals !== 1) this.#accuse('P6', `${name} was released ${disposals} times`);
      if (state !== 'ended' && state !== 'abandoned') {
        this.#accuse('P6', `${name} is ${state} at the end`);
      }
    }
    if (this.#canSeeEnds() && this.#alive.size > 0) {
      this.#accuse('end', `${this.#alive.size} teams are left`);
    }
  }

  /** Last in, first out, one after the other. */
  #judgeOrder(resource: Resource): void {
    const others = resource.of.resources.filter((other) => !other.isLate);
    if (others.findLast(({ state }) => state === 'held') !== resource) {
      this.#accuse('P6', `${resource.name} is not the last acquired`);
    }
    if (others.some(({ state }) => state === 'closing')) {
      this.#accuse('P6', `${resource.name} closes beside another`);
    }
  }

  /** Without resources nobody outside can see when a team is gone. */
  #canSeeEnds(): boolean {
    return this.#resources.size > 0;
  }

  #activated({ userId, epoch }: Owner): Incarnation {
    const { maxTeams } = this.#house();
    this.#activations += 1;
    if (epoch <= this.#lastEpoch) {
      this.#accuse('P8', `${userId}#${epoch} starts after epoch ${this.#lastEpoch}`);
    }
    this.#lastEpoch = Math.max(this.#lastEpoch, epoch);
    const before = this.#latest.get(userId);
    if (before !== undefined && this.#alive.has(before) && this.#canSeeEnds()) {
      this.#accuse('P1', `${userId}#${epoch} starts while #${before.epoch} is there`);
    }
    const incarnation: Incarnation = {
      userId,
      epoch,
      resources: [],
      startedAt: this.#house().elapsedMs(),
      isClosing: false,
      isCrashed: false,
      isStoppedHard: false,
    };
    this.#latest.set(userId, incarnation);
    this.#byEpoch.set(epoch, incarnation);
    this.#alive.add(incarnation);
    if (this.#canSeeEnds() && this.#alive.size > maxTeams) {
      this.#accuse('P2', `${userId}#${epoch} is team ${this.#alive.size} of ${maxTeams}`);
    }
    return incarnation;
  }

  #ended(resource: Resource, state: 'ended' | 'abandoned'): void {
    resource.state = state;
    const { of } = resource;
    const isOver = of.resources.every(
      (other) => other.isLate || other.state === 'ended' || other.state === 'abandoned',
    );
    if (of.isClosing && isOver) this.#alive.delete(of);
  }

  #known(name: string): Resource {
    const resource = this.#resources.get(name);
    if (resource === undefined) throw new Error(`Nobody has acquired ${name}.`);
    return resource;
  }
}

const nameOf = ({ userId, epoch }: Owner): string => `${userId}#${epoch}`;
