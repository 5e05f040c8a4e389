import { failure } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import { parseJson } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import type { HeaderReader } from './bucket.ts';
import type { ChatBody } from './chat-body.ts';
import { type Fault, fault, faultOf } from './fault.ts';
import type { HttpCall } from './http-call.ts';
import type { HttpReply } from './http-reply.ts';
import type { Provider } from './provider.ts';
import { type RawReply, readWholeReply } from './raw-reply.ts';
import type { AttemptLimits } from './settings.ts';
import { createStreamReader, type StreamEnd } from './stream-reader.ts';
import { startWatchdog } from './watchdog.ts';

export interface AttemptOrder {
  readonly provider: Provider;
  readonly body: ChatBody;
  /** The provider and the model, for messages. */
  readonly who: string;
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  /** The caller's. */
  readonly signal: AbortSignal;
  readonly onText?: ((text: string) => void) | undefined;
  readonly onHeaders: (header: HeaderReader) => void;
}

export type Attempted =
  | { readonly kind: 'read'; readonly raw: RawReply }
  | {
      readonly kind: 'fault';
      readonly fault: Fault;
      /** Characters of the reply that came before; `undefined`: the model had not begun, as far as we know. */
      readonly received: number | undefined;
    };

/** One exchange with one model. Never rejects; ends by its deadlines, or at once when the caller aborts. */
export async function attempt(order: AttemptOrder): Promise<Attempted> {
  const { signal, clock, limits, who } = order;
  let late: string | undefined;
  const watchdog = startWatchdog({
    limits,
    clock,
    streams: order.body.stream === true,
    onLate(what) {
      late = what;
      exchange.end();
    },
  });
  const exchange = new Attempt(order, watchdog.progress);
  const onAbort = (): void => exchange.end();
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) exchange.end();
    return await exchange.run();
  } catch (error) {
    const { received } = exchange;
    if (signal.aborted)
      return {
        kind: 'fault',
        fault: fault('aborted', `The call of ${who} was aborted.`),
        received,
      };
    if (late !== undefined)
      return { kind: 'fault', fault: fault('timeout', `${who}: ${late}`), received };
    return { kind: 'fault', fault: exchange.faultFrom(error), received };
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

class Attempt {
  readonly #order: AttemptOrder;
  readonly #progress: () => void;
  received: number | undefined;
  #call: HttpCall | undefined;
  #isEnded = false;

  constructor(order: AttemptOrder, progress: () => void) {
    this.#order = order;
    this.#progress = progress;
  }

  async run(): Promise<Attempted> {
    const { provider, body, onHeaders } = this.#order;
    if (this.#isEnded) throw new Error('Ended before it began.');
    this.#call = await provider.send(body);
    if (this.#isEnded) this.#call.end();
    const reply = await this.#call.reply;
    onHeaders(reply.headers.get);
    if (!reply.ok) return this.#readError(reply);
    this.received = 0;
    const isStream = reply.headers.get('content-type')?.includes('event-stream') ?? false;
    return isStream ? this.#readStream(reply) : this.#readWhole(reply);
  }

  /** At once: `run` rejects. */
  end(): void {
    this.#isEnded = true;
    this.#call?.end();
  }

  /** What was thrown on the way. */
  faultFrom(error: unknown): Fault {
    const { who } = this.#order;
    return { failure: failure('transport', `${who}: the connection failed: ${messageOf(error)}`) };
  }

  async #readError(reply: HttpReply): Promise<Attempted> {
    const text = await reply.text().catch((error: unknown) => {
      if (this.#isEnded) throw error;
      // Its status and its headers tell enough.
      return '';
    });
    const parsed = parseJson(text);
    const body = parsed.ok ? parsed.value : undefined;
    return { kind: 'fault', fault: this.#toldBy(reply, body, reply.status), received: undefined };
  }

  async #readStream(reply: HttpReply): Promise<Attempted> {
    const reader = createStreamReader({ onProgress: this.#progress, onText: this.#order.onText });
    await reply.read((bytes) => {
      const goesOn = reader.push(bytes);
      this.received = reader.received();
      return goesOn;
    });
    return this.#judgeStream(reader.end(), reply);
  }

  async #readWhole(reply: HttpReply): Promise<Attempted> {
    const text = await reply.text();
    const { who, provider } = this.#order;
    const type = reply.headers.get('content-type') ?? 'no content type';
    const parsed = parseJson(text);
    if (!parsed.ok) {
      return type.includes('json')
        ? this.#fault('truncated', `${who} sent JSON that breaks off or is malformed`)
        : this.#fault('server', `${who} answered with ${type.slice(0, 60)} instead of JSON`);
    }
    this.received = text.length;
    const raw = readWholeReply(parsed.value);
    if (raw === undefined) {
      const isError =
        typeof parsed.value === 'object' && parsed.value !== null && 'error' in parsed.value;
      if (!isError)
        return this.#fault('bad_schema', `${who} sent JSON that is not a chat completion`);
      return { kind: 'fault', fault: this.#toldBy(reply, parsed.value), received: undefined };
    }
    if (provider.dialect.strictEnd && raw.finish === undefined && hasContent(raw)) {
      return this.#fault('truncated', `${who} gave no reason for ending its reply`);
    }
    return { kind: 'read', raw };
  }

  #judgeStream(end: StreamEnd, reply: HttpReply): Attempted {
    const { who, provider } = this.#order;
    if (end.kind === 'error') {
      return { kind: 'fault', fault: this.#toldBy(reply, end.body), received: this.received };
    }
    if (end.kind === 'malformed') {
      return end.atEnd
        ? this.#fault('truncated', `${who} ended its stream in the middle of a piece`)
        : this.#fault('server', `${who} sent a piece that is not JSON`);
    }
    const hasReason = end.raw.finish !== undefined;
    const isWhole = provider.dialect.strictEnd ? hasReason && end.done : hasReason || end.done;
    if (isWhole) return { kind: 'read', raw: end.raw };
    return this.#fault('truncated', `${who} ended its stream before the reply was complete`);
  }

  /** A fault that the server itself tells of. */
  #toldBy({ headers }: HttpReply, body: unknown, status?: number): Fault {
    const { who, clock, provider } = this.#order;
    return faultOf({ status, body, header: headers.get, who, now: clock.now() }, provider.dialect);
  }

  #fault(kind: 'truncated' | 'server' | 'bad_schema', message: string): Attempted {
    return { kind: 'fault', fault: fault(kind, message), received: this.received };
  }
}

const hasContent = (raw: RawReply): boolean => raw.text !== '' || raw.toolCalls.length > 0;
