/** PostgreSQL stores neither NUL nor half a surrogate pair: the one is dropped, the other becomes U+FFFD. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed;
}

/** JSON whose texts are clean, for `jsonb` columns. Cleaned before it is escaped: `jsonb` rejects `\u0000`, too. */
export function cleanJson(value: unknown): string {
  const text = JSON.stringify(value);
  // What must be cleaned leaves an escape behind, and hardly any text has one: looking is cheaper than cleaning.
  if (!(text.includes('\\u') && UNCLEAN.test(text))) return text;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? cleanText(inner) : inner,
  );
}

const UNCLEAN = /\\u(?:0000|[dD][89a-fA-F])/;
