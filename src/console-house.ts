import { memoryCommand } from './memory-commands.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { PastRun } from './store/past-run.ts';
import type { Store } from './store/store.ts';
import type { Troupe } from './troupe.ts';
import type { ConversationEntry, WebHouse } from './web/house.ts';

export interface ConsoleOptions {
  readonly troupe: Troupe;
  readonly store: Store;
  /** What users can do about what is kept of them. */
  readonly memory: MemoryHouse;
  readonly model: { readonly name: string; readonly isDemo: boolean };
  /** Left out: there are no numbers. */
  readonly watch?: { metrics(): string };
  /** Left out: nobody asks where code is run. */
  readonly code?: { place(): { readonly where: string; readonly why: string } };
}

/** The house as the web console sees it. */
export function consoleHouse({
  troupe,
  store,
  memory,
  model,
  code,
  watch,
}: ConsoleOptions): WebHouse {
  return {
    ask: (question, { signal }) => until(signal, troupe.ask(question)),
    watch(run, { signal }) {
      const events = troupe.watch(run);
      return events === undefined ? undefined : until(signal, events);
    },
    cancel: (what) => troupe.cancel(what),
    command: (line, { signal }) => memoryCommand(memory, line, { signal }),
    confirm: (what) => troupe.confirm(what),
    overview: (limit) => ({
      ...troupe.view(limit),
      health: store.health().kind === 'ok' ? 'ok' : 'degraded',
      model: model.name,
      demo: model.isDemo,
      ...(code === undefined ? {} : { code: code.place() }),
    }),
    metrics: () => watch?.metrics() ?? '',
    file: (userId, fileId, { signal }) => store.files.read({ userId }, fileId, { signal }),
    async sessions(userId, { signal }) {
      const sessions = await store.sessions({ userId }, { limit: 100, signal });
      return sessions.map(({ channelId, title, touchedAt }) => ({
        channelId,
        title,
        lastAt: touchedAt,
      }));
    },
    async conversation({ userId, channelId, limit, before }, { signal }) {
      const page = { limit, signal, ...(before === undefined ? {} : { before }) };
      const past = await store.conversation({ userId }, channelId, page);
      if (before !== undefined) return past.map(entryOf);
      const underway = troupe
        .underway(userId)
        .filter(({ question }) => question.channelId === channelId)
        .map(({ question: { runId, at, text } }) => ({ runId, at, question: text }));
      return [...past.map(entryOf), ...underway];
    },
  };
}

const entryOf = ({ runId, askedAt, question, outcome }: PastRun): ConversationEntry => ({
  runId,
  at: askedAt,
  question,
  outcome,
});

/** Ends quietly when the reader is gone; the run goes on. */
async function* until<Event>(
  signal: AbortSignal,
  events: AsyncIterable<Event>,
): AsyncGenerator<Event> {
  const iterator = events[Symbol.asyncIterator]();
  const leave = (): void => void iterator.return?.();
  signal.addEventListener('abort', leave, { once: true });
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value;
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}
