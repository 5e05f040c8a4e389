/** What must never be remembered, however much its owner wants it: keys, tokens, passwords, numbers of cards and accounts. */
export const holdsSecret = (text: string): boolean =>
  SHAPES.some((shape) => shape.test(text)) || holdsCardNumber(text) || holdsRandomText(text);

const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]+-----/,
  /\b(?:sk|pk|rk|gsk|ghp|gho|ghs|ghu|xox[abeprs]|glpat|npm|hf|e2b|fc|tvly)[-_][A-Za-z0-9_-]{10,}/,
  /\bgithub_pat_\w{20,}/,
  /\bA(?:KIA|SIA)[A-Z0-9]{12,}/,
  /\bAIza[\w-]{30,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}/,
  /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,3})?\b/,
  /\b\d{3}-\d{2}-\d{4}\b/,
  /:\/\/[^\s/@:]+:[^\s/@]+@/,
  /\b(?:pass(?:word|phrase|code|wort)|kennwort|contraseña|mot de passe|pin|cvv|cvc|api[ _-]?key|secret(?: key)?|access token|auth token|private key|seed phrase|recovery (?:code|phrase))\b\s*(?:is|ist|es|est|=|:|lautet|number|code)/iu,
];

/** 13 to 19 digits with a check digit that is right. */
function holdsCardNumber(text: string): boolean {
  for (const [match] of text.matchAll(/(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g)) {
    if (hasCheckDigit(match.replaceAll(/\D/g, ''))) return true;
  }
  return false;
}

function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (const [at, char] of [...digits].reverse().entries()) {
    const digit = Number(char) * (at % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** A long run of letters and digits that nobody would say: a key of a kind not listed above. */
const holdsRandomText = (text: string): boolean =>
  (text.match(/[A-Za-z0-9+/_=-]{24,}/g) ?? []).some(
    (run) => /\d/.test(run) && /[A-Za-z]/.test(run) && !/[-_](?:[a-z]+[-_]){3,}/.test(run),
  );
