import { ChannelId, isValidId, RunId } from '../../machines/ids.ts';
import { Rejection } from './answer.ts';

type Fields = Readonly<Record<string, unknown>>;

// Each reads one thing a client may send; each throws `Rejection` with one clear sentence.

export function questionIn(body: Fields, maxChars: number) {
  return {
    runId: RunId(idIn(body, 'runId')),
    channelId: ChannelId(idIn(body, 'channelId')),
    text: textIn(body, maxChars),
  };
}

export function stopIn(body: Fields) {
  const runId = body['runId'] === undefined ? {} : { runId: RunId(idIn(body, 'runId')) };
  const channelId =
    body['channelId'] === undefined ? {} : { channelId: ChannelId(idIn(body, 'channelId')) };
  if ('runId' in runId || 'channelId' in channelId) return { ...runId, ...channelId };
  throw new Rejection(400, 'Say what to stop: a runId or a channelId.');
}

export function confirmationIn(body: Fields) {
  const { stepKey, allow } = body;
  if (typeof stepKey !== 'string' || stepKey === '' || stepKey.length > MAX_STEP_KEY_CHARS)
    throw new Rejection(400, 'stepKey must be the one that was asked about.');
  if (typeof allow !== 'boolean') throw new Rejection(400, 'allow must be true or false.');
  return { runId: RunId(idIn(body, 'runId')), stepKey, allow };
}

const MAX_STEP_KEY_CHARS = 300;

export function idIn(body: Fields, name: string): string {
  const value = body[name];
  if (isValidId(value)) return value;
  throw new Rejection(400, `${name} must be 1 to 64 characters of A-Z a-z 0-9 _ . : -`);
}

/** An id that arrived as a segment of the path. */
export function idInPath(segment: string, name: string): string {
  try {
    return idIn({ [name]: decodeURIComponent(segment) }, name);
  } catch (error) {
    if (error instanceof Rejection) throw error;
    throw new Rejection(400, `${name} is not encoded correctly.`);
  }
}

export function pageIn(query: URLSearchParams): { limit: number; before?: RunId } {
  const limit = wholeIn(query, 'limit', { from: 1, to: 100 }) ?? 30;
  const before = query.get('before');
  return before === null ? { limit } : { limit, before: RunId(idIn({ before }, 'before')) };
}

/** A whole number of a query; undefined when it is not given. */
export function wholeIn(query: URLSearchParams, name: string, range: Range): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  return wholeWithin(name, /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN, range);
}

/** A whole number of a body. */
export const numberIn = (body: Fields, name: string, range: Range): number =>
  wholeWithin(name, body[name], range);

function wholeWithin(name: string, value: unknown, { from, to }: Range): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to)
    return value;
  throw new Rejection(400, `${name} must be a whole number from ${from} to ${to}.`);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function textIn(body: Fields, maxChars: number): string {
  const text = body['text'];
  if (typeof text !== 'string' || text.trim() === '') {
    throw new Rejection(400, 'The question is empty: write something first.');
  }
  if (text.length <= maxChars) return text;
  throw new Rejection(
    400,
    `The question has ${text.length} characters; ${maxChars} are the most that can be asked at once.`,
  );
}

/** A command, as somebody types it. */
export function lineIn(body: Fields): string {
  const line = body['line'];
  if (typeof line === 'string' && /^\/(?:memory|forget)\b/.test(line) && line.length <= 200)
    return line;
  throw new Rejection(400, 'A line that begins with /memory or /forget is needed.');
}
