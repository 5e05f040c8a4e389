/** Discord's own beginning of time. */
const EPOCH = 1_420_070_400_000n;

/** When an id was made, in milliseconds since 1970. */
export const timeOf = (id: string): number => Number((BigInt(id) >> 22n) + EPOCH);

/** The lowest id of that millisecond: every message since then comes after it. */
export const firstIdAt = (at: number): string =>
  String(
    (BigInt(Math.max(0, Math.floor(at))) > EPOCH ? BigInt(Math.floor(at)) - EPOCH : 0n) << 22n,
  );

export const isNewer = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

/**
 * Whether a message is the one that a thread began with. The two have one id; and since the message stands in the channel
 * above, nothing in the thread can be a reply to it.
 */
export const isHeadOf = (threadId: string, messageId: string): boolean => threadId === messageId;
