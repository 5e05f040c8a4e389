import { el } from './dom.js';
import { changeShelf, readShelf } from './shelf.js';

const MAX_CHARS = 8_000;

/**
 * Where a question is written. Enter sends, Shift+Enter starts a new line; unsent text outlives a reload.
 *
 * @param {{ channelId: string, onAsk: (text: string) => void, onStop: () => void }} options
 */
export function createComposer({ channelId, onAsk, onStop }) {
  const { form, field, stop } = createForm(onStop);
  field.value = readShelf().drafts[channelId] ?? '';
  const keep = () =>
    changeShelf(({ drafts }) => {
      if (field.value === '') delete drafts[channelId];
      else drafts[channelId] = field.value;
    });
  const submit = () => {
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    keep();
    resize(field);
    onAsk(text);
  };
  field.addEventListener('input', () => resize(field));
  field.addEventListener('change', keep);
  field.addEventListener('keydown', (event) => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  window.addEventListener('pagehide', keep);
  resize(field);

  return {
    element: form,
    focus: () => field.focus({ preventScroll: true }),
    /** @param {boolean} working */
    showWorking(working) {
      stop.hidden = !working;
    },
    dispose() {
      keep();
      window.removeEventListener('pagehide', keep);
    },
  };
}

/** @param {() => void} onStop */
function createForm(onStop) {
  const field = el('textarea', {
    class: 'field',
    attrs: {
      rows: '1',
      placeholder: 'Ask your team…',
      'aria-label': 'Question',
      maxlength: String(MAX_CHARS),
    },
  });
  const stop = el(
    'button',
    {
      class: 'button stop',
      attrs: { type: 'button', hidden: true, title: 'Stop (Esc)' },
      on: { click: onStop },
    },
    'Stop',
  );
  const send = el('button', { class: 'button strong send', attrs: { type: 'submit' } }, 'Send');
  const actions = el('div', { class: 'actions' }, stop, send);
  return { form: el('form', { class: 'composer' }, field, actions), field, stop };
}

/**
 * Browsers that size fields by their content need no help.
 *
 * @param {HTMLTextAreaElement} field
 */
function resize(field) {
  if (!CSS.supports('field-sizing', 'content')) {
    field.rows = Math.min(8, field.value.split('\n').length);
  }
}
