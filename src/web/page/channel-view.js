/** @import { Api } from './api.js' */
/** @import { Connection } from './connection.js' */
/** @import { OpenChannel } from './shelf.js' */
import { createComposer } from './composer.js';
import { Conversation } from './conversation.js';
import { el } from './dom.js';
import { createFollower } from './scroll.js';

/**
 * @typedef {object} Surroundings
 * @property {Api} api
 * @property {Connection} connection
 * @property {() => void} onChange
 * @property {(title: string) => void} onRename
 * @property {() => void} onClose
 *
 * @typedef {object} ChannelView
 * @property {HTMLElement} element
 * @property {() => void} focus
 * @property {() => boolean} isWorking
 * @property {() => void} dispose
 */

/**
 * One channel: its conversation and the place to write. Its past is loaded at once.
 *
 * @param {OpenChannel} channel
 * @param {Surroundings} around
 * @returns {ChannelView}
 */
export const createChannelView = (channel, around) => new Channel(channel, around);

class Channel {
  /** @param {OpenChannel} channel @param {Surroundings} around */
  constructor(channel, around) {
    this.id = channel.id;
    this.around = around;
    this.status = el('p', { class: 'unseen', attrs: { role: 'status' } });
    this.problem = el('p', { class: 'problem', attrs: { hidden: true } });
    this.earlier = createEarlierButton(() => void this.loadEarlier());
    this.welcome = createWelcome((text) => this.ask(text));
    this.conversation = new Conversation({
      channelId: channel.id,
      api: around.api,
      connection: around.connection,
      say: (sentence) => this.say(sentence),
      onChange: () => this.refresh(),
    });
    this.notice = el('pre', { class: 'notice', attrs: { hidden: true, role: 'status' } });
    this.composer = createComposer({
      channelId: channel.id,
      onAsk: (text) => this.ask(text),
      onStop: () => void this.stop(),
    });
    const log = el(
      'div',
      { class: 'log', attrs: { tabindex: '0', role: 'region', 'aria-label': 'Conversation' } },
      this.problem,
      this.earlier,
      this.welcome,
      this.conversation.element,
      this.notice,
    );
    this.follower = createFollower(log, this.conversation.element);
    this.element = el(
      'section',
      { class: 'column channel', attrs: { 'data-channel': this.id, 'aria-label': channel.title } },
      createHead(channel, around),
      log,
      this.composer.element,
      this.status,
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.isWorking()) void this.stop();
    });
    void this.load();
  }

  focus() {
    this.composer.focus();
  }

  isWorking() {
    return this.conversation.open.size > 0;
  }

  dispose() {
    this.conversation.dispose();
    this.composer.dispose();
    this.follower.dispose();
  }

  async load() {
    await this.reading(this.conversation.load());
    this.follower.toBottom();
  }

  loadEarlier() {
    return this.follower.holding(() => this.reading(this.conversation.loadEarlier()));
  }

  /** @param {string} text */
  ask(text) {
    this.problem.hidden = true;
    if (/^\/(?:memory|forget)\b/.test(text)) {
      void this.command(text);
      return;
    }
    this.conversation.ask(text);
    this.follower.toBottom();
  }

  /** @param {string} line What is kept of the user: the house answers it, not the team. */
  async command(line) {
    try {
      this.notice.textContent = await this.around.api.command(line, this.id);
      this.notice.hidden = false;
      this.follower.toBottom();
    } catch (error) {
      this.showProblem(messageOf(error));
    }
  }

  async stop() {
    try {
      await this.around.api.stop(this.id);
    } catch (error) {
      this.showProblem(`It could not be stopped: ${messageOf(error)}`);
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    this.status.textContent = sentence;
  }

  refresh() {
    const { views, loaded, hasEarlier } = this.conversation;
    this.composer.showWorking(this.isWorking());
    this.earlier.hidden = !hasEarlier;
    this.welcome.hidden = views.size > 0 || !loaded;
    this.around.onChange();
  }

  /** @param {Promise<void>} loading */
  async reading(loading) {
    try {
      await loading;
      this.problem.hidden = true;
    } catch (error) {
      this.showProblem(messageOf(error));
      this.earlier.hidden = false;
    }
  }

  /** @param {string} sentence */
  showProblem(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = false;
    this.say(sentence);
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {() => void} onClick */
const createEarlierButton = (onClick) =>
  el(
    'button',
    {
      class: 'button quiet earlier',
      attrs: { type: 'button', hidden: true },
      on: { click: onClick },
    },
    'Earlier messages',
  );

/** @param {OpenChannel} channel @param {Surroundings} around */
function createHead(channel, { onRename, onClose }) {
  const title = el('input', {
    class: 'title',
    attrs: {
      'aria-label': 'Channel name',
      maxlength: '60',
      spellcheck: 'false',
      autocomplete: 'off',
    },
  });
  title.value = channel.title;
  let last = channel.title;
  title.addEventListener('change', () => {
    title.value = title.value.trim() || last;
    last = title.value;
    onRename(last);
  });
  title.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') title.blur();
  });
  const close = el(
    'button',
    {
      class: 'button icon',
      attrs: {
        type: 'button',
        'aria-label': 'Close channel',
        title: 'Close (the conversation is kept)',
      },
      on: { click: onClose },
    },
    '×',
  );
  return el('header', { class: 'head' }, title, close);
}

const SUGGESTIONS = [
  'What is 17 % of 2,345?',
  'Which weekday is it 100 days from today?',
  'What is 12*7 and what did I ask before?',
];

/** @param {(text: string) => void} ask */
function createWelcome(ask) {
  const chips = SUGGESTIONS.map((text) =>
    el(
      'button',
      { class: 'chip', attrs: { type: 'button' }, on: { click: () => ask(text) } },
      text,
    ),
  );
  return el(
    'div',
    { class: 'welcome', attrs: { hidden: true } },
    el('p', { class: 'lead' }, 'Ask your team anything.'),
    el('p', {}, 'A leader reads your question, asks the members it needs, and writes one answer.'),
    ...chips,
  );
}
