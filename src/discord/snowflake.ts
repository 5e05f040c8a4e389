/** Discord's own beginning of time. */
const EPOCH = 1_420_070_400_000n;

/** When an id was made, in milliseconds since 1970. */
export const timeOf = (id: string): number => Number((BigInt(id) >> 22n) + EPOCH);
