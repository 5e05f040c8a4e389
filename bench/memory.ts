/** Bytes of the heap that are still needed. Throws without `--expose-gc`: `npm run bench` gives it. */
export async function heapInUse(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run with node --expose-gc: heap figures need it.');
  // Twice, with a turn of the event loop between: finalizers and weak references lag by one round.
  gc();
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  return process.memoryUsage().heapUsed;
}
