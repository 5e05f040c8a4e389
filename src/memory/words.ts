import { stemmer } from 'stemmer';
import { baseOf } from './irregular.ts';

/** English words that say nothing about what a text is about; what is left of others is weighed by how rare it is. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
  itself they them their theirs themselves what which who whom this that these those am is are was were be been being have
  has had having do does did doing a an the and but if or because as until while of at by for with about against between
  into through during before after above below to from up down in out on off over under again further then once here there
  when where why how all any both each few more most other some such no nor not only own same so than too very s t can will
  just don should now d ll m o re ve y ain aren couldn didn doesn hadn hasn haven isn ma mightn mustn needn shan shouldn
  wasn weren won wouldn`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text, small, without accents: as people mean them when they type them in a hurry. */
export const wordsOf = (text: string): readonly string[] =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().match(WORD) ?? [];

/** The stems that a text can be found by. */
export const stemsOf = (text: string): readonly string[] =>
  wordsOf(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stemOf);

/** The stem of one small word; of a number, the number. */
export const stemOf = (word: string): string =>
  /^[a-z]{3,}$/.test(word) ? stemmer(baseOf(word)) : word;

export const isStopWord = (word: string): boolean => STOP_WORDS.has(word);
