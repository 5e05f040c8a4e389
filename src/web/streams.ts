import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { beginLines, Rejection } from './answer.ts';
import type { WebLimits } from './limits.ts';
import type { WireLine } from './wire.ts';

/** A response that goes on: one JSON object a line, until one side has enough. */
export interface LineStream {
  readonly id: string;
  /** Aborts when the stream is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** Ignored once the stream is over. A reader too far behind is dropped. */
  send(line: WireLine): void;
  end(): void;
}

/** The open streams of all clients. */
export interface Streams {
  /** Throws `Rejection` when there are too many already. */
  open(res: ServerResponse): LineStream;
  find(id: string): LineStream | undefined;
  endAll(): void;
}

interface StreamsOptions {
  readonly limits: WebLimits;
  readonly clock: Clock;
  readonly log: Log;
}

export function createStreams(options: StreamsOptions): Streams {
  const streams = new Map<string, LineStream>();
  return {
    open(res) {
      if (streams.size >= options.limits.maxStreams) {
        throw new Rejection(429, 'Too many streams are open: close a tab of this console.');
      }
      const stream = openStream(res, options);
      streams.set(stream.id, stream);
      stream.signal.addEventListener('abort', () => streams.delete(stream.id), { once: true });
      return stream;
    },
    find: (id) => streams.get(id),
    endAll() {
      for (const stream of streams.values()) stream.end();
    },
  };
}

function openStream(res: ServerResponse, { limits, clock, log }: StreamsOptions): LineStream {
  const ended = new AbortController();
  const id = randomUUID();
  let quietSince = 0;
  let aliveTimer: unknown;

  const drop = (reason: string) => {
    log.warn('web.reader_dropped', { stream: id, reason, buffered: res.writableLength });
    res.destroy();
    ended.abort();
  };
  const send = (line: WireLine) => {
    if (ended.signal.aborted) return;
    res.write(`${JSON.stringify(line)}\n`);
    if (res.writableLength > limits.maxStreamBufferBytes) drop('too far behind');
  };
  const sayAlive = () => {
    const stuck = quietSince > 0 && res.writableLength >= quietSince;
    if (stuck) return drop('takes nothing');
    send({ type: 'stream.alive' });
    quietSince = res.writableLength;
    aliveTimer = clock.setTimeout(sayAlive, limits.aliveEveryMs);
  };

  beginLines(res);
  aliveTimer = clock.setTimeout(sayAlive, limits.aliveEveryMs);
  ended.signal.addEventListener('abort', () => clock.clearTimeout(aliveTimer), { once: true });
  res.once('close', () => ended.abort());
  return {
    id,
    signal: ended.signal,
    send,
    end() {
      res.end();
      ended.abort();
    },
  };
}
