import type { Clock } from '../shared/clock.ts';
import { plainText } from './plain.ts';
import type { TerminalOptions } from './talk.ts';

/** One line that is written over and over: what goes on, and for how many seconds. */
export interface StatusLine {
  show(said: string): void;
  /** Takes the line away; to be called before anything else is written, and at the end. */
  clear(): void;
}

const ERASE_LINE = '\r\u001b[2K';

/** On something that is not a terminal it says nothing. */
export function createStatusLine(options: {
  readonly to: TerminalOptions['output'];
  readonly clock: Clock;
}): StatusLine {
  const { to, clock } = options;
  if (to.isTTY !== true) return { show() {}, clear() {} };
  let said = '';
  let since = 0;
  let timer: unknown;

  const draw = () => {
    const seconds = Math.round((clock.now() - since) / 1000);
    const text = seconds > 0 ? `${said}… ${seconds} s` : `${said}…`;
    // A line that wraps could not be erased as one.
    to.write(`${ERASE_LINE}${text.slice(0, (to.columns ?? 80) - 1)}`);
    timer = clock.setTimeout(draw, 1000);
  };
  const clear = () => {
    if (timer === undefined) return;
    clock.clearTimeout(timer);
    timer = undefined;
    to.write(ERASE_LINE);
  };
  return {
    show(now) {
      const text = plainText(now).replaceAll('\n', ' ');
      clock.clearTimeout(timer);
      if (timer === undefined || text !== said) since = clock.now();
      said = text;
      draw();
    },
    clear,
  };
}
