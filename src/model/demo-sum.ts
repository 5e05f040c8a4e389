/** Words people use for what a calculator has signs for, in the order they are replaced. */
const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/(?<=\d),(?=\d{3}(?!\d))/g, ''],
  [/\b\d{4}-\d\d-\d\d\b/g, ' '],
  [/\b(?:multiplied by|times)\b/gi, '*'],
  [/\bdivided by\b/gi, '/'],
  [/\b(?:to the power of|raised to)\b/gi, '^'],
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\bmodulo\b/gi, 'mod'],
  [/\s*\bsquared\b/gi, '^2'],
  [/\s*\bcubed\b/gi, '^3'],
  [/\s*\bper ?cent\b/gi, '%'],
  [/\b(?:the )?square root of (\d[\d.]*)/gi, 'sqrt($1)'],
  [/\b(?:the )?factorial of (\d+)/gi, '$1!'],
  [/(?<=\d)\s*x\s*(?=\d)/gi, '*'],
];

const FUNCTION =
  'sqrt|cbrt|sin|cos|tan|asin|acos|atan|ln|log10|log2|log|exp|abs|round|floor|ceil|max|min|sum|mean|median|gcd|lcm|ncr|npr';
const TOKEN = String.raw`(?:\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+|(?<!\p{L})(?:${FUNCTION})\s*\(|(?<!\p{L})(?:pi|tau|e|mod|of)(?!\p{L})|[-+*/^%!(),√²³°×÷−])`;
const RUN = new RegExp(String.raw`${TOKEN}(?:\s*${TOKEN})*`, 'giu');

/** The longest expression in a text that has something to compute; `undefined` when there is none. */
export function readSum(text: string): string | undefined {
  const plain = SPOKEN.reduce((soFar, [word, sign]) => soFar.replaceAll(word, sign), text);
  const runs = [...plain.matchAll(RUN)].map(([run]) => trimmed(run)).filter(isSum);
  return runs.toSorted((a, b) => b.length - a.length)[0];
}

/** Without the commas and words that belong to the sentence around it. */
const trimmed = (run: string): string =>
  run
    .replace(/^(?:[\s,*/^%!)]|of\b|mod\b)+/i, '')
    .replace(/(?:[\s,+*/^(−×÷-]|\bof|\bmod)+$/i, '')
    .trim();

const isSum = (run: string): boolean =>
  /\d/.test(run) && /\d\s*[-+*/^%!²³×÷−]|[)]|√|\bmod\b|\bof\b|\bpi\b/i.test(run);
