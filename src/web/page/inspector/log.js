/** @import { InspectedEvent } from '../../../shared/inspected-event.ts' */
import { Picture, pictureAfter } from './picture.js';

const MAX_EVENTS = 2_000;

/** Everything that happened in the team that is looked at, as far back as this page remembers. */
export class TeamLog {
  constructor() {
    /** @type {InspectedEvent[]} */
    this.events = [];
    /** Events that the house left out because there were too many. */
    this.dropped = 0;
    /** The team before the first of `events`. */
    this.base = new Picture();
    this.present = new Picture();
    /** How many of the events are looked at; undefined: all, and each new one. @type {number | undefined} */
    this.at = undefined;
  }

  /** @param {readonly InspectedEvent[]} events */
  take(events) {
    for (const event of events) {
      if (event.type === 'feed.dropped') this.dropped += event.count;
      this.events.push(event);
      this.present.take(event);
    }
    const excess = this.events.length - MAX_EVENTS;
    if (excess <= 0) return;
    for (const old of this.events.splice(0, excess)) this.base.take(old);
    if (this.at !== undefined) this.at = Math.max(0, this.at - excess);
  }

  /** The team at the moment that is looked at. */
  picture() {
    return this.at === undefined ? this.present : pictureAfter(this.base, this.past());
  }

  /** The events up to the moment that is looked at. */
  past() {
    return this.at === undefined ? this.events : this.events.slice(0, this.at);
  }
}
