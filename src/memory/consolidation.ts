import type { Memory, MemoryChange } from '../../machines/memory/memories.ts';
import { sayingOf, saysTheSame } from './similar.ts';

/** So many are left when there were too many: making room is worth doing for some at once. */
const SHARE_KEPT = 0.95;
/** Importance loses half of its weight in this time without being of use. */
const HALF_LIFE_MS = 180 * 86_400_000;

export type Making = Extract<MemoryChange, { kind: 'unite' | 'retire' }>;

export interface Room {
  /** Memories that may be live at once. */
  readonly cap: number;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/**
 * What makes room where `cap` memories are live: those that another says as well are united with it, then the least useful are
 * retired: unimportant, old, never of use. Preferences, instructions and what its user asked to be remembered stay; when that
 * is all there is, no room is made. Nothing is erased: what goes is kept with its date.
 */
export function makeRoom(memories: readonly Memory[], { cap, now }: Room): readonly Making[] {
  if (memories.length < cap) return [];
  const target = Math.max(0, Math.floor(cap * SHARE_KEPT));
  const candidates = memories.filter((memory) => !isProtected(memory)).sort(byUse(now));
  const gone = new Map<string, Making>();
  const isEnough = (): boolean => memories.length - gone.size <= target;
  const twinOf = twinsAmong(memories);
  for (const memory of candidates) {
    if (isEnough()) break;
    const twin = twinOf(memory, (one) => !gone.has(one.id) && mayStandFor(one, memory));
    if (twin !== undefined) gone.set(memory.id, { kind: 'unite', id: memory.id, into: twin.id });
  }
  for (const { id } of candidates) {
    if (isEnough()) break;
    if (!gone.has(id)) gone.set(id, { kind: 'retire', id });
  }
  return standing([...gone.values()]);
}

type Twin = (memory: Memory, may: (one: Memory) => boolean) => Memory | undefined;

/** Finds another that says the same, among those that share the rarest of a memory's words: to compare all would take seconds. */
function twinsAmong(memories: readonly Memory[]): Twin {
  const sayings = new Map(memories.map((memory) => [memory, sayingOf(memory)]));
  const byStem = new Map<string, Memory[]>();
  for (const [memory, { stems }] of sayings) {
    for (const stem of stems) {
      const known = byStem.get(stem);
      if (known === undefined) byStem.set(stem, [memory]);
      else known.push(memory);
    }
  }
  return (memory, may) => {
    const saying = sayings.get(memory);
    if (saying === undefined) return undefined;
    const lists = [...saying.stems].map((stem) => byStem.get(stem) ?? []);
    const [near = []] = lists.sort((a, b) => a.length - b.length);
    // The rarest word may be just the one that differs.
    const [, next = []] = lists;
    return [...near, ...next].find((one) => {
      const other = sayings.get(one);
      return one !== memory && other !== undefined && may(one) && saysTheSame(saying, other);
    });
  };
}

const isProtected = ({ kind, askedFor }: Memory): boolean =>
  kind === 'preference' || kind === 'instruction' || askedFor === true;

/** Where the one may not be used, the other must not be missing. */
const mayStandFor = (one: Memory, other: Memory): boolean =>
  one.audience === 'others' || other.audience === 'asker';

/** The least useful first. */
function byUse(now: number) {
  const use = ({ importance, createdAt, recalledAt }: Memory): number => {
    const last = Math.max(createdAt, recalledAt ?? 0);
    const bonus = recalledAt === undefined ? 0 : 0.5;
    return (importance + bonus) * 2 ** (-Math.max(0, now - last) / HALF_LIFE_MS);
  };
  return (a: Memory, b: Memory): number =>
    use(a) - use(b) || a.createdAt - b.createdAt || a.id.localeCompare(b.id);
}

/** What was united with one that is retired itself is retired, too. */
function standing(made: readonly Making[]): readonly Making[] {
  const gone = new Set(made.map(({ id }) => id));
  return made.map((one) =>
    one.kind === 'unite' && gone.has(one.into) ? { kind: 'retire', id: one.id } : one,
  );
}
