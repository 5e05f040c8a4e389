import { type Failure, failure } from '../../../machines/failure.ts';
import { type Json, parseJson } from '../../shared/parse.ts';
import { type Answer, exchange } from './exchange.ts';

/** A web service that the operator has chosen: its address is trusted, its answers are not. */
export interface ServiceCall {
  /** For messages: `Exa`. */
  readonly service: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as JSON; without it, the request is a GET. */
  readonly body?: object;
  readonly signal: AbortSignal;
}

export type ServiceAnswer =
  | { readonly kind: 'answered'; readonly value: Json }
  | { readonly kind: 'failed'; readonly failure: Failure };

const MAX_ANSWER_BYTES = 4_000_000;

/** Asks a service and reads its JSON. Never rejects; a redirect counts as a failure, since keys belong to one host. */
export async function askService(call: ServiceCall): Promise<ServiceAnswer> {
  const { service, url, headers, body, signal } = call;
  try {
    const answer = await exchange(url, {
      signal,
      maxBytes: MAX_ANSWER_BYTES,
      headers: {
        accept: 'application/json',
        'user-agent': 'Troupe/0.1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return read(service, answer);
  } catch (error) {
    if (signal.aborted) return failed(failure('aborted', `${service} was not waited for.`));
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
    return failed(failure('transport', `${service} could not be reached (${code}).`));
  }
}

function read(service: string, answer: Answer): ServiceAnswer {
  const refusal = refusalIn(service, answer);
  if (refusal !== undefined) return failed(refusal);
  if (answer.cut) return failed(failure('too_large', `${service} answered with too much.`));
  const parsed = parseJson(answer.bytes.toString('utf8'));
  if (parsed.ok) return { kind: 'answered', value: parsed.value };
  return failed(failure('bad_schema', `${service} did not answer with JSON.`));
}

function refusalIn(service: string, { status, headers }: Answer): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403) {
    return failure('auth', `${service} does not accept the key: the operator must look at it.`);
  }
  if (status === 402 || status === 432 || status === 433) {
    return failure('budget', `What ${service} allows this account is used up.`);
  }
  if (status === 429) {
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? Math.min(seconds, 86_400) * 1_000 : undefined;
    return failure('rate_limited', `${service} wants fewer requests.`, retryAfterMs);
  }
  return failure(status >= 500 ? 'server' : 'unavailable', `${service} answered ${status}.`);
}

const failed = (why: Failure) => ({ kind: 'failed', failure: why }) as const;
