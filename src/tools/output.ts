/** Text that every database and model accepts: no NUL, no half of a surrogate pair. */
export const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** At most `max` characters of `text`, whole characters only, with a closing line saying what is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = prefix(text, max);
  return `${kept}\n[cut: ${text.length - kept.length} of ${text.length} characters are not shown]`;
}

/** The first `max` UTF-16 units of `text`, or one less where that would split a surrogate pair. */
export function prefix(text: string, max: number): string {
  const last = text.charCodeAt(max - 1);
  const splits = text.length > max && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? max - 1 : max);
}

/** As much of a text as takes no more than `room` characters when it is written as JSON. */
export function fitting(text: string, room: number): string {
  let kept = prefix(text, Math.max(0, room));
  for (let size = sizeOf(kept); size > room && kept !== ''; size = sizeOf(kept)) {
    kept = prefix(kept, Math.floor((kept.length * Math.max(0, room)) / size));
  }
  return kept;
}

const sizeOf = (text: string): number => JSON.stringify(text).length - 2;
