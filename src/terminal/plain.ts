/**
 * Text as a terminal may show it: control characters could move the cursor, change the title or forge other
 * people's words; marks that reverse the writing direction could hide what a line says. Line breaks and tabs stay.
 */
export const plainText = (text: string): string => text.replace(UNSAFE, '');

const UNSAFE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;
