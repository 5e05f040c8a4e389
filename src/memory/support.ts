import { isStopWord, stemOf, wordsOf } from './words.ts';

/**
 * Whether a memory says no more than the words it rests on: everything in it that means something is in them, and it
 * denies what they deny. So whatever a model was talked into, nothing becomes a memory that the user has not said.
 */
export function isSupported(text: string, evidence: string): boolean {
  const said = new Set(wordsOf(evidence).map(stemOf));
  const words = wordsOf(text);
  const told = words.filter((word) => !isStopWord(word) && !FRAMING.has(stemOf(word)));
  return (
    told.length > 0 &&
    told.every((word) => said.has(stemOf(word))) &&
    denies(text) === denies(evidence)
  );
}

/** Those of the words that the evidence has, too. */
export const supportedOnly = (words: readonly string[], evidence: string): readonly string[] =>
  words.filter((word) => isSupported(word, evidence));

/** Words in which somebody reports what another said of themselves; stems, as `stemOf` makes them. */
const FRAMING: ReadonlySet<string> = new Set(
  `user person name call prefer like love enjoy want wish need use live work reside speak ask tell said say plan
  current usual regular alway often usually currently regularly also called named known
  nutzer nutzerin heisst mag lebt wohnt arbeitet bevorzugt usuario usuaria llama vive trabaja prefiere gusta
  utilisateur utilisatrice appelle habite travaille prefere aime`
    .split(/\s+/)
    .flatMap((word) => [word, stemOf(word)]),
);

const DENIAL =
  /\b(?:no|not|never|none|nothing|nobody|neither|nor|without|hates?|hated|dislikes?|disliked|avoids?|allergic|stopped|quit|isn't|aren't|wasn't|don't|doesn't|didn't|won't|can't|cannot|couldn't|shouldn't|haven't|hasn't|dont|doesnt|cant|nicht|kein\w*|nie|niemals|ohne|nunca|jamais|pas|sin|sans)\b/iu;

/** Whether a text says that something is not so. */
export const denies = (text: string): boolean => DENIAL.test(text.replaceAll('’', "'"));
