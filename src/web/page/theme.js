import { changeShelf, readShelf } from './shelf.js';

const NEXT = new Map([
  ['', 'light'],
  ['light', 'dark'],
  ['dark', ''],
]);
const NAMES = new Map([
  ['', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]);

/**
 * The system's colours, or light or dark by choice; remembered.
 *
 * @param {HTMLElement} button goes to the next choice
 */
export function startTheme(button) {
  const show = () => {
    const { theme } = readShelf();
    document.documentElement.dataset['theme'] = theme;
    const name = NAMES.get(theme) ?? 'Auto';
    button.textContent = name;
    button.setAttribute('aria-label', `Colours: ${name}. Change`);
    button.title = 'Colours: system, light or dark';
  };
  button.addEventListener('click', () => {
    changeShelf((shelf) => {
      shelf.theme = NEXT.get(shelf.theme) ?? '';
    });
    show();
  });
  show();
}
