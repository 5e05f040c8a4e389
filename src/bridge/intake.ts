import { createHash } from 'node:crypto';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { BridgeEvent } from './event.ts';
import type { WordsIn } from './words.ts';

export interface IntakeLimits {
  /** Messages older than this are not answered any more; 0: all are. */
  readonly maxAgeMs: number;
  /** Characters of a question. */
  readonly maxChars: number;
}

/** What becomes of a message. */
export type Intake =
  | { readonly kind: 'asked'; readonly question: PlatformQuestion }
  /** It is not taken up, and its writer is told why. */
  | {
      readonly kind: 'declined';
      readonly question: PlatformQuestion;
      readonly note: string;
      readonly isLate: boolean;
    }
  | { readonly kind: 'blank' };

export type PlatformQuestion = Question & Required<Pick<Question, 'origin'>>;

export interface Moment {
  readonly platform: string;
  readonly now: number;
  /** The last position whose event was in time. */
  readonly inTime: number;
  readonly limits: IntakeLimits;
  readonly wordsIn: WordsIn;
}

/** Decides what becomes of a message. Pure. */
export function takeIn(event: BridgeEvent, moment: Moment): Intake {
  const { platform, now, limits } = moment;
  const words = moment.wordsIn(event.language);
  const question = questionOf(event, platform);
  if (event.text.trim() === '') return { kind: 'blank' };
  if (limits.maxAgeMs > 0 && now - event.at > limits.maxAgeMs) {
    const runId = absenceOf(event, moment);
    return { kind: 'declined', question: { ...question, runId }, note: words.away, isLate: true };
  }
  if (event.text.length > limits.maxChars) {
    const note = words.tooLong(limits.maxChars);
    return { kind: 'declined', question, note, isLate: false };
  }
  return { kind: 'asked', question };
}

/** What is said of a question that an earlier life has left, and not begun, where it has become too old. Pure. */
export function lapsed(
  question: Question,
  moment: Moment,
): { readonly note: Question; readonly part: string } | undefined {
  const { origin, at } = question;
  const { platform, now, limits } = moment;
  const isOld = limits.maxAgeMs > 0 && now - at > limits.maxAgeMs;
  if (!isOld || origin?.platform !== platform) return undefined;
  return {
    note: { ...question, runId: absenceOf(origin, moment) },
    part: moment.wordsIn(origin.language).away,
  };
}

/** Our ids carry the platform's name, so that no message there can pass for another one here, nor its writer for somebody else. */
function questionOf(event: BridgeEvent, platform: string): PlatformQuestion {
  const { messageId, channelId, userId, text, at, from, position, direct, language } = event;
  return {
    runId: RunId(`${platform}:${messageId}`),
    userId: UserId(`${platform}:${userId}`),
    channelId: ChannelId(`${platform}:${channelId}`),
    text,
    at,
    audience: direct === true ? 'asker' : 'others',
    origin: {
      platform,
      channelId,
      replyTo: messageId,
      position,
      ...(language === undefined ? {} : { language }),
    },
    ...(from === undefined ? {} : { from }),
  };
}

/** One id for a channel and an absence, so that the note is written once, whatever happens meanwhile. */
function absenceOf(
  { channelId }: { readonly channelId: string },
  { platform, inTime }: Moment,
): RunId {
  const hash = createHash('sha256').update(`${inTime}:${channelId}`).digest('base64url');
  return RunId(`${platform}:away:${hash.slice(0, 25)}`);
}
