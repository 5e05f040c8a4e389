/** PostgreSQL stores neither NUL nor half a surrogate pair: the one is dropped, the other becomes U+FFFD. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed;
}

/** JSON whose texts are clean, for `jsonb` columns. Cleaned before it is escaped: `jsonb` rejects `\u0000`, too. */
export const cleanJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? cleanText(inner) : inner,
  );
