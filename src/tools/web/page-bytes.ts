import { TextDecoder } from 'node:util';
import type { Fetched } from './guarded-fetch.ts';

const SNIFFED_BYTES = 1_024;

/** The text of a page in whatever encoding it says it is; what does not fit that becomes `\uFFFD`. */
export function decoded({ contentType, bytes }: Pick<Fetched, 'contentType' | 'bytes'>): string {
  const named = /charset\s*=\s*["']?([\w:.-]+)/.exec(contentType)?.[1] ?? declaredIn(bytes);
  return decoderFor(named).decode(bytes);
}

/** What the page's own head says, where the server said nothing. */
const declaredIn = (bytes: Buffer): string | undefined =>
  /<(?:meta[^>]*charset|\?xml[^>]*encoding)\s*=\s*["']?([\w:.-]+)/i.exec(
    bytes.subarray(0, SNIFFED_BYTES).toString('latin1'),
  )?.[1];

function decoderFor(encoding: string | undefined): TextDecoder {
  try {
    return new TextDecoder(encoding ?? 'utf-8');
  } catch {
    // The name of an encoding that nobody knows is all that this throws for.
    return new TextDecoder('utf-8');
  }
}
