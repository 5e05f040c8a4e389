import type { Usage } from '../../machines/conversation.ts';
import type { ModelRequest } from '../../machines/ports.ts';

/** Bytes of a message besides its texts: role, separators, ids. */
const MESSAGE_OVERHEAD = 16;
/** What a token is on average, for guesses where no server counted. */
const BYTES_PER_TOKEN = 4;

const knownBytes = new WeakMap<readonly unknown[], number>();

/** The size of what a model is shown. No token is shorter than a byte, so it is also the most tokens that it can be. */
export function promptBytes(request: ModelRequest): number {
  let bytes = request.tools.length === 0 ? 0 : bytesOf(request.tools);
  for (const message of request.messages) {
    bytes += MESSAGE_OVERHEAD + Buffer.byteLength(message.content);
    if (message.role !== 'assistant') continue;
    bytes += Buffer.byteLength(message.reasoning ?? '');
    if (message.toolCalls !== undefined) bytes += bytesOf(message.toolCalls);
  }
  return bytes;
}

/** The same arrays are shown again and again: each is put into JSON once. */
function bytesOf(list: readonly unknown[]): number {
  let bytes = knownBytes.get(list);
  if (bytes === undefined) {
    bytes = Buffer.byteLength(JSON.stringify(list));
    knownBytes.set(list, bytes);
  }
  return bytes;
}

export const guessTokens = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** What an exchange has probably cost whose count never arrived. */
export function guessUsage(
  request: ModelRequest,
  receivedBytes: number,
): Omit<Usage, 'costMicroUsd'> {
  return {
    calls: 1,
    promptTokens: guessTokens(promptBytes(request)),
    completionTokens: guessTokens(receivedBytes),
    cachedTokens: 0,
  };
}
