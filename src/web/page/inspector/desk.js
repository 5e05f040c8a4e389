/** @import { DrawnChart } from '../../../shared/inspection.ts' */
/** @import { Census, InspectedBatch } from '../../inspector/house.ts' */
/** @import { InspectApi } from './inspect-api.js' */
import { el } from '../dom.js';
import { createActions } from './actions.js';
import { createChartsView } from './charts-view.js';
import { createFeedView } from './feed-view.js';
import { TeamLog } from './log.js';
import { createQueuesView } from './queues-view.js';
import { attempt, repeat } from './repeat.js';
import { createRunsView } from './runs-view.js';
import { createSequenceView } from './sequence-view.js';
import { createTabs } from './tabs.js';
import { createTeamsView } from './teams-view.js';
import { createTimeSlider } from './time-slider.js';

/**
 * @typedef {object} DeskOptions
 * @property {InspectApi} api
 * @property {readonly DrawnChart[]} charts
 * @property {boolean} isAdmin
 * @property {(userId: string) => Promise<void>} onFollow
 */

/** Stands for a team of which nothing more is told. */
const RECORDED = '(recorded)';

/** Everything below the head of the page: what is looked at, and which part of it is drawn. */
export class Desk {
  /** @param {DeskOptions} options */
  constructor({ api, charts, isAdmin, onFollow }) {
    this.api = api;
    this.onFollow = onFollow;
    this.log = new TeamLog();
    /** @type {Census | undefined} */
    this.census = undefined;
    this.userId = '';
    this.runId = '';
    this.isDrawing = false;
    const redraw = () => this.drawSoon();
    this.teams = createTeamsView({
      onPick: (id) => void attempt(() => this.pickTeam(id)),
      onWindow: () => this.lookAround(),
    });
    this.charts = createChartsView({ charts, onPick: redraw });
    this.sequence = createSequenceView();
    this.feed = createFeedView({ onFilter: redraw });
    this.queues = createQueuesView();
    this.runs = this.runsView(isAdmin);
    this.slider = createTimeSlider({ onMove: (at) => this.goTo(at) });
    this.actions = createActions({ api, isAdmin, userId: () => this.userId });
    this.title = el('h2', {}, 'No team chosen');
    this.tabs = this.views();
    this.lookAround = repeat(() => this.readCensus(), { everyMs: 1_000 });
    this.lookAtRuns = repeat(() => this.readRuns(), this.whileShown('runs'));
    this.lookAtQueues = repeat(() => this.readQueues(), this.whileShown('queues'));
    this.element = this.layout();
  }

  begin() {
    this.tabs.show('charts');
    this.lookAround();
  }

  /** @param {InspectedBatch} batch */
  take(batch) {
    if ((batch.userId ?? '') !== this.userId) return;
    this.log.take(batch.events);
    this.drawSoon();
  }

  /** Everything is told again from the beginning. */
  forget() {
    this.log = new TeamLog();
    this.drawSoon();
  }

  /** @param {string} userId */
  async pickTeam(userId) {
    this.userId = userId;
    this.forget();
    this.title.textContent = userId || 'No team chosen';
    this.teams.pick(userId);
    this.actions.show();
    this.charts.pickTeam();
    await this.onFollow(userId);
  }

  /**
   * Shows a run from its recording, at its beginning, instead of what happens now.
   *
   * @param {string} runId
   */
  async stepThrough(runId) {
    const { events, trouble } = await this.api.recording(runId);
    await this.pickTeam('');
    this.userId = RECORDED;
    this.log.take(events);
    this.log.at = Math.min(1, events.length);
    this.title.textContent = `Recording of ${runId}${trouble === undefined ? '' : `: ${trouble}`}`;
    this.tabs.show('charts');
  }

  /** @param {number | undefined} at How many events to look at; undefined: the present. */
  goTo(at) {
    this.log.at = at;
    this.drawSoon();
  }

  /** Once a frame at most, however much happens. */
  drawSoon() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.draw();
    });
  }

  /** Only what is seen. */
  draw() {
    const { log, tabs } = this;
    const picture = log.picture();
    this.slider.show(log);
    if (tabs.shown() === 'charts') this.charts.show(picture, this.census?.supervisor ?? 'running');
    if (tabs.shown() === 'feed') this.feed.show(log.past(), picture, log.dropped);
    if (tabs.shown() === 'messages') {
      const messages = log.past().filter((event) => event.type === 'message.sent');
      this.sequence.show(messages, picture);
    }
  }

  async readCensus() {
    const window = this.teams.window();
    this.census = await this.api.census(window);
    this.teams.show(this.census, window.from);
    this.drawSoon();
  }

  async readRuns() {
    this.runs.showList(await this.api.runs());
    if (this.runId !== '') this.runs.showRun(await this.api.run(this.runId));
  }

  async readQueues() {
    this.queues.show(await this.api.queues());
  }

  /** @param {string} tab */
  whileShown(tab) {
    return { everyMs: 2_000, isWanted: () => this.tabs.shown() === tab };
  }

  /** @param {boolean} isAdmin */
  runsView(isAdmin) {
    return createRunsView({
      isAdmin,
      onPick: (id) => {
        this.runId = id;
        this.lookAtRuns();
      },
      onReveal: (id) => void attempt(async () => this.runs.showTexts(await this.api.reveal(id))),
      onStop: (run) => void attempt(() => this.api.stop(run.userId, run.runId)),
      onReplay: (run) => void attempt(() => this.stepThrough(run.runId)),
    });
  }

  views() {
    const messages = el('div', { class: 'scroller' }, this.sequence.element);
    return createTabs(
      [
        { id: 'charts', name: 'Charts', content: this.charts.element },
        { id: 'messages', name: 'Messages', content: messages },
        { id: 'feed', name: 'Feed', content: this.feed.element },
        { id: 'runs', name: 'Runs', content: this.runs.element },
        { id: 'queues', name: 'Queues', content: this.queues.element },
      ],
      (tab) => {
        if (tab === 'runs') this.lookAtRuns();
        if (tab === 'queues') this.lookAtQueues();
        this.drawSoon();
      },
    );
  }

  layout() {
    const head = el(
      'div',
      { class: 'team-head' },
      this.title,
      this.actions.element,
      this.slider.element,
    );
    const team = el(
      'section',
      { class: 'panel team-panel', attrs: { 'aria-label': 'Team' } },
      head,
      this.tabs.element,
    );
    return el('div', { class: 'inspector' }, this.teams.element, team);
  }
}
