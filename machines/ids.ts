declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Whose team it is: the id the edge vouches for (a Discord snowflake, `local` for the console). */
export type UserId = Branded<'UserId'>;
/** Where the conversation takes place: one session per (user, channel). */
export type ChannelId = Branded<'ChannelId'>;
/** One question and its working; equal to the message id, so a message delivered twice runs once. */
export type RunId = Branded<'RunId'>;
/** Which incarnation of a team acts: strictly grows per user; late effects of older ones are rejected. */
export type Epoch = number;

const VALID_ID = /^[A-Za-z0-9_.:-]{1,64}$/;

function checked(kind: string, value: string): string {
  if (VALID_ID.test(value)) return value;
  throw new TypeError(
    `${kind} must be 1 to 64 characters of A-Z a-z 0-9 _ . : -, got ${JSON.stringify(value.slice(0, 80))}`,
  );
}

// The three casts below are the only places where a brand is made: `checked` has just proved it.

/** Checks and brands a user id. Throws `TypeError` when it is not 1–64 safe characters. */
export const UserId = (value: string): UserId => checked('user id', value) as UserId;
/** Checks and brands a channel id. Throws `TypeError` when it is not 1–64 safe characters. */
export const ChannelId = (value: string): ChannelId => checked('channel id', value) as ChannelId;
/** Checks and brands a run id. Throws `TypeError` when it is not 1–64 safe characters. */
export const RunId = (value: string): RunId => checked('run id', value) as RunId;

/** True when `value` may be used as any of the ids above; for edges that answer instead of throwing. */
export const isValidId = (value: unknown): value is string =>
  typeof value === 'string' && VALID_ID.test(value);
