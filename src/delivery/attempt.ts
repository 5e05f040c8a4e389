import type { Clock } from '../shared/clock.ts';
import type { FindResult, OutgoingPart, Platform, SendResult } from '../shared/platform.ts';
import type { WaitingPart } from './outbox.ts';

interface AttemptOptions {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the attempt at once: whether the part has arrived is then unknown. */
  readonly signal: AbortSignal;
}

/**
 * One attempt at a part. An earlier one, perhaps of an earlier life, may have put it there without anybody knowing: the
 * platform tells by the nonce as long as it remembers it; after that, the part is looked for before it is sent.
 */
export async function attempt(part: WaitingPart, options: AttemptOptions): Promise<SendResult> {
  const { platform } = options;
  const outgoing = toOutgoing(part);
  if (mayBeForgotten(part, options)) {
    const found = await within(options, (signal) => platform.find(outgoing, { signal }));
    if (found.kind === 'found') return { kind: 'sent', platformId: found.platformId };
    if (found.kind !== 'absent') return found;
  }
  return await within(options, (signal) => platform.send(outgoing, { signal }));
}

/** Of the window that a platform promises: clocks differ, and a request takes its time. */
const TRUSTED_SHARE = 0.5;

/** No attempt is older than the part itself. A part from the future tells that a clock was set back. */
function mayBeForgotten({ createdAt }: WaitingPart, { platform, clock }: AttemptOptions): boolean {
  const ageMs = clock.now() - createdAt;
  return ageMs < 0 || ageMs >= platform.dedupeWindowMs * TRUSTED_SHARE;
}

const toOutgoing = ({ origin, content, nonce, ...waiting }: WaitingPart): OutgoingPart => ({
  channelId: origin.channelId,
  replyTo: origin.replyTo,
  position: origin.position,
  ...(origin.language === undefined ? {} : { language: origin.language }),
  messageId: waiting.messageId,
  part: waiting.part,
  createdAt: waiting.createdAt,
  content,
  nonce,
});

async function within<Result extends SendResult | FindResult>(
  { clock, timeoutMs, signal }: AttemptOptions,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = clock.setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(controller.signal);
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
