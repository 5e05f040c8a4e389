/**
 * What a person says in a message themselves. Code, quotations, pasted conversations and what somebody is said to have
 * said are other people's words: they are blanked out, so that nothing can be found across the gap.
 */
export function ownWords(text: string): string {
  const unquoted = OTHERS_WORDS.reduce((rest, pattern) => rest.replaceAll(pattern, GAP), text);
  return withoutPastedTalk(unquoted);
}

/** No word of anybody: what is looked for never matches it. */
const GAP = ' \u{fffc} ';

const OTHERS_WORDS: readonly RegExp[] = [
  /```[\s\S]*?(?:```|$)/g,
  /`[^`\n]*`/g,
  /^[ \t]*>.*$/gm,
  /<[^<>\n]*>/g,
  /"[^"]*(?:"|$)/g,
  /[“„][^“”]*(?:[“”]|$)/g,
  /[«»][^«»]*(?:[«»]|$)/g,
  /(?<![\p{L}\p{N}])['‘‚](?=\S)[^'’\n]*\s[^'’\n]*['’](?![\p{L}\p{N}])/gu,
  /https?:\/\/\S+/g,
  // What follows a colon after somebody spoke or something is shown is theirs, to the end of its paragraph.
  /\b(?:said|says?|saying|wrote|writes?|told|tells|replied|answered|asked|posted|quotes?|quoted|reads?|message|email|mail|letter|file|page|website|document|output|result|transcript|log|text|schrieb|sagte?|meinte|écrit|dit|dijo|escribió)\b[^\n:]{0,60}:[\s\S]*?(?:\n\s*\n|$)/giu,
];

const SPEAKER =
  /^[ \t]*(?:\[[^\]\n]{1,40}\][ \t]*|\(?\d{1,2}:\d{2}(?::\d{2})?\)?[ \t]*)*[@#]?[\p{L}\p{N}_.-]{1,32}(?: [\p{L}\p{N}_.-]{1,32})?[ \t]*:[ \t]+\S/u;
const STAMPED = /^[ \t]*(?:\[[^\]\n]{1,40}\]|\(?\d{1,2}:\d{2}(?::\d{2})?\)?)[ \t]*[^:\n]{0,64}:/;

/** Two lines with a speaker, or one with a time, are a conversation that was pasted. */
function withoutPastedTalk(text: string): string {
  const lines = text.split('\n');
  const spoken = lines.filter((line) => SPEAKER.test(line)).length;
  return lines
    .map((line) => (STAMPED.test(line) || (spoken > 1 && SPEAKER.test(line)) ? GAP : line))
    .join('\n');
}

/** The same for texts that differ in case, kinds of quotes, marks at the ends and spaces only. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[‘’ʼ]/g, "'")
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s"'.,;:!?…-]+|[\s"'.,;:!?…-]+$/g, '');

/** Whether somebody says these words themselves, as whole words. */
export function saysThemselves(text: string, quote: string): boolean {
  const wanted = plain(quote);
  if (wanted === '') return false;
  const said = plain(ownWords(text));
  for (let at = said.indexOf(wanted); at !== -1; at = said.indexOf(wanted, at + 1)) {
    const before = said[at - 1];
    const after = said[at + wanted.length];
    if (!isWordLike(before) && !isWordLike(after)) return true;
  }
  return false;
}

const isWordLike = (char: string | undefined): boolean =>
  char !== undefined && /[\p{L}\p{N}]/u.test(char);
