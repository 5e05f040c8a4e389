/** @import { SessionSummary } from '../house.ts' */
/** @import { HouseLine, WireEntry } from '../wire.ts' */

/** The house said no: `message` is for people. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} sentence
   */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/**
 * @typedef {object} Api
 * @property {(signal: AbortSignal) => AsyncGenerator<HouseLine>} openHouse Throws when the connection ends or falls silent.
 * @property {(question: { runId: string, channelId: string, text: string, stream: string }) => Promise<void>} ask
 * @property {(run: { runId: string, stream: string }) => Promise<void>} watch
 * @property {(channelId: string) => Promise<void>} stop
 * @property {(line: string, channelId: string) => Promise<string>} command
 * @property {(id: string) => Promise<Blob>} file
 * @property {(what: { runId: string, stepKey: string, allow: boolean }) => Promise<void>} confirm
 * @property {() => Promise<readonly SessionSummary[]>} sessions
 * @property {(channelId: string, page: { limit: number, before?: string }) => Promise<readonly WireEntry[]>} conversation
 */

/**
 * Calls of the house's HTTP interface. Each rejects with `Refused` when the house says no, with another error when it
 * cannot be reached.
 *
 * @param {string} token
 */
export function createCaller(token) {
  /** @param {string} path @param {RequestInit} [init] */
  const call = async (path, init = {}) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(path, { ...init, headers, cache: 'no-store' });
    if (response.ok) return response;
    throw new Refused(response.status, await sentenceOf(response));
  };
  return {
    /** @param {string} path */
    bytes(path) {
      return inTime(async (signal) => (await call(path, { signal })).blob());
    },
    /** Gives back what the house says, if anything. @param {string} path @param {object} body */
    post(path, body) {
      return inTime(async (signal) => {
        const response = await call(path, { method: 'POST', body: JSON.stringify(body), signal });
        const said = await response.text();
        return said === '' ? undefined : JSON.parse(said);
      });
    },
    /** @param {string} path */
    read(path) {
      return inTime(async (signal) => (await call(path, { signal })).json());
    },
    /**
     * A stream of JSON lines: whatever wire.ts says of the path. Throws when the connection ends or falls silent.
     *
     * @template Line
     * @param {string} path
     * @param {AbortSignal} signal
     * @returns {AsyncGenerator<Line>}
     */
    async *lines(path, signal) {
      const response = await call(path, { signal });
      if (response.body !== null) yield* linesOf(response.body);
    },
  };
}

/**
 * What the chat page asks of the house.
 *
 * @param {string} token
 * @returns {Api}
 */
export function createApi(token) {
  const { post, read, lines, bytes } = createCaller(token);
  return {
    openHouse: (signal) => lines('/api/house', signal),
    ask: async (question) => void (await post('/api/ask', question)),
    watch: async (run) => void (await post('/api/watch', run)),
    confirm: async (what) => void (await post('/api/confirm', what)),
    command: async (line, channelId) => (await post('/api/memory', { line, channelId })).said,
    stop: async (channelId) => void (await post('/api/stop', { channelId })),
    file: (id) => bytes(`/api/files/${encodeURIComponent(id)}`),
    sessions: async () => (await read('/api/sessions')).sessions,
    conversation: async (channelId, { limit, before }) => {
      const query = before === undefined ? `limit=${limit}` : `limit=${limit}&before=${before}`;
      return (await read(`/api/sessions/${encodeURIComponent(channelId)}?${query}`)).entries;
    },
  };
}

const CALL_MS = 15_000;

/**
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inTime(work) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('The house does not answer.')), CALL_MS);
  try {
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The house says that it lives every 15 seconds. */
const SILENCE_MS = 40_000;

/** @param {Response} response */
async function sentenceOf(response) {
  try {
    const body = await response.json();
    return String(body.error);
  } catch {
    return `The house answered with status ${response.status}.`;
  }
}

/**
 * @template Line
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<Line>}
 */
async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read());
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line);
    }
  } finally {
    await reader.cancel().catch(() => undefined); // The connection is already gone: nothing to cancel.
  }
}

/**
 * @template T
 * @param {Promise<T>} reading
 * @returns {Promise<T>}
 */
function withinSilence(reading) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The connection fell silent.')), SILENCE_MS);
    reading.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
