/** Puts texts where texts of like meaning are near. */
export interface Embedder {
  /** Names the model: vectors of different ones are not compared. */
  readonly name: string;
  /**
   * A unit vector for each text, in the same order. Rejects with an `Error` that names the remedy when the model cannot be
   * reached or answers something else; then search goes on by words alone.
   */
  embed(
    texts: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly Float32Array[]>;
}

/** How near two unit vectors are: 1 the same, 0 nothing to do with each other. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The vector with length 1; one of length 0 as it is. */
export function unit(vector: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) squares += (vector[at] ?? 0) ** 2;
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
