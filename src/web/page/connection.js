/** @import { RunOutcome } from '../../../machines/question.ts' */
/** @import { HouseOverview } from '../house.ts' */
/** @import { HouseLine, WireRunEvent } from '../wire.ts' */
/** @import { Api } from './api.js' */
/** @import { ConnectionState } from './steady.js' */
import { Refused } from './api.js';
import { keepOpen, pause, readAll } from './steady.js';

/**
 * @typedef {object} Follower Somebody who wants to see a run through.
 * @property {string} runId
 * @property {string} channelId
 * @property {string} text
 * @property {boolean} asked False until the house has taken the question.
 * @property {() => void} onAccepted
 * @property {(line: WireRunEvent) => void} onLine
 * @property {(sentence: string) => void} onPostponed The house closes and has kept the question: the next one answers it.
 * @property {() => void} onGone The house does not know the run (any more): it ended unseen, or was lost.
 * @property {(sentence: string) => void} onRefused
 *
 * @typedef {object} Connection
 * @property {() => Promise<void>} run Keeps the one stream to the house open; ends when the token is refused.
 * @property {(follower: Follower) => void} follow Until the run has settled, across lost connections.
 * @property {(runId: string) => void} forget
 *
 * @typedef {{ onState: (state: ConnectionState) => void, onOverview: (overview: HouseOverview) => void }} Listener
 */

/**
 * One stream carries everything this page looks at. When it breaks it is opened again, and every run that is still
 * followed is joined anew.
 *
 * @param {Api} api
 * @param {Listener} listener
 * @returns {Connection}
 */
export const createConnection = (api, listener) => new HouseConnection(api, listener);

const ASK_AGAIN_MS = 2_000;

class HouseConnection {
  /** @param {Api} api @param {Listener} listener */
  constructor(api, listener) {
    this.api = api;
    this.listener = listener;
    /** @type {Map<string, Follower>} */
    this.followers = new Map();
    /** The stream's id; empty while there is none. */
    this.stream = '';
  }

  run() {
    return keepOpen((taken) => this.openOnce(taken), this.listener.onState);
  }

  /** @param {Follower} follower */
  follow(follower) {
    this.followers.set(follower.runId, follower);
    void this.attach(follower);
  }

  /** @param {string} runId */
  forget(runId) {
    this.followers.delete(runId);
  }

  /** @param {AbortSignal} taken */
  async openOnce(taken) {
    const take = (/** @type {HouseLine} */ line) => this.take(line);
    const refused = await readAll(this.api.openHouse, { take, taken });
    this.stream = '';
    return refused;
  }

  /** @param {HouseLine} line */
  take(line) {
    switch (line.type) {
      case 'house.opened':
        this.stream = line.stream;
        this.listener.onState({ kind: 'open' });
        for (const follower of this.followers.values()) void this.attach(follower);
        break;
      case 'house.changed':
        this.listener.onOverview(line.overview);
        break;
      case 'stream.alive':
        break;
      default: {
        const follower = this.followers.get(line.runId);
        if (line.type === 'run.settled' && isPostponed(line.outcome)) {
          // As if the stream had broken, which it soon will.
          follower?.onPostponed(line.said ?? 'postponed');
          break;
        }
        if (line.type === 'run.settled') this.followers.delete(line.runId);
        follower?.onLine(line);
      }
    }
  }

  /**
   * Asks, or joins what was asked before. What fails because the connection is broken is done again when the next
   * stream opens: asking twice is joining.
   *
   * @param {Follower} follower
   */
  async attach(follower) {
    const { stream } = this;
    if (stream === '') return;
    try {
      await this.introduce(follower, stream);
      follower.asked = true;
      follower.onAccepted();
    } catch (error) {
      if (error instanceof Refused) this.takeRefusal(follower, error);
      else await this.attachAgain(follower, stream);
    }
  }

  /** @param {Follower} follower @param {string} stream */
  introduce({ runId, channelId, text, asked }, stream) {
    return asked
      ? this.api.watch({ runId, stream })
      : this.api.ask({ runId, channelId, text, stream });
  }

  /** @param {Follower} follower @param {Refused} refused */
  takeRefusal(follower, { status, message }) {
    // 409: the stream has ended in the meantime; 401: the whole page is locked.
    if (status === 409 || status === 401) return;
    this.followers.delete(follower.runId);
    if (status === 404) follower.onGone();
    else follower.onRefused(message);
  }

  /**
   * The question may have been lost on its way although the stream holds.
   *
   * @param {Follower} follower
   * @param {string} stream
   */
  async attachAgain(follower, stream) {
    await pause(ASK_AGAIN_MS);
    const wanted = this.followers.get(follower.runId) === follower && this.stream === stream;
    if (wanted) await this.attach(follower);
  }
}

/** @param {RunOutcome} outcome */
const isPostponed = (outcome) => outcome.kind === 'refused' && outcome.refusal.kind === 'postponed';
