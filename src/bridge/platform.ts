import { isRecord, parseJson } from '../shared/parse.ts';
import type { FindResult, OutgoingPart, Platform, SendResult } from '../shared/platform.ts';
import { type BridgeClient, reasonOf, textOf } from './client.ts';
import { isPlatformId } from './event.ts';

export interface BridgePlatformOptions {
  readonly name: string;
  readonly client: BridgeClient;
  readonly dedupeWindowMs: number;
}

/** Posts answers to the bridge's server, and finds those that are there. */
export function createBridgePlatform({
  name,
  client,
  dedupeWindowMs,
}: BridgePlatformOptions): Platform {
  return {
    name,
    dedupeWindowMs,
    async send({ channelId, replyTo, content, nonce }, { signal }) {
      const body = { replyTo, content, nonce, enforce_nonce: true };
      return await settled(async () => {
        const response = await client(`/channels/${channelId}/messages`, { signal, body });
        const answer = await textOf(response);
        if (!response.ok) return problemOf(response, answer);
        const message = recordIn(answer);
        if (isPlatformId(message?.['id'])) return { kind: 'sent', platformId: message['id'] };
        return { kind: 'unsent', why: 'The answer to the post could not be read.' };
      });
    },
    find: (part, { signal }) => settled(() => find(part, client, signal)),
  };
}

/** How many messages the server is asked for at once. */
const PAGE = 100;

/** Reads on from the question until our message comes or the channel ends. */
async function find(
  { channelId, replyTo, nonce }: OutgoingPart,
  client: BridgeClient,
  signal: AbortSignal,
): Promise<FindResult> {
  let after = replyTo;
  for (;;) {
    const response = await client(`/channels/${channelId}/messages?after=${after}&limit=${PAGE}`, {
      signal,
    });
    const answer = await textOf(response);
    if (!response.ok) return problemOf(response, answer);
    const page = messagesIn(answer);
    if (page === undefined) return { kind: 'unsent', why: 'The messages could not be read.' };
    const ours = page.find((message) => message.nonce === nonce);
    if (ours !== undefined) return { kind: 'found', platformId: ours.id };
    const last = page.at(-1)?.id;
    if (last === undefined || last === after) return { kind: 'absent' };
    after = last;
  }
}

interface Message {
  readonly id: string;
  readonly nonce: unknown;
}

function messagesIn(answer: string): readonly Message[] | undefined {
  const parsed = parseJson(answer);
  if (!parsed.ok || !Array.isArray(parsed.value)) return undefined;
  const items: readonly unknown[] = parsed.value;
  const messages = items.flatMap((item) =>
    isRecord(item) && isPlatformId(item['id']) ? [{ id: item['id'], nonce: item['nonce'] }] : [],
  );
  // One that cannot be read might be ours: then nobody may say that ours is absent.
  return messages.length === items.length ? messages : undefined;
}

function recordIn(answer: string) {
  const parsed = parseJson(answer);
  return parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
}

/** What comes of trying again. A wrong token is for the operator to mend: nothing is given up for it. */
const PERMANENT: ReadonlySet<number> = new Set([400, 403, 404, 410, 413, 422]);

function problemOf(response: Response, answer: string): Exclude<SendResult, { kind: 'sent' }> {
  const why = `The platform answered ${response.status}.`;
  if (PERMANENT.has(response.status)) return { kind: 'refused', why };
  const seconds = Number(response.headers.get('retry-after') ?? recordIn(answer)?.['retry_after']);
  if (!Number.isFinite(seconds) || seconds <= 0) return { kind: 'unsent', why };
  return { kind: 'unsent', why, retryAfterMs: Math.ceil(seconds * 1_000) };
}

/** A connection that broke leaves open whether the part has arrived. */
async function settled<Result>(
  work: () => Promise<Result>,
): Promise<Result | { readonly kind: 'unsent'; readonly why: string }> {
  try {
    return await work();
  } catch (error) {
    return { kind: 'unsent', why: `The connection failed: ${reasonOf(error)}.` };
  }
}
