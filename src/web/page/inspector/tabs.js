import { el } from '../dom.js';

/**
 * Panels of which one is shown, chosen by a row of tabs that the arrow keys walk through.
 *
 * @param {readonly { id: string, name: string, content: Element }[]} panels
 * @param {(id: string) => void} onShow
 */
export function createTabs(panels, onShow) {
  let shown = panels[0]?.id ?? '';
  const tabs = panels.map(({ id, name }) =>
    el(
      'button',
      {
        class: 'view-tab',
        attrs: { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}` },
        on: { click: () => show(id) },
      },
      name,
    ),
  );
  const contents = panels.map(({ id, content }) =>
    el(
      'div',
      {
        class: 'tab-panel',
        attrs: {
          role: 'tabpanel',
          id: `panel-${id}`,
          'aria-labelledby': `tab-${id}`,
          tabindex: '0',
        },
      },
      content,
    ),
  );
  const bar = el(
    'div',
    { class: 'tab-bar', attrs: { role: 'tablist', 'aria-label': 'Views' } },
    ...tabs,
  );
  /** @param {string} id */
  const show = (id) => {
    shown = id;
    for (const [index, panel] of panels.entries()) {
      const isShown = panel.id === id;
      tabs[index]?.setAttribute('aria-selected', String(isShown));
      tabs[index]?.setAttribute('tabindex', isShown ? '0' : '-1');
      contents[index]?.toggleAttribute('hidden', !isShown);
    }
    onShow(id);
  };
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = panels.findIndex(({ id }) => id === shown);
    const next = (index + step + panels.length) % panels.length;
    show(panels[next]?.id ?? shown);
    tabs[next]?.focus();
  });
  return { element: el('div', { class: 'tabbed' }, bar, ...contents), show, shown: () => shown };
}
