/** @import { SessionSummary } from '../house.ts' */
/** @import { WireEntry, WireLine } from '../wire.ts' */

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
 * @property {(signal: AbortSignal) => AsyncGenerator<WireLine>} openHouse Throws when the connection ends or falls silent.
 * @property {(question: { runId: string, channelId: string, text: string, stream: string }) => Promise<void>} ask
 * @property {(run: { runId: string, stream: string }) => Promise<void>} watch
 * @property {(channelId: string) => Promise<void>} stop
 * @property {() => Promise<readonly SessionSummary[]>} sessions
 * @property {(channelId: string, page: { limit: number, before?: string }) => Promise<readonly WireEntry[]>} conversation
 */

/**
 * The console's HTTP interface. Each call rejects with `Refused` when the house says no, with another error when
 * it cannot be reached.
 *
 * @param {string} token
 * @returns {Api}
 */
export function createApi(token) {
  /** @param {string} path @param {RequestInit} [init] */
  const call = async (path, init = {}) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(path, { ...init, headers, cache: 'no-store' });
    if (response.ok) return response;
    throw new Refused(response.status, await sentenceOf(response));
  };
  /** @param {string} path @param {object} body */
  const post = async (path, body) => {
    const signal = AbortSignal.timeout(CALL_MS);
    await call(path, { method: 'POST', body: JSON.stringify(body), signal });
  };
  /** @param {string} path */
  const read = async (path) => {
    const response = await call(path, { signal: AbortSignal.timeout(CALL_MS) });
    return response.json();
  };
  return {
    openHouse: async function* (signal) {
      const response = await call('/api/house', { signal });
      if (response.body !== null) yield* linesOf(response.body);
    },
    ask: (question) => post('/api/ask', question),
    watch: (run) => post('/api/watch', run),
    stop: (channelId) => post('/api/stop', { channelId }),
    sessions: async () => (await read('/api/sessions')).sessions,
    conversation: async (channelId, { limit, before }) => {
      const query = before === undefined ? `limit=${limit}` : `limit=${limit}&before=${before}`;
      return (await read(`/api/sessions/${encodeURIComponent(channelId)}?${query}`)).entries;
    },
  };
}

const CALL_MS = 15_000;
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
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<WireLine>}
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
