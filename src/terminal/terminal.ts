import { messageOf } from '../shared/thrown.ts';
import type { TerminalHouse } from './house.ts';
import { runInteractive } from './interactive.ts';
import { runPiped } from './piped.ts';
import type { TerminalOptions } from './talk.ts';

/** The process was asked to end before its work was done. */
const INTERRUPTED = 130;

/**
 * Talks to a team: with a person at a terminal, or question by question through a pipe. Gives the process's exit
 * code: 0, 1 when an answer failed or the house cannot be had, 130 when it was interrupted.
 */
export async function runTerminal(
  options: TerminalOptions & { readonly connect: () => Promise<TerminalHouse> },
): Promise<number> {
  const { output, errors, connect, signal } = options;
  const gone = new AbortController();
  const leave = () => gone.abort();
  // A reader that has left (`… | head`) ends the work quietly; unheard, the error would end the process.
  output.on('error', leave);
  signal.addEventListener('abort', leave, { once: true });
  try {
    const house = await connect();
    try {
      const talk = { ...options, house, signal: gone.signal };
      const code = await (options.input.isTTY === true ? runInteractive(talk) : runPiped(talk));
      return signal.aborted ? INTERRUPTED : code;
    } finally {
      await house.close();
    }
  } catch (error) {
    errors.write(`${messageOf(error)}\n`);
    return 1;
  } finally {
    signal.removeEventListener('abort', leave);
    output.off('error', leave);
  }
}
