import { ownWords } from './own-words.ts';

const WISH =
  /\b(?:remember|memori[sz]e|keep in mind|don['’]?t forget|note that|forget|merk(?:e|t)? (?:dir|es dir)|vergiss|denk daran|recuerda|olvida|souviens|oublie|call me|from now on)\b/iu;

/** Whether somebody asks, themselves, for something to be remembered or forgotten: that does not wait for a batch. */
export const isExplicit = (text: string): boolean => WISH.test(ownWords(text));
