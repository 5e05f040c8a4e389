import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { type Failure, failure } from '../../../machines/failure.ts';
import { isReachable, NOT_PUBLIC, type Reach, refusalOf } from './address.ts';
import { type Answer, type AnswerHead, exchange, UnwantedAnswer } from './exchange.ts';

export interface GuardOptions {
  readonly reach: Reach;
  /** All addresses of a host name. Default: what the system's resolver says. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

export interface Fetching {
  readonly signal: AbortSignal;
  /** The rest of a longer page is not read; may depend on its media type. */
  readonly maxBytes: number | ((contentType: string) => number);
  /** The media types that are wanted: `text/html`, or `text/` for all that begin so. */
  readonly types: readonly string[];
}

/** A page as it came. */
export interface Fetched {
  /** Where it was found in the end, after redirects. */
  readonly url: string;
  /** In small letters, with its parameters. */
  readonly contentType: string;
  readonly bytes: Buffer;
  /** There was more than `maxBytes`. */
  readonly cut: boolean;
}

export type FetchResult =
  | { readonly kind: 'fetched'; readonly page: Fetched }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Fetches a page of the public web for somebody who cannot be trusted with the address. Never rejects. */
export type GuardedFetch = (address: string, fetching: Fetching) => Promise<FetchResult>;

const MAX_REDIRECTS = 4;

/**
 * A fetch that reaches only what `reach` allows: each hop of a redirect is judged anew, and a name is judged by the very
 * addresses that are connected to, so that no second look-up can say something else. Sends no cookies and no credentials.
 */
export function createGuardedFetch({ reach, resolve = resolveAll }: GuardOptions): GuardedFetch {
  const lookup = guardedLookup(reach, resolve);
  return async (address, fetching) => {
    const visit = (url: URL | null) => visited(url, { ...fetching, reach, lookup });
    let end = await visit(URL.parse(address));
    for (let hop = 1; end.kind === 'redirected'; hop++) {
      if (hop > MAX_REDIRECTS) return refused(`It was sent on more than ${MAX_REDIRECTS} times.`);
      end = await visit(end.to);
    }
    return end;
  };
}

const resolveAll = (hostname: string) => resolveName(hostname, { all: true });

/** A name that has even one address out of reach is not connected to at all. */
function guardedLookup(
  reach: Reach,
  resolve: (hostname: string) => Promise<readonly LookupAddress[]>,
): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (first === undefined || !found.every(({ address }) => isReachable(address, reach)))
          return callback(new UnwantedAnswer(NOT_PUBLIC), '');
        if (all === true) return callback(null, [...found]);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

type Visit = FetchResult | { readonly kind: 'redirected'; readonly to: URL | null };

interface Visiting extends Fetching {
  readonly reach: Reach;
  readonly lookup: LookupFunction;
}

/** One hop. */
async function visited(url: URL | null, visiting: Visiting): Promise<Visit> {
  if (url === null) return refused('That is not an address of the web.');
  const { signal, maxBytes, types, lookup, reach } = visiting;
  const refusal = refusalOf(url, reach);
  if (refusal !== undefined) return refused(refusal);
  try {
    const answer = await exchange(url, {
      signal,
      maxBytes: typeof maxBytes === 'number' ? maxBytes : (head) => maxBytes(contentTypeOf(head)),
      lookup,
      headers: { accept: ACCEPT, 'user-agent': AGENT },
      refuse: (head) => unwanted(head, types),
    });
    const target = redirectOf(answer);
    if (target === undefined) return pageOf(url, answer);
    return { kind: 'redirected', to: URL.parse(target, url.href) };
  } catch (error) {
    return failedWith(error, signal);
  }
}

const ACCEPT = 'text/html, application/xhtml+xml, text/*;q=0.9, */*;q=0.5';

/** Sites ask robots to say who they are. */
const AGENT = 'Troupe/0.1 (reads single pages that a person asked about)';

function unwanted(head: AnswerHead, types: readonly string[]): string | undefined {
  if (redirectOf(head) !== undefined || head.status >= 400) return undefined;
  const type = contentTypeOf(head);
  if (types.some((wanted) => type.startsWith(wanted))) return undefined;
  return `It is ${type === '' ? 'of no known type' : type.split(';')[0]}, which cannot be read.`;
}

const contentTypeOf = ({ headers }: AnswerHead): string =>
  headers['content-type']?.trim().toLowerCase().slice(0, 200) ?? '';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const redirectOf = ({ status, headers }: AnswerHead): string | undefined =>
  REDIRECTS.has(status) ? headers.location : undefined;

function pageOf(url: URL, answer: Answer): FetchResult {
  const { status, bytes, cut } = answer;
  if (status >= 200 && status < 300) {
    const contentType = contentTypeOf(answer);
    return { kind: 'fetched', page: { url: url.href, contentType, bytes, cut } };
  }
  if (status === 429) return failed(failure('rate_limited', 'The site wants fewer requests.'));
  const message = `The site answered ${status} instead of a page.`;
  return failed(failure(status >= 500 ? 'server' : 'unavailable', message));
}

const failed = (why: Failure) => ({ kind: 'failed', failure: why }) as const;
const refused = (message: string) => failed(failure('invalid_input', `Not read. ${message}`));

function failedWith(error: unknown, signal: AbortSignal) {
  if (error instanceof UnwantedAnswer) return refused(error.message);
  if (signal.aborted) return failed(failure('aborted', 'The page was not waited for.'));
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return failed(failure('unavailable', 'There is no such host.'));
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT'))
    return failed(failure('server', 'The page could not be unpacked.'));
  return failed(failure('transport', `The site could not be reached (${code}).`));
}

/** Codes are of Node's own making: nothing that a site says gets into a message this way. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first && typeof first.code === 'string'
    ? first.code
    : 'no connection';
}
