/** @import { Queues } from '../../../shared/inspection.ts' */
import { ago, el } from '../dom.js';

/** What is accepted and not answered yet, and what is to be said and not said yet. */
export function createQueuesView() {
  const element = el('div', { class: 'queues' });
  return {
    element,
    /** @param {Queues} queues */
    show({ inbox, outbox }) {
      element.replaceChildren(
        section(
          `Inbox: ${inbox.count} to be answered`,
          ['Message', 'User', 'Channel', 'Attempts', 'Since'],
          inbox.oldest.map(({ messageId, userId, channelId, attempts, receivedAt }) => [
            messageId,
            userId,
            channelId,
            String(attempts),
            ago(receivedAt),
          ]),
        ),
        section(
          `Outbox: ${outbox.count} to be said`,
          ['Message', 'Part', 'Platform', 'State', 'Tries', 'Size'],
          outbox.oldest.map(({ messageId, part, platform, state, tries, chars }) => [
            messageId,
            String(part + 1),
            platform,
            state,
            String(tries),
            `${chars} chars`,
          ]),
        ),
      );
    },
  };
}

/**
 * @param {string} title
 * @param {readonly string[]} heads
 * @param {readonly (readonly string[])[]} rows
 */
function section(title, heads, rows) {
  const body =
    rows.length === 0
      ? el('p', { class: 'hint' }, 'Nothing waits.')
      : el(
          'div',
          { class: 'scroller' },
          el(
            'table',
            {},
            el(
              'thead',
              {},
              el('tr', {}, ...heads.map((head) => el('th', { attrs: { scope: 'col' } }, head))),
            ),
            el(
              'tbody',
              {},
              ...rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell)))),
            ),
          ),
        );
  return el('section', {}, el('h3', {}, title), body);
}
