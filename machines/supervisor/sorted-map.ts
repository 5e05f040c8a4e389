import sortedBTree from 'sorted-btree';

// The package is CommonJS. Node hands over all that it exports; loaders that smooth over the difference (vitest,
// bundlers) hand over its `default`.
const BTree = 'default' in sortedBTree ? sortedBTree.default : sortedBTree;

/**
 * A sorted map whose versions share structure: `put` and `drop` give a new one in O(log n) and leave the old
 * one as it was. That is what lets a pure decision keep tens of thousands of rows.
 */
export interface SortedMap<Key, Value> {
  readonly size: number;
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  minKey(): Key | undefined;
  maxKey(): Key | undefined;
  /** In ascending order, from `firstKey` on when it is given. */
  values(firstKey?: Key): IterableIterator<Value>;
  /** Not for use outside this file: without `overwrite` the library keeps the old value. */
  with(key: Key, value: Value, overwrite: true): SortedMap<Key, Value>;
  without(key: Key): SortedMap<Key, Value>;
}

/** An empty map; `compare` must be a strict total order over its keys. */
export const emptyMap = <Key, Value>(compare: (a: Key, b: Key) => number): SortedMap<Key, Value> =>
  new BTree<Key, Value>(undefined, compare);

export const put = <Key, Value>(map: SortedMap<Key, Value>, key: Key, value: Value) =>
  map.with(key, value, true);

export const drop = <Key, Value>(map: SortedMap<Key, Value>, key: Key) => map.without(key);

/** The value of the smallest key. */
export function firstOf<Key, Value>(map: SortedMap<Key, Value>): Value | undefined {
  const key = map.minKey();
  return key === undefined ? undefined : map.get(key);
}

/** Smaller before larger: numbers by size, strings by code unit. Infinity equals itself. */
export function ascending<Key extends number | string>(a: Key, b: Key): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
