import { EventEmitter, once } from 'node:events';
import { MockOtlpServer, normalizeTrace } from '@elastic/mockotlpserver';
import { onTestFinished } from 'vitest';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: unknown; readonly message?: string };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

/** A server that takes traces by OTLP, as any collector does, and keeps what it was sent. */
export interface Receiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly resources: Readonly<Record<string, unknown>>[];
  /** Resolves when a span of this name has come. */
  has(name: string): Promise<void>;
}

interface NormalTrace {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

export async function aReceiver(): Promise<Receiver> {
  const spans: ReceivedSpan[] = [];
  const resources: Readonly<Record<string, unknown>>[] = [];
  const arrivals = new EventEmitter();
  const server = new MockOtlpServer({
    logLevel: 'fatal',
    services: ['http'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    onTrace(trace: unknown) {
      // What the server has decoded is of the shape that its own documentation gives.
      const normal = normalizeTrace(trace) as NormalTrace;
      for (const { resource, scopeSpans } of normal.resourceSpans) {
        resources.push(resource.attributes);
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      arrivals.emit('spans');
    },
  });
  await server.start();
  onTestFinished(() => server.close());
  return {
    url: server.httpUrl.origin,
    spans,
    resources,
    async has(name) {
      while (!spans.some((span) => span.name === name)) await once(arrivals, 'spans');
    },
  };
}

/** The tree of one trace, each span with those below it, in order of their beginning. */
export interface SpanTree {
  readonly name: string;
  readonly below: readonly SpanTree[];
}

export function treeOf(spans: readonly ReceivedSpan[], parent?: string): readonly SpanTree[] {
  return spans
    .filter(({ parentSpanId }) => (parentSpanId || undefined) === parent)
    .toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .map(({ name, spanId }) => ({ name, below: treeOf(spans, spanId) }));
}
