/** The only place where JSON is read. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type Parsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: string };

const MAX_DEPTH = 64;

/** Reads JSON that comes from outside. Never throws; refuses text deeper than 64 levels. */
export function parseJson(text: string): Parsed {
  let value: Json;
  try {
    // `JSON.parse` gives `any`; what it can give is exactly `Json`.
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'not JSON' };
  }
  return mayBeDeeperThan(text, MAX_DEPTH) && isDeeperThan(value, MAX_DEPTH)
    ? { ok: false, why: 'nested too deeply' }
    : { ok: true, value };
}

/** A JSON object, as opposed to an array, `null` or a bare value. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** False for nearly all texts, at a fraction of what the walk costs: no level without a bracket. */
function mayBeDeeperThan(text: string, limit: number): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > limit) return true;
    }
  }
  return false;
}

/** Walks level by level, so that hostile depth cannot exhaust the stack. */
function isDeeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}
