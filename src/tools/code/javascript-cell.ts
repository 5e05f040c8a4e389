import { readFileSync } from 'node:fs';

/**
 * JavaScript that gives code a `console` and returns the function that turns a value (or a thrown one) into text. It is run
 * before the code and keeps what it uses, so that code which replaces `JSON` or `String.prototype.slice` cannot make a
 * longer text cross the border than `maxChars`.
 */
export const CONSOLE = `(emit, maxChars) => {
  'use strict';
  const { stringify } = JSON;
  const text = String;
  const { from } = Array;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const capped = (value) => {
    const whole = text(value);
    if (whole.length <= maxChars) return whole;
    return slice(whole, 0, maxChars) + ' [cut after ' + maxChars + ' characters]';
  };
  const plain = (key, value) => {
    if (typeof value === 'bigint') return text(value) + 'n';
    if (typeof value === 'function') return '[function ' + value.name + ']';
    if (typeof value === 'symbol') return text(value);
    if (typeof value === 'number' && !(value - value === 0)) return text(value);
    if (value instanceof Map) return { Map: from(value) };
    if (value instanceof Set) return { Set: from(value) };
    if (value instanceof Error) return text(value);
    return value;
  };
  const show = (value) => value === undefined ? 'undefined' : stringify(value, plain);
  const explain = (error) => {
    if (!(error instanceof Error)) return 'Uncaught ' + show(error);
    const place = /code\\.js:(\\d+)/.exec(text(error.stack));
    return text(error) + (place ? ' (line ' + place[1] + ')' : '');
  };
  const say = (...values) => {
    emit(capped(values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ')));
  };
  globalThis.console = { log: say, info: say, warn: say, error: say, debug: say };
  return (value, thrown) => capped(thrown ? explain(value) : show(value));
}`;

/** JavaScript that gives code the functions of its folder, where there are files and Node's module for them. */
export const FOLDER = `(fs) => { Object.assign(globalThis, { readFile: (name) => fs.readFileSync(name, 'utf8'), writeFile: (name, content) => { fs.writeFileSync(name, content); }, listFiles: () => fs.readdirSync('.').filter((name) => !name.startsWith('.')), removeFile: (name) => { fs.rmSync(name); } }); }`;

/**
 * Code that does not parse as a script may be an expression or a body of a function: models like to `await` and `return`.
 * What it may be, in the order in which it is to be tried; lines keep their numbers.
 */
export const bodiesOf = (code: string): readonly string[] => [
  `(async () => (${code}\n))()`,
  `(async () => {${code}\n})()`,
];

/** What Node runs inside of bubblewrap. */
export const JAVASCRIPT_CELL = `const furnish = ${CONSOLE};
const openFolder = ${FOLDER};
const bodiesOf = ${bodiesOf};
${readFileSync(new URL('./javascript-cell.cjs', import.meta.url), 'utf8')}`;
