import { Refused } from '../api.js';
import { byId } from '../dom.js';

const LONGEST_PAUSE_MS = 8_000;

/**
 * Does something now and again after each pause, while the page is seen and `isWanted` says so. What fails is said in
 * the banner until it goes well again, with pauses that grow.
 *
 * @param {() => Promise<void>} work
 * @param {{ everyMs: number, isWanted?: () => boolean }} options
 * @returns {() => void} Does it now.
 */
export function repeat(work, { everyMs, isWanted = () => true }) {
  let isUnderWay = false;
  let isAskedAgain = false;
  let failures = 0;
  let notBefore = 0;
  const once = async () => {
    isAskedAgain = isUnderWay;
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await work();
      failures = 0;
      notBefore = 0;
      sayTrouble('');
    } catch (error) {
      failures++;
      notBefore = performance.now() + Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** failures);
      sayTrouble(sentenceOf(error));
    }
    isUnderWay = false;
    if (isAskedAgain) void once();
  };
  setInterval(() => {
    if (!document.hidden && performance.now() >= notBefore && isWanted()) void once();
  }, everyMs);
  return () => void once();
}

/**
 * Does what a person has asked for; why it failed is said in the banner.
 *
 * @param {() => Promise<void>} work
 */
export async function attempt(work) {
  try {
    await work();
    sayTrouble('');
  } catch (error) {
    sayTrouble(sentenceOf(error));
  }
}

/** @param {unknown} error */
function sentenceOf(error) {
  // What is missing while the connection is lost is said by the connection.
  if (!(error instanceof Refused)) return '';
  return error.status === 401 ? '' : error.message;
}

/** @param {string} sentence */
function sayTrouble(sentence) {
  const banner = byId('banner');
  banner.hidden = sentence === '';
  banner.textContent = sentence;
}
