import { type Failure, failure } from '../../../machines/failure.ts';

/** What a call that rejected came to. */
export interface Breakage {
  readonly failure: Failure;
  /** The session is of no more use. */
  readonly isLost: boolean;
  /** The server has certainly not begun with it. */
  readonly isUndone: boolean;
}

/** Reads what the SDK threw. Words of the server are quoted, and cut. */
export function breakageOf(server: string, thrown: unknown): Breakage {
  const { code, status, message } = facetsOf(thrown);
  if (status !== undefined) return refusedWith(server, status);
  // The server answered, in the words of the protocol.
  if (typeof code === 'number') {
    const words = message.slice(0, MAX_QUOTE_CHARS);
    return heard(failure('server', `${server} answered with an error: ${words}`));
  }
  if (code === 'INVALID_RESULT') {
    return heard(failure('bad_schema', `${server} answered in a form that it did not promise.`));
  }
  const why = code ?? 'no connection';
  return {
    failure: failure('transport', `There is no connection to ${server} (${why}).`),
    isLost: true,
    isUndone: UNSENT.has(why),
  };
}

const MAX_QUOTE_CHARS = 500;
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'NOT_CONNECTED']);

const heard = (why: Failure): Breakage => ({ failure: why, isLost: false, isUndone: false });

function refusedWith(server: string, status: number): Breakage {
  switch (status) {
    case 401:
    case 403:
      return heard(failure('auth', `${server} does not accept the key of this house.`));
    // What a server says that does not know the session (any more): it was started again.
    case 400:
    case 404:
      return {
        failure: failure('transport', `${server} has forgotten the session.`),
        isLost: true,
        isUndone: true,
      };
    case 429:
      return heard(failure('rate_limited', `${server} wants fewer calls.`));
    default:
      return heard(failure(status >= 500 ? 'server' : 'unavailable', `${server} said ${status}.`));
  }
}

interface Facets {
  readonly code: string | number | undefined;
  readonly status: number | undefined;
  readonly message: string;
}

/** The SDK's errors carry a `code` and perhaps a `status`; those of Node are wrapped, some of them twice. */
function facetsOf(thrown: unknown): Facets {
  if (!(thrown instanceof Error)) {
    return { code: undefined, status: undefined, message: String(thrown) };
  }
  const status: unknown = Reflect.get(thrown, 'status');
  const code: unknown = Reflect.get(thrown, 'code');
  const inner = thrown.cause === undefined ? undefined : facetsOf(thrown.cause).code;
  return {
    code: inner ?? (typeof code === 'number' || typeof code === 'string' ? code : undefined),
    status: typeof status === 'number' ? status : undefined,
    message: thrown.message,
  };
}
