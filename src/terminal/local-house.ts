import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';
import {
  sayAsking,
  sayConfirmed,
  sayEnding,
  sayNote,
  sayProgress,
  sayQueued,
} from '../../machines/wording.ts';
import {
  type Asked,
  HISTORY_LENGTH,
  type TerminalEvent,
  type TerminalHouse,
  type TerminalOverview,
} from './house.ts';

interface Waiting {
  readonly signal: AbortSignal;
}

/** What the terminal needs of a house in its own process: part of what the web console needs. */
export interface LocalHouse {
  ask(question: Omit<Question, 'at'>, options: Waiting): AsyncIterable<RunEvent>;
  cancel(what: { readonly userId: UserId; readonly channelId: ChannelId }): void;
  confirm(what: ConfirmWish): Promise<{ readonly kind: string }>;
  command(
    line: { readonly userId: UserId; readonly channelId: ChannelId; readonly line: string },
    options: Waiting,
  ): Promise<string>;
  overview(limit: number): TerminalOverview;
  conversation(
    page: { readonly userId: UserId; readonly channelId: ChannelId; readonly limit: number },
    options: Waiting,
  ): Promise<readonly LocalEntry[]>;
}

interface ConfirmWish extends Asked {
  readonly userId: UserId;
  readonly allow: boolean;
}

interface LocalEntry {
  readonly runId: RunId;
  readonly question: string;
  readonly outcome?: RunOutcome;
}

/** Puts a house of this process into the terminal's words. */
export function localHouse(options: {
  readonly house: LocalHouse;
  readonly userId: UserId;
  readonly close: () => Promise<void>;
}): TerminalHouse {
  const { house, userId, close } = options;
  return {
    async *ask(question, { signal }) {
      for await (const event of house.ask({ ...question, userId }, { signal })) {
        const told = eventFor(event);
        if (told !== undefined) yield told;
      }
    },
    async stop(channelId) {
      house.cancel({ userId, channelId });
    },
    async confirm({ runId, stepKey }, allow) {
      const { kind } = await house.confirm({ userId, runId, stepKey, allow });
      if (kind !== 'kept') throw new Error('That is not waited for (any more).');
    },
    command: (line, channelId, options) => house.command({ userId, channelId, line }, options),
    overview: async () => house.overview(MAX_TEAMS_SHOWN),
    async history(channelId, { signal }) {
      const page = { userId, channelId, limit: HISTORY_LENGTH };
      const entries = await house.conversation(page, { signal });
      return entries.map(({ question, outcome }) =>
        outcome === undefined ? { question } : { question, answer: answerOf(outcome) },
      );
    },
    close,
  };
}

const MAX_TEAMS_SHOWN = 20;

const answerOf = (outcome: RunOutcome): string =>
  outcome.kind === 'answered' ? outcome.text : sayEnding(outcome);

function eventFor(event: RunEvent): TerminalEvent | undefined {
  switch (event.type) {
    case 'run.queued':
      return { kind: 'doing', said: sayQueued(event) };
    case 'run.started':
      return undefined;
    case 'run.progressed':
      return { kind: 'doing', said: sayProgress(event.progress) };
    case 'run.asking': {
      const { runId, confirmation } = event;
      const { stepKey, shown } = confirmation;
      return { kind: 'asking', runId, stepKey, shown, said: sayAsking(confirmation) };
    }
    case 'run.confirmed':
      return { kind: 'doing', said: sayConfirmed(event.end) };
    case 'run.drafted':
      return { kind: 'drafted', turn: event.turn, delta: event.delta };
    case 'run.settled':
      return endFor(event.outcome);
  }
}

function endFor(outcome: RunOutcome): TerminalEvent {
  return outcome.kind === 'answered'
    ? { kind: 'answered', text: outcome.text, notes: outcome.notes.map((note) => sayNote(note)) }
    : { kind: 'ended', said: sayEnding(outcome) };
}
