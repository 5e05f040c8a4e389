/** @import { WireEntry, WireRunEvent } from '../wire.ts' */
/** @import { Api } from './api.js' */
/** @import { Connection } from './connection.js' */
/** @import { PendingRun } from './shelf.js' */
/** @import { RunView } from './run-view.js' */
import { el } from './dom.js';
import { createRunView } from './run-view.js';
import { changeShelf, readShelf } from './shelf.js';

/**
 * @typedef {object} Surroundings
 * @property {string} channelId
 * @property {Api} api
 * @property {Connection} connection
 * @property {() => void} onChange Something began, ended or was added.
 * @property {(sentence: string) => void} say Tells whoever does not look at the screen.
 */

const PAGE_LENGTH = 20;

/** The questions of one channel and what came of them. */
export class Conversation {
  /** @param {Surroundings} around */
  constructor(around) {
    this.around = around;
    this.element = el('div', { class: 'runs' });
    /** @type {Map<string, RunView>} */
    this.views = new Map();
    /** Runs whose end is not known yet. @type {Set<string>} */
    this.open = new Set();
    /** The oldest run shown. @type {string | undefined} */
    this.oldestRunId = undefined;
    this.hasEarlier = false;
    /** False until the first look into the past is over, whatever it brought. */
    this.loaded = false;
  }

  /** Shows the last questions, then joins what is under way. Rejects when the past cannot be read. */
  async load() {
    const pending = Object.values(readShelf().pending);
    try {
      await this.loadEarlier();
    } finally {
      this.loaded = true;
      for (const run of pending) {
        if (run.channelId === this.around.channelId && !this.views.has(run.runId)) this.see(run);
      }
      this.around.onChange();
    }
  }

  /** Shows the page before what is shown. Rejects when the past cannot be read. */
  async loadEarlier() {
    const { api, channelId } = this.around;
    const before = this.oldestRunId;
    const page = before === undefined ? { limit: PAGE_LENGTH } : { limit: PAGE_LENGTH, before };
    const entries = await api.conversation(channelId, page);
    const known = this.element.firstChild;
    for (const entry of entries) this.showEntry(entry, known);
    this.hasEarlier = entries.length === PAGE_LENGTH;
    this.oldestRunId = entries[0]?.runId ?? before;
    this.around.onChange();
  }

  /** @param {string} text */
  ask(text) {
    const { channelId } = this.around;
    /** @type {PendingRun} */
    const run = { runId: crypto.randomUUID(), channelId, text, at: Date.now(), asked: false };
    changeShelf((shelf) => {
      shelf.pending[run.runId] = run;
    });
    this.see(run);
  }

  dispose() {
    for (const runId of this.open) this.around.connection.forget(runId);
    for (const view of this.views.values()) view.dispose();
  }

  /** @param {WireEntry} entry @param {Node | null} before */
  showEntry(entry, before) {
    if (this.views.has(entry.runId)) return;
    const { channelId } = this.around;
    const run = { runId: entry.runId, channelId, text: entry.question, at: entry.at, asked: true };
    if (entry.outcome === undefined) {
      this.see(run, before);
      return;
    }
    this.addView(run, before).settle({ ...entry, outcome: entry.outcome });
    forgetPending(run.runId);
  }

  /**
   * Shows a run and stays with it until it has ended.
   *
   * @param {PendingRun} run
   * @param {Node | null} [before]
   */
  see(run, before = null) {
    const view = this.addView(run, before);
    this.open.add(run.runId);
    this.follow(run, view, LOOKS);
    this.around.onChange();
  }

  /** @param {PendingRun} run @param {RunView} view @param {number} looksLeft */
  follow(run, view, looksLeft) {
    this.around.connection.follow({
      ...run,
      onAccepted: () => markAsked(run.runId),
      onLine: (line) => {
        view.apply(line);
        if (line.type === 'run.settled') this.close(run.runId, spoken(line));
        else if (line.type === 'run.queued') this.around.say(line.said ?? 'queued');
      },
      onPostponed: (sentence) => {
        view.postpone(sentence);
        this.around.say(sentence);
      },
      onGone: () => void this.lookUp(run, view, looksLeft),
      onRefused: (sentence) => {
        view.giveUp(sentence);
        this.close(run.runId, sentence);
      },
    });
  }

  /**
   * The house does not know the run (any more): its end stands in the store, or it is about to be taken up again,
   * or it is lost.
   *
   * @param {PendingRun} run
   * @param {RunView} view
   * @param {number} looksLeft
   */
  async lookUp(run, view, looksLeft) {
    const entry = await this.findEntry(run.runId);
    if (!this.open.has(run.runId)) return;
    if (entry !== 'unknown' && entry?.outcome !== undefined) {
      view.settle({ ...entry, outcome: entry.outcome });
      this.close(run.runId, 'The answer is there.');
    } else if (entry === undefined || looksLeft === 0) {
      view.giveUp('The house went away before this was answered, and no answer was kept.');
      this.close(run.runId, 'No answer was kept.');
    } else {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (this.open.has(run.runId)) this.follow({ ...run, asked: true }, view, looksLeft - 1);
    }
  }

  /** @param {string} runId @returns {Promise<WireEntry | undefined | 'unknown'>} */
  async findEntry(runId) {
    const { api, channelId } = this.around;
    try {
      const entries = await api.conversation(channelId, { limit: PAGE_LENGTH });
      return entries.find((entry) => entry.runId === runId);
    } catch {
      return 'unknown'; // The store cannot be read just now: `lookUp` looks again.
    }
  }

  /** @param {{ runId: string, text: string, at: number }} run @param {Node | null} before */
  addView(run, before) {
    const view = createRunView(run, {
      onAgain: (text) => this.ask(text),
      loadFile: (id) => this.around.api.file(id),
      onConfirm: (stepKey, allow) => this.around.api.confirm({ runId: run.runId, stepKey, allow }),
    });
    this.views.set(run.runId, view);
    this.element.insertBefore(view.element, before);
    return view;
  }

  /** @param {string} runId @param {string} sentence */
  close(runId, sentence) {
    this.open.delete(runId);
    forgetPending(runId);
    this.around.say(sentence);
    this.around.onChange();
  }
}

const LOOKS = 8;
const LOOK_AGAIN_MS = 2_000;

/** @param {Extract<WireRunEvent, { type: 'run.settled' }>} line */
function spoken({ outcome, said }) {
  return outcome.kind === 'answered' ? `Answer: ${outcome.text.slice(0, 400)}` : (said ?? '');
}

/** @param {string} runId */
function markAsked(runId) {
  changeShelf(({ pending }) => {
    const run = pending[runId];
    if (run !== undefined) run.asked = true;
  });
}

/** @param {string} runId */
function forgetPending(runId) {
  changeShelf(({ pending }) => {
    delete pending[runId];
  });
}
