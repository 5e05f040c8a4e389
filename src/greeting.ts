import type { App } from './app.ts';
import type { Config } from './config.ts';
import { adviceFor } from './shared/data-folder.ts';
import { messageOf } from './shared/thrown.ts';
import type { CodePlace } from './tools/code/choice.ts';

/** What `npm start` prints when the house is open. */
export function announce(app: App, config: Config): string {
  const { url, statelyUrl, discord, model, store, neighbours } = app;
  const lines = [
    'Troupe is open.',
    `  console  ${url ?? 'none'}`,
    ...(statelyUrl === undefined ? [] : [`  stately  ${statelyUrl}`]),
    ...(discord === undefined ? [] : [`  discord  ${discord}`]),
    `  model    ${model.isDemo ? 'demo: answers come from simple rules. Set GROQ_API_KEY in .env for a real one.' : model.name}`,
    `  store    ${store.kind === 'embedded' ? `embedded, in ${config.dataDir} (survives a crash, not a power cut)` : store.kind}`,
    ...(neighbours === 0 ? [] : [`  WARNING  ${SHARED}`]),
    '  Ctrl-C closes it.',
  ];
  return `${lines.join('\n')}\n`;
}

const SHARED =
  'another Troupe is open on this database. Whoever asks both has a team in each, and the order in\n' +
  '           a channel does not hold across them: give each a database of its own.';

/** What `npm start` prints when it is known where code is run. */
export const announceCode = ({ where, why }: CodePlace): string =>
  `  code     ${where}${why === '' ? '' : `\n           not in a stronger sandbox: ${why}`}\n`;

/** An error for people: what went wrong and, where known, what to do. */
export function explain(error: unknown): string {
  // What wraps an error of the system says itself what to do.
  const known = error instanceof Error ? adviceFor(error) : undefined;
  const message = messageOf(error);
  return `Troupe: ${message}\n${known === undefined ? '' : `${known}\n`}`;
}

/** Everything that is wrong with the environment, at once. */
export const explainProblems = (problems: readonly string[]): string =>
  `Troupe cannot start:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`;
