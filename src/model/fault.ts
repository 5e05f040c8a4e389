import { type Failure, type FailureKind, failure } from '../../machines/failure.ts';
import { isRecord } from '../shared/parse.ts';
import type { HeaderReader } from './bucket.ts';
import type { Dialect } from './dialect.ts';
import { parseDuration, parseRetryAfter } from './durations.ts';

/** A failure of one attempt, with what recovering from it needs to know. */
export interface Fault {
  readonly failure: Failure;
  /** What the model had written when the server found no tool call in it. */
  readonly failedGeneration?: string;
  /** A field of the request that this server does not take. */
  readonly refusedField?: string;
}

/** An error as a server words it: the answer to a request, or an event in a stream (then without a status). */
export interface ServerError {
  readonly status: number | undefined;
  readonly body: unknown;
  readonly header: HeaderReader;
  /** Who answered, for the message: `groq/openai/gpt-oss-120b`. */
  readonly who: string;
  readonly now: number;
}

export const fault = (kind: FailureKind, message: string): Fault => ({
  failure: failure(kind, message),
});

/** Puts the many wordings of servers into our closed set. */
export function faultOf(error: ServerError, dialect: Dialect): Fault {
  const words = wordsOf(error.body);
  const status = error.status ?? words.status;
  const kind = kindOf({ ...words, status }, dialect);
  const message = `${error.who} answered ${describe(status, words, kind)}`;
  const retryAfterMs = kind === 'rate_limited' ? retryAfter(error, words.message) : undefined;
  const refusedField = kind === 'bad_request' ? fieldNamed(words) : undefined;
  return {
    failure: failure(kind, message, retryAfterMs),
    ...(words.failedGeneration === undefined ? {} : { failedGeneration: words.failedGeneration }),
    ...(refusedField === undefined ? {} : { refusedField }),
  };
}

interface Words {
  readonly status: number | undefined;
  /** `code` and `type`, together. */
  readonly code: string;
  readonly param: string;
  readonly message: string;
  readonly failedGeneration: string | undefined;
}

function wordsOf(body: unknown): Words {
  const outer = isRecord(body) ? body : {};
  const error = isRecord(outer['error']) ? outer['error'] : outer;
  const plain = typeof outer['error'] === 'string' ? outer['error'] : '';
  const status = Number(error['code'] ?? error['status']);
  return {
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined,
    code: [error['code'], error['type']].filter((part) => typeof part === 'string').join(' '),
    param: typeof error['param'] === 'string' ? error['param'] : '',
    message: typeof error['message'] === 'string' ? error['message'] : plain,
    failedGeneration:
      typeof error['failed_generation'] === 'string' ? error['failed_generation'] : undefined,
  };
}

const TOOL_USE =
  /tool_use_failed|failed to call a function|tool call validation failed|attempted to call tool|tool choice is none|failed to parse tool call/i;
const TOO_LARGE =
  /context_length_exceeded|exceed_context_size|request_too_large|(maximum|exceeds?.*) context|context (length|window|size)|reduce the length|request too large/i;
const GONE =
  /model_not_found|model_decommissioned|model_not_active|model .*(not found|does not exist)/i;

/** What the words say, before the status is asked: servers put very different statuses on them. */
const BY_WORDS: readonly (readonly [RegExp, FailureKind])[] = [
  [TOOL_USE, 'tool_use_failed'],
  [/json_validate_failed/i, 'bad_schema'],
  [TOO_LARGE, 'too_large'],
  [GONE, 'model_gone'],
  [/rate_limit_exceeded|insufficient_quota/i, 'rate_limited'],
  [/invalid_api_key|model_terms_required|model_permission/i, 'auth'],
  [/overloaded|capacity_exceeded/i, 'over_capacity'],
];

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: 'auth',
  402: 'auth',
  403: 'auth',
  408: 'timeout',
  409: 'server',
  413: 'too_large',
  424: 'server',
  429: 'rate_limited',
  498: 'over_capacity',
  499: 'server',
  503: 'over_capacity',
  529: 'over_capacity',
};

function kindOf(words: Words, dialect: Dialect): FailureKind {
  const { status } = words;
  // A refused key, a spent limit or a broken server stays what it is, whatever else the text mentions.
  if (status !== undefined && (status >= 500 || [401, 403, 429].includes(status))) {
    return BY_STATUS[status] ?? 'server';
  }
  const text = `${words.code} ${words.message}`;
  const byWords = BY_WORDS.find(([pattern]) => pattern.test(text))?.[1];
  if (byWords !== undefined) return byWords;
  if (status === undefined || (status === 422 && dialect.stumblesWith422)) return 'server';
  return BY_STATUS[status] ?? 'bad_request';
}

function describe(status: number | undefined, words: Words, kind: FailureKind): string {
  const place = status === undefined ? 'with an error in its stream' : String(status);
  if (status === 404 && kind === 'bad_request') {
    return '404: there is nothing at this address; check the base URL of the provider';
  }
  if (status !== undefined && status >= 300 && status < 400) {
    return `${place}, a redirect; give the provider its final base URL`;
  }
  const parts = [words.code, words.param, discreet(words.message)].filter((part) => part !== '');
  return parts.length === 0 ? place : `${place}: ${parts.join(', ')}`;
}

/** Servers quote keys and prompts back; logs must not keep either. */
function discreet(message: string): string {
  return message
    .replace(/\b(gsk|sk|key)[-_][\w*-]{4,}/gi, '…')
    .replace(/(["'`])(?:(?!\1).){41,}\1/gs, '$1…$1')
    .replace(/\s+/g, ' ')
    .slice(0, 200);
}

/** From the headers, or from Groq's sentence `Please try again in 7.66s`. */
function retryAfter({ header, now }: ServerError, message: string): number | undefined {
  const inMs = Number(header('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(inMs)) return Math.max(inMs, 0);
  const asked = header('retry-after');
  if (asked !== null) return parseRetryAfter(asked, now);
  const sentence = /try again in ([\d.hms]+[hms])/.exec(message)?.[1];
  return sentence === undefined ? undefined : parseDuration(sentence);
}

const NOT_TAKEN =
  /unsupported|not supported|does not support|unknown|unrecogni[sz]ed|unexpected|extra (inputs|fields)|not permitted|invalid field/i;
/** Fields we can do without; the request is then sent again without them. */
const DISPENSABLE =
  /\b(disable_tool_validation|stream_options|reasoning_content|reasoning|reasoning_effort|reasoning_format|include_reasoning|temperature|top_p|parallel_tool_calls|service_tier|seed)\b/;

function fieldNamed({ param, message, code }: Words): string | undefined {
  if (!NOT_TAKEN.test(`${code} ${message}`)) return undefined;
  return (DISPENSABLE.exec(param) ?? DISPENSABLE.exec(message))?.[1];
}
