/** @import { SessionSummary } from '../house.ts' */
/** @import { Api } from './api.js' */
/** @import { ChannelView } from './channel-view.js' */
/** @import { Connection } from './connection.js' */
/** @import { createHouseView } from './house-view.js' */
/** @import { OpenChannel } from './shelf.js' */
import { createChannelView } from './channel-view.js';
import { byId, el } from './dom.js';
import { changeShelf, readShelf } from './shelf.js';

/**
 * @typedef {object} Parts
 * @property {Api} api
 * @property {Connection} connection
 * @property {ReturnType<typeof createHouseView>} house
 */

/**
 * The columns side by side: the house, then the open channels. Which are open is remembered.
 *
 * @param {Parts} parts
 */
export function createDeck(parts) {
  const deck = new Deck(parts);
  byId('new-channel').addEventListener('click', () => deck.openNew());
  void deck.start();
  return deck;
}

class Deck {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<string, ChannelView>} */
    this.views = new Map();
    byId('deck').replaceChildren(parts.house.element);
    this.wasWorking = false;
  }

  /** Opens what was open, else the latest conversation, else a new channel. */
  async start() {
    const { channels } = readShelf();
    for (const channel of channels) this.show(channel);
    const sessions = await this.loadSessions();
    const latest = sessions[0];
    if (this.views.size === 0 && latest !== undefined) this.openSession(latest);
    if (this.views.size === 0) this.openNew();
    const first = this.views.values().next().value;
    first?.element.scrollIntoView({ inline: 'start' });
    first?.focus();
  }

  openNew() {
    const id = `web-${crypto.randomUUID().slice(0, 8)}`;
    const title = this.views.size === 0 ? 'Main' : `Channel ${this.views.size + 1}`;
    this.open({ id, title });
  }

  /** @param {SessionSummary} session */
  openSession({ channelId, title }) {
    const name = title || channelId;
    this.open({ id: channelId, title: name.length > 60 ? `${name.slice(0, 59)}…` : name });
  }

  /** @param {OpenChannel} channel */
  open(channel) {
    let view = this.views.get(channel.id);
    if (view === undefined) {
      changeShelf(({ channels }) => {
        if (!channels.some(({ id }) => id === channel.id)) channels.push(channel);
      });
      view = this.show(channel);
    }
    view.element.scrollIntoView({ inline: 'nearest' });
    view.focus();
  }

  /** @param {OpenChannel} channel */
  show(channel) {
    const view = createChannelView(channel, {
      api: this.parts.api,
      connection: this.parts.connection,
      onChange: () => this.noticeWork(),
      onRename: (title) => this.rename(channel.id, title),
      onClose: () => this.close(channel.id),
    });
    this.views.set(channel.id, view);
    byId('deck').append(view.element);
    this.drawTabs();
    return view;
  }

  /** @param {string} id @param {string} title */
  rename(id, title) {
    changeShelf(({ channels }) => {
      const channel = channels.find((open) => open.id === id);
      if (channel !== undefined) channel.title = title;
    });
    this.views.get(id)?.element.setAttribute('aria-label', title);
    this.drawTabs();
  }

  /** @param {string} id */
  close(id) {
    changeShelf((shelf) => {
      shelf.channels = shelf.channels.filter((channel) => channel.id !== id);
    });
    const view = this.views.get(id);
    view?.dispose();
    view?.element.remove();
    this.views.delete(id);
    if (this.views.size === 0) this.openNew();
    this.drawTabs();
  }

  /** When work ends, the list of conversations has changed. */
  noticeWork() {
    const working = [...this.views.values()].some((view) => view.isWorking());
    if (this.wasWorking && !working) void this.loadSessions();
    this.wasWorking = working;
    this.drawTabs();
  }

  async loadSessions() {
    const { api, house } = this.parts;
    try {
      const sessions = await api.sessions();
      house.showSessions(sessions);
      return sessions;
    } catch (error) {
      house.showSessionsProblem(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  /** On a phone one column fills the screen: the tabs lead to the others. */
  drawTabs() {
    const houseTab = tab('House', this.parts.house.element, false);
    const rest = [...this.views.values()].map((view) =>
      tab(view.element.getAttribute('aria-label') ?? '', view.element, view.isWorking()),
    );
    byId('tabs').replaceChildren(houseTab, ...rest);
  }
}

/** @param {string} name @param {HTMLElement} column @param {boolean} working */
function tab(name, column, working) {
  const show = () => column.scrollIntoView({ inline: 'start', behavior: 'smooth' });
  const extras = {
    class: working ? 'tab working' : 'tab',
    attrs: { type: 'button' },
    on: { click: show },
  };
  return el('button', extras, name);
}
