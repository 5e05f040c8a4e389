/** A stretch of a text, from `start` up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The span that has this place within it, not at its ends. The spans stand in order and apart. */
export function spanAround<Found extends Span>(
  spans: readonly Found[],
  at: number,
): Found | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const last = spans[low - 1];
  return last !== undefined && at < last.end ? last : undefined;
}

/** In order; those that overlap become one. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last === undefined || last.end <= span.start) apart.push(span);
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return apart;
}

/** The text with each stretch outside of the spans changed. They stand in order and apart. */
export function outsideOf(
  text: string,
  spans: readonly Span[],
  change: (stretch: string) => string,
): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of [...spans, { start: text.length, end: text.length }]) {
    if (start > from) parts.push(change(text.slice(from, start)));
    parts.push(text.slice(start, end));
    from = end;
  }
  return parts.join('');
}
