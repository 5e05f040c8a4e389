import { Script } from 'node:vm';
import type { Cell } from './e2b-client.ts';
import { bodiesOf, FOLDER } from './javascript-cell.ts';
import { type CodeJob, MAX_OUTPUT_BYTES } from './sandbox.ts';

/** A cell of ours, in the language that every machine runs. */
export const inPython = (code: string, maxOutput: number): Cell => ({
  language: 'python',
  code,
  maxOutput,
});

/** The code of a job, as its machine is given it. */
export const cellOf = ({ language, code }: CodeJob): Cell => ({
  language,
  code: language === 'python' ? code : inJavascript(code),
  maxOutput: MAX_OUTPUT_BYTES,
});

/**
 * JavaScript is given the functions of its folder, in the same line as it begins: lines keep their numbers. What does not
 * parse as a script is wrapped as everywhere; an `import` at its beginning fits nowhere else and stays as it is.
 */
function inJavascript(code: string): string {
  const wrapped = parses(code) ? undefined : bodiesOf(code).find(parses);
  const body = wrapped === undefined ? code : `await ${wrapped}`;
  return `await import('node:fs').then(${FOLDER}); ${body}`;
}

/** Compiled here, never run here. */
function parses(code: string): boolean {
  try {
    return new Script(code) !== undefined;
  } catch {
    return false;
  }
}
