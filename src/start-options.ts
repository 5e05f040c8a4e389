import { parseArgs } from 'node:util';
import { messageOf } from './shared/thrown.ts';

/** What is said behind `npm start --`. */
export interface StartOptions {
  /** The inspector may do more than look: reveal texts, stop runs, dismiss teams, change how many may live. */
  readonly admin: boolean;
  /** An inspector that speaks Stately's protocol may connect, from this machine. */
  readonly stately: boolean;
}

export type StartOptionsReading =
  | { readonly kind: 'read'; readonly options: StartOptions }
  | { readonly kind: 'rejected'; readonly problem: string };

/** Words of the command line → options, or what is wrong with them in one sentence. */
export function readStartOptions(words: readonly string[]): StartOptionsReading {
  try {
    const options = { admin: { type: 'boolean' }, stately: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...words], options });
    const { admin = false, stately = false } = values;
    return { kind: 'read', options: { admin, stately } };
  } catch (thrown) {
    return { kind: 'rejected', problem: messageOf(thrown) };
  }
}
