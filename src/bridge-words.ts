import type { WordsIn } from './bridge/words.ts';
import { languageOf, say } from './discord/commands/texts.ts';
import { PHRASES } from './discord/words/phrases.ts';

/** Behind a bridge the house says the same as on Discord, in the same languages. */
export const bridgeWords: WordsIn = (platforms) => {
  const language = languageOf(platforms);
  return {
    phrases: PHRASES[language],
    away: say(language, 'away'),
    tooLong: (max) => say(language, 'question_too_long', { max }),
    cut: say(language, 'answer_cut'),
    empty: say(language, 'answer_empty'),
  };
};
