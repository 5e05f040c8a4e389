import type { ToolSpec, Usage } from '../../machines/conversation.ts';
import type { ModelRequest } from '../../machines/ports.ts';

/** Bytes of a message besides its texts: role, separators, ids. */
const MESSAGE_OVERHEAD = 16;
/** What a token is on average, for guesses where no server counted. */
const BYTES_PER_TOKEN = 4;

const toolBytes = new WeakMap<readonly ToolSpec[], number>();

/** The size of what a model is shown. No token is shorter than a byte, so it is also the most tokens that it can be. */
export function promptBytes(request: ModelRequest): number {
  let bytes = bytesOfTools(request.tools);
  for (const message of request.messages) {
    bytes += MESSAGE_OVERHEAD + Buffer.byteLength(message.content);
    if (message.role !== 'assistant') continue;
    bytes += Buffer.byteLength(message.reasoning ?? '');
    if (message.toolCalls !== undefined) bytes += JSON.stringify(message.toolCalls).length;
  }
  return bytes;
}

function bytesOfTools(tools: readonly ToolSpec[]): number {
  let bytes = toolBytes.get(tools);
  if (bytes === undefined) {
    bytes = tools.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(tools));
    toolBytes.set(tools, bytes);
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
