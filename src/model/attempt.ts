import type { FailureKind } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import { parseJson } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import type { HeaderReader } from './bucket.ts';
import type { EndSignal } from './call-end.ts';
import type { ChatBody } from './chat-body.ts';
import { type Fault, fault, faultOf } from './fault.ts';
import type { CallListener, HttpCall, HttpHead } from './http-call.ts';
import { isOk } from './http-reply.ts';
import type { Provider } from './provider.ts';
import { type RawReply, readWholeReply } from './raw-reply.ts';
import type { AttemptLimits } from './settings.ts';
import { createStreamReader, type StreamEnd, type StreamReader } from './stream-reader.ts';
import { Watchdog } from './watchdog.ts';

export interface AttemptOrder {
  readonly provider: Provider;
  readonly body: ChatBody;
  /** The provider and the model, for messages. */
  readonly who: string;
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  /** The caller's. */
  readonly signal: EndSignal;
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
export function attempt(order: AttemptOrder): Promise<Attempted> {
  return new Promise((settle) => {
    void new Attempt(order, settle).begin();
  });
}

class Attempt implements CallListener {
  readonly #order: AttemptOrder;
  readonly #resolve: (attempted: Attempted) => void;
  readonly #watchdog: Watchdog;
  readonly #onAbort = (): void => this.#abort();
  #call: HttpCall | undefined;
  #head: HttpHead | undefined;
  /** The reply as it comes: one of the two, once its head is here. */
  #stream: StreamReader | undefined;
  readonly #body: Buffer[] = [];
  #received: number | undefined;
  #isOver = false;

  constructor(order: AttemptOrder, resolve: (attempted: Attempted) => void) {
    this.#order = order;
    this.#resolve = resolve;
    const { limits, clock, body, who } = order;
    this.#watchdog = new Watchdog({
      limits,
      clock,
      streams: body.streams,
      onLate: (what) => this.#give(this.#fault('timeout', `${who}: ${what}`)),
    });
    order.signal.addEventListener('abort', this.#onAbort);
  }

  async begin(): Promise<void> {
    const { provider, body, signal } = this.#order;
    if (signal.aborted) return this.#abort();
    try {
      this.#call = await provider.send(body, this);
    } catch (error) {
      this.onError(error);
    }
    if (this.#isOver) this.#call?.end();
  }

  onHead(head: HttpHead): void {
    this.#head = head;
    this.#order.onHeaders(head.header);
    if (!isOk(head.status)) return;
    this.#received = 0;
    if (!head.header('content-type')?.includes('event-stream')) return;
    this.#stream = createStreamReader({
      onProgress: () => this.#watchdog.progress(),
      onText: this.#order.onText,
    });
  }

  onBytes(bytes: Buffer): void {
    const stream = this.#stream;
    if (stream === undefined) {
      this.#body.push(bytes);
      return;
    }
    try {
      const goesOn = stream.push(bytes);
      this.#received = stream.received();
      if (!goesOn) this.#give(this.#judgeStream(stream.end()));
    } catch (error) {
      // It is the listener that threw.
      this.onError(error);
    }
  }

  onEnd(): void {
    try {
      this.#give(this.#judge());
    } catch (error) {
      this.onError(error);
    }
  }

  onError(error: unknown): void {
    const head = this.#head;
    if (head !== undefined && !isOk(head.status)) {
      // Its status and its headers tell enough.
      this.#give(this.#refused(undefined, head.status));
      return;
    }
    const { who } = this.#order;
    this.#give(this.#fault('transport', `${who}: the connection failed: ${messageOf(error)}`));
  }

  #abort(): void {
    this.#give(this.#fault('aborted', `The call of ${this.#order.who} was aborted.`));
  }

  /** The first that comes counts; a call that is still under way is ended. */
  #give(attempted: Attempted): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watchdog.stop();
    this.#order.signal.removeEventListener('abort', this.#onAbort);
    this.#call?.end();
    this.#resolve(attempted);
  }

  /** What came as a whole. */
  #judge(): Attempted {
    if (this.#stream !== undefined) return this.#judgeStream(this.#stream.end());
    const text = Buffer.concat(this.#body).toString('utf8');
    const { status = 0 } = this.#head ?? {};
    if (isOk(status)) return this.#judgeWhole(text);
    const parsed = parseJson(text);
    return this.#refused(parsed.ok ? parsed.value : undefined, status);
  }

  #judgeWhole(text: string): Attempted {
    const { who, provider } = this.#order;
    const type = this.#head?.header('content-type') ?? 'no content type';
    const parsed = parseJson(text);
    if (!parsed.ok) {
      return type.includes('json')
        ? this.#fault('truncated', `${who} sent JSON that breaks off or is malformed`)
        : this.#fault('server', `${who} answered with ${type.slice(0, 60)} instead of JSON`);
    }
    this.#received = text.length;
    const raw = readWholeReply(parsed.value);
    if (raw === undefined) {
      const isError =
        typeof parsed.value === 'object' && parsed.value !== null && 'error' in parsed.value;
      return isError
        ? this.#refused(parsed.value)
        : this.#fault('bad_schema', `${who} sent JSON that is not a chat completion`);
    }
    if (provider.dialect.strictEnd && raw.finish === undefined && hasContent(raw)) {
      return this.#fault('truncated', `${who} gave no reason for ending its reply`);
    }
    return { kind: 'read', raw };
  }

  #judgeStream(end: StreamEnd): Attempted {
    const { who, provider } = this.#order;
    if (end.kind === 'error') {
      return { kind: 'fault', fault: this.#toldBy(end.body), received: this.#received };
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

  /** Refused by the server itself, before the model had begun. */
  #refused(body: unknown, status?: number): Attempted {
    return { kind: 'fault', fault: this.#toldBy(body, status), received: undefined };
  }

  #toldBy(body: unknown, status?: number): Fault {
    const { who, clock, provider } = this.#order;
    const header = this.#head?.header ?? (() => null);
    return faultOf({ status, body, header, who, now: clock.now() }, provider.dialect);
  }

  #fault(kind: FailureKind, message: string): Attempted {
    return { kind: 'fault', fault: fault(kind, message), received: this.#received };
  }
}

const hasContent = (raw: RawReply): boolean => raw.text !== '' || raw.toolCalls.length > 0;
