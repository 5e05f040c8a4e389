import { isRecord, parseJson } from '../shared/parse.ts';

/** A message that somebody wrote to us, as the platform tells it. */
export interface BridgeEvent {
  readonly position: number;
  readonly messageId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly text: string;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
  /** True: nobody but its writer reads along there. Left out: others do. */
  readonly direct?: boolean;
  /** Which language its writer is spoken to in (`de`, `fr-CA`); left out, or none of ours: English. */
  readonly language?: string;
  /** The display name of whoever wrote it: data, never authority. */
  readonly from?: string;
}

export type EventReading =
  | { readonly kind: 'event'; readonly event: BridgeEvent }
  /** `position` is given where it could be read: the event is left behind all the same. */
  | { readonly kind: 'bad'; readonly why: string; readonly position?: number };

const MAX_NAME_CHARS = 100;

/** Reads one line of the stream. Never throws: what a platform sends is data. */
export function readEvent(line: string): EventReading {
  const parsed = parseJson(line);
  if (!parsed.ok || !isRecord(parsed.value)) return { kind: 'bad', why: 'not a JSON object' };
  const { position, messageId, channelId, userId, text, at, from, direct, language } = parsed.value;
  if (!isCount(position)) return { kind: 'bad', why: 'position must be a whole number from 0 up' };
  const bad = (why: string): EventReading => ({ kind: 'bad', why, position });
  if (!isPlatformId(messageId)) return bad(`messageId ${ID_RULE}`);
  if (!isPlatformId(channelId)) return bad(`channelId ${ID_RULE}`);
  if (!isPlatformId(userId)) return bad(`userId ${ID_RULE}`);
  if (typeof text !== 'string') return bad('text must be a string');
  if (!isCount(at)) return bad('at must be milliseconds since 1970');
  const where = {
    ...(direct === true ? { direct } : {}),
    ...(isLanguage(language) ? { language } : {}),
  };
  const event = { position, messageId, channelId, userId, text, at, ...where };
  if (typeof from !== 'string') return { kind: 'event', event };
  return { kind: 'event', event: { ...event, from: from.slice(0, MAX_NAME_CHARS).toWellFormed() } };
}

/** Shorter than ids of ours, since ours are these with a prefix. */
const PLATFORM_ID = /^[A-Za-z0-9_.-]{1,50}$/;
const ID_RULE = 'must be 1 to 50 characters of A-Z a-z 0-9 _ . -';

export const isPlatformId = (value: unknown): value is string =>
  typeof value === 'string' && PLATFORM_ID.test(value);

const isLanguage = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}$/.test(value);

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
