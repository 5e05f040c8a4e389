import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelId } from '../../machines/ids.ts';
import { type ConsoleClient, createClient, Refused, type ServerAddress } from './console-client.ts';
import {
  HISTORY_LENGTH,
  type TerminalEvent,
  type TerminalHouse,
  type TerminalQuestion,
} from './house.ts';
import { entriesIn, eventInLine, overviewInLine, saidIn, type WireEntry } from './wire.ts';

/**
 * A house in another process of this machine, over its web console's HTTP interface. Its methods reject with a
 * sentence for people. A run whose connection breaks is joined again; one that cannot be found any more ends.
 */
export function remoteHouse(address: ServerAddress): TerminalHouse {
  const server = createClient(address);
  return {
    async *ask(question, { signal }) {
      let last: TerminalEvent | undefined;
      for await (const event of follow(server, question, signal)) {
        yield event;
        last = event;
      }
      if (isEnd(last) || signal.aborted) return;
      yield* rejoin(server, question, signal);
    },
    async stop(channelId) {
      await server.post('/api/stop', { channelId });
    },
    async confirm(asked, allow) {
      await server.post('/api/confirm', { ...asked, allow });
    },
    async command(line, channelId, { signal }) {
      return saidIn(await server.send('/api/memory', { line, channelId }, signal));
    },
    async overview({ signal }) {
      for await (const line of server.lines('/api/house', { signal })) {
        const overview = overviewInLine(line);
        if (overview !== undefined) return overview;
      }
      throw new Error('The house closed the connection.');
    },
    history: (channelId, { signal }) =>
      readEntries(server, { channelId, limit: HISTORY_LENGTH, signal }),
    close: async () => {},
  };
}

const isEnd = (event: TerminalEvent | undefined): boolean =>
  event?.kind === 'answered' || event?.kind === 'ended';

/** The events of a run that is asked now; ends early when the connection breaks or `signal` aborts. */
async function* follow(
  server: ConsoleClient,
  question: TerminalQuestion,
  signal: AbortSignal,
): AsyncGenerator<TerminalEvent> {
  yield* eventsIn(server.lines('/api/ask', { body: question, signal }), signal);
}

async function* eventsIn(
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<TerminalEvent> {
  try {
    for await (const line of lines) {
      const event = eventInLine(line);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Refused) yield refusalAsEvent(error);
    // Any other error is a broken connection: whoever follows joins the run again.
  }
}

/** A run that is not under way (404) is looked for in the past; every other refusal ends it. */
const refusalAsEvent = ({ status, message }: Refused): TerminalEvent =>
  status === 404 ? { kind: 'rejoined' } : { kind: 'ended', said: message };

const REJOINS = 6;
const FIRST_PAUSE_MS = 250;

async function* rejoin(
  server: ConsoleClient,
  question: TerminalQuestion,
  signal: AbortSignal,
): AsyncGenerator<TerminalEvent> {
  const path = `/api/runs/${encodeURIComponent(question.runId)}/events`;
  for (let attempt = 0; attempt < REJOINS; attempt++) {
    yield { kind: 'doing', said: 'connecting again' };
    await pauseFor(FIRST_PAUSE_MS * 2 ** attempt, signal);
    if (signal.aborted) return;
    for await (const event of eventsIn(server.lines(path, { signal }), signal)) {
      yield event;
      if (isEnd(event)) return;
    }
    const end = await endInThePast(server, question, signal);
    if (end !== undefined) return yield end;
  }
  yield { kind: 'ended', said: 'The connection to the house was lost before the answer came.' };
}

async function endInThePast(
  server: ConsoleClient,
  { runId, channelId }: TerminalQuestion,
  signal: AbortSignal,
): Promise<TerminalEvent | undefined> {
  try {
    const entries = await readEntries(server, { channelId, limit: LOOK_BACK, signal });
    return entries.find((entry) => entry.runId === runId)?.end;
  } catch {
    return undefined; // Unreachable still, or its store is: the next attempt looks again.
  }
}

const LOOK_BACK = 20;

async function readEntries(
  server: ConsoleClient,
  page: { readonly channelId: ChannelId; readonly limit: number; readonly signal: AbortSignal },
): Promise<readonly WireEntry[]> {
  const path = `/api/sessions/${encodeURIComponent(page.channelId)}?limit=${page.limit}`;
  return entriesIn(await server.read(path, page.signal));
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects only when `signal` aborts, which the caller looks at next.
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
