/** Prints how many milliseconds the library takes to load, the start of Node itself not counted. */
const from = performance.now();
await import('../src/troupe.ts');
console.log(performance.now() - from);
