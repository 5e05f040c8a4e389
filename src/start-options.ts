import { parseArgs } from 'node:util';
import { messageOf } from './shared/thrown.ts';

/** What is said behind `npm start --`. */
export interface StartOptions {
  /** The inspector may do more than look: reveal texts, stop runs, dismiss teams, change how many may live. */
  readonly admin: boolean;
}

export type StartOptionsReading =
  | { readonly kind: 'read'; readonly options: StartOptions }
  | { readonly kind: 'rejected'; readonly problem: string };

/** Words of the command line → options, or what is wrong with them in one sentence. */
export function readStartOptions(words: readonly string[]): StartOptionsReading {
  try {
    const { values } = parseArgs({ args: [...words], options: { admin: { type: 'boolean' } } });
    return { kind: 'read', options: { admin: values.admin ?? false } };
  } catch (thrown) {
    return { kind: 'rejected', problem: messageOf(thrown) };
  }
}
