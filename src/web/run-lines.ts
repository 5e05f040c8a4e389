import type { RunId } from '../../machines/ids.ts';
import type { RunEvent } from '../../machines/question.ts';
import { Rejection } from './answer.ts';
import type { Desk } from './desk.ts';
import type { LineStream } from './streams.ts';
import { eventOnWire, type WireRunEvent } from './wire.ts';

type Lines = AsyncIterable<WireRunEvent>;

/**
 * The events of a run under way, with all that is known first; `undefined` when it is not under way. Whoever joins
 * must read the events or abort `signal`: the house may be holding them.
 */
export function joinRun(desk: Desk, runId: RunId, signal: AbortSignal): Lines | undefined {
  const events = desk.house.watch({ runId, userId: desk.userId }, { signal });
  return events === undefined ? undefined : afterJoining(runId, events);
}

/** Sends what a run tells on a stream that carries more than this run. Each run is attached (and opened) once. */
export function attachRun(
  run: { readonly desk: Desk; readonly stream: LineStream; readonly runId: RunId },
  open: (signal: AbortSignal) => Lines,
): void {
  const { desk, stream, runId } = run;
  const attached = desk.attached.get(stream);
  if (attached === undefined) throw new Rejection(409, 'That stream does not carry runs.');
  if (attached.has(runId)) return;
  if (attached.size >= desk.limits.maxAttached) {
    throw new Rejection(429, 'Too many questions are under way: let some be answered first.');
  }
  const lines = open(stream.signal);
  attached.add(runId);
  void pump({ desk, stream }, lines).then(() => attached.delete(runId));
}

/** Sends what a run tells until it has settled or the stream is over. Never rejects. */
export async function pump(
  { desk, stream }: { readonly desk: Desk; readonly stream: LineStream },
  lines: Lines,
): Promise<void> {
  try {
    for await (const line of lines) {
      if (stream.signal.aborted) return;
      stream.send(line);
    }
  } catch (error) {
    // The reader cannot know that events are missing: ended, it joins again and gets the whole picture.
    desk.log.error('web.run_stream_failed', { stream: stream.id, error: String(error) });
    stream.end();
  }
}

/** The stream of the house that a body names. Throws `Rejection` when it is not open (any more). */
export function houseStream(desk: Desk, id: unknown): LineStream {
  const stream = typeof id === 'string' ? desk.streams.find(id) : undefined;
  if (stream !== undefined) return stream;
  throw new Rejection(409, 'That stream is not open any more: open GET /api/house again.');
}

async function* afterJoining(runId: RunId, events: AsyncIterable<RunEvent>): Lines {
  yield { type: 'run.joined', runId };
  yield* inWords(events);
}

/** Each event with its words. */
export async function* inWords(events: AsyncIterable<RunEvent>): Lines {
  for await (const event of events) yield eventOnWire(event);
}
