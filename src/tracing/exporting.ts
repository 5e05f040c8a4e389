import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import type { RunObserver } from './observer.ts';
import { runTraces } from './run-traces.ts';

/** Where traces go, and what they say. */
export interface ExportOptions {
  /** The whole address that traces are posted to. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly project: string;
  readonly content: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Exporting {
  readonly observer: RunObserver;
  /** Sends what is left, for two seconds at most. Never rejects. */
  close(): Promise<void>;
}

/** How long a server that takes traces may hold the house up when it closes. */
const CLOSE_MS = 2_000;
/** Also the longest that a request on its way keeps the process alive. */
const SEND_MS = 3_000;

/** Sends traces by OTLP over HTTP, in the background: a server that is away delays nobody. */
export function exportTraces(options: ExportOptions): Exporting {
  const { url, headers, project, content, clock, log } = options;
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis: SEND_MS,
    keepAlive: false,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'troupe',
      'openinference.project.name': project,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  return {
    observer: runTraces({ tracer: provider.getTracer('troupe'), content, now: clock.now }),
    async close() {
      let timer: unknown;
      const deadline = new Promise<'late'>((resolve) => {
        timer = clock.setTimeout(() => resolve('late'), CLOSE_MS);
      });
      const sent = provider.shutdown().catch((error: unknown) => {
        log.warn('traces.not_sent', { why: messageOf(error) });
      });
      if ((await Promise.race([sent, deadline])) === 'late')
        log.warn('traces.not_sent', { why: `no answer within ${CLOSE_MS} ms` });
      clock.clearTimeout(timer);
    },
  };
}
