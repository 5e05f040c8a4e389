/** @import { InspectedEvent } from '../../../shared/inspected-event.ts' */

/**
 * @typedef {object} Actor
 * @property {string} id
 * @property {string | undefined} parent
 * @property {string} name Its id among its siblings.
 * @property {string} machine
 * @property {readonly string[]} states The innermost states it is in; empty for what is no machine.
 * @property {readonly string[]} before The states it was in before these.
 * @property {string} lastEvent What moved it last.
 * @property {number} moves How often it moved.
 * @property {boolean} isAlive
 */

/** Actors that have stopped are shown until there are this many. */
const MAX_GONE = 12;
const MAX_NAMES = 2_000;

/**
 * XState makes up an id for what a state invokes: its kind says more.
 *
 * @param {string} name
 * @param {string} machine
 */
const nameOf = (name, machine) => (/^\d+\./.test(name) ? machine : name);

/** What is known of one team: made of everything that happened in it, one event after the other. */
export class Picture {
  constructor() {
    /** @type {Map<string, Actor>} In the order in which they started. */
    this.actors = new Map();
    /** @type {string[]} Those that have stopped, first to last. */
    this.gone = [];
    /** @type {Map<string, string>} What everybody is called, also those who are shown no more. */
    this.names = new Map();
  }

  /** @param {InspectedEvent} event */
  take(event) {
    switch (event.type) {
      case 'actor.started':
        this.start(event);
        break;
      case 'actor.stopped':
        this.stop(event.actor);
        break;
      case 'actor.moved':
        this.move(event);
        break;
      default: // Everything else leaves everybody where they are.
    }
  }

  /** @param {Extract<InspectedEvent, { type: 'actor.started' }>} event */
  start({ actor, parent, name, machine, states }) {
    const called = nameOf(name, machine);
    this.names.set(actor, called);
    const [oldest] = this.names.size > MAX_NAMES ? this.names.keys() : [];
    if (oldest !== undefined) this.names.delete(oldest);
    this.actors.set(actor, {
      id: actor,
      parent,
      name: called,
      machine,
      states,
      before: [],
      lastEvent: '',
      moves: 0,
      isAlive: true,
    });
  }

  /** @param {string} id */
  stop(id) {
    const actor = this.actors.get(id);
    if (actor === undefined || !actor.isAlive) return;
    this.actors.set(id, { ...actor, isAlive: false });
    this.gone.push(id);
    const oldest = this.gone.length > MAX_GONE ? this.gone.shift() : undefined;
    if (oldest !== undefined) this.actors.delete(oldest);
  }

  /** @param {Extract<InspectedEvent, { type: 'actor.moved' }>} event */
  move({ actor: id, event, from, states }) {
    const actor = this.actors.get(id);
    if (actor === undefined) return;
    const moves = actor.moves + 1;
    this.actors.set(id, { ...actor, before: from, states, lastEvent: event, moves });
  }

  /** @param {string | undefined} parent */
  childrenOf(parent) {
    return [...this.actors.values()].filter((actor) => actor.parent === parent);
  }
}

/**
 * What a team looks like after some more events.
 *
 * @param {Picture} base
 * @param {readonly InspectedEvent[]} events
 */
export function pictureAfter(base, events) {
  const picture = new Picture();
  // Actors are never changed, only replaced: the copy is as deep as it needs to be.
  picture.actors = new Map(base.actors);
  picture.gone = [...base.gone];
  picture.names = new Map(base.names);
  for (const event of events) picture.take(event);
  return picture;
}

/**
 * Whether an actor that went from some states to others went along an arrow.
 *
 * @param {{ from: string, to: string }} arrow
 * @param {{ before: readonly string[], states: readonly string[] }} actor
 */
export function wentAlong({ from, to }, { before, states }) {
  return isAmong(from, before) && !isAmong(to, before) && isAmong(to, states);
}

/**
 * Whether a state is active when these are the innermost ones.
 *
 * @param {string} id
 * @param {readonly string[]} states
 */
export const isAmong = (id, states) =>
  states.some((state) => state === id || state.startsWith(`${id}.`));
