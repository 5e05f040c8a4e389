import type { FailureKind } from './failure.ts';
import type { ConfirmationEnd, Note, RefusalKind } from './question.ts';

/** How a language says a number of something: one of it, and more, where `{count}` is filled in. */
type Counted = readonly [one: string, many: string];

/** All that is said about runs, in one language. What stands in braces is filled in. */
export interface Phrases {
  /** What a run does: phrases without a full stop. */
  readonly doing: {
    readonly recalling: string;
    readonly resuming: string;
    readonly thinking: string;
    readonly using: string;
    readonly delegating: string;
    readonly memberThinking: string;
    readonly memberUsing: string;
    readonly memberRetrying: string;
    readonly memberReported: string;
    readonly memberFailed: string;
  };
  /** Where it waits: likewise. */
  readonly queued: Readonly<Record<'house' | 'channel', string>>;
  /** A question that is answered by yes or no. */
  readonly asking: string;
  /** What became of it: phrases again. */
  readonly confirmed: Readonly<Record<ConfirmationEnd, string>>;
  /** How it ended without an answer, and what must be known about one: sentences. */
  readonly cancelled: string;
  readonly failed: Readonly<Record<FailureKind, string>>;
  readonly refused: Readonly<Record<RefusalKind, string>>;
  readonly notes: Readonly<Record<Note, string>>;
  /** A sentence that follows one of these. */
  readonly again: string;
  readonly waits: Readonly<Record<'seconds' | 'minutes' | 'hours', Counted>>;
  /** The end of a list of two or more. */
  readonly and: string;
  readonly someTool: string;
}

export const ENGLISH: Phrases = {
  doing: {
    recalling: 'recalling earlier messages',
    resuming: 'picking up where I left off',
    thinking: 'thinking',
    using: 'using {tools}',
    delegating: 'asking {member}',
    memberThinking: '{member} is thinking',
    memberUsing: '{member} is using {tools}',
    memberRetrying: '{member} tries again in {wait}',
    memberReported: '{member} has reported',
    memberFailed: '{member} could not do it',
  },
  queued: {
    house: 'queued for a free team: place {place}',
    channel: 'queued behind earlier questions here: place {place}',
  },
  asking: 'May {agent} use {tool}?',
  confirmed: {
    allowed: 'going on, as you allowed',
    refused: 'going on without it, as you refused',
    expired: 'going on without it: there was no word in time',
  },
  cancelled: 'Stopped, as you asked.',
  failed: {
    rate_limited: "The model's limit is used up for the moment.",
    over_capacity: 'The model has no room just now. Please try again in a moment.',
    too_large:
      'The conversation is too long for the model. Try a shorter question or a new channel.',
    tool_use_failed: 'The model got its tools mixed up and could not finish. Please try again.',
    bad_schema: 'The model sent a reply that could not be read. Please try again.',
    model_gone: 'The configured model no longer exists. Please choose another one in the settings.',
    auth: 'The model provider did not accept the key. Please check it in the settings.',
    bad_request: 'The model provider did not accept the request.',
    aborted: 'The work was interrupted.',
    timeout: 'This took too long and was given up. Please try again.',
    transport:
      'The model could not be reached, or the connection to it was lost. Please try again.',
    server: 'The model provider has a problem of its own. Please try again in a moment.',
    truncated: 'The reply broke off before it was complete. Please try again.',
    empty: 'The model answered with nothing. Please try again.',
    invalid_input:
      'Something was asked in a form that could not be used. Try to put it differently.',
    unknown: 'Something that was asked for does not exist here.',
    unavailable: 'Something needed for this is not available here and now.',
    budget: 'The budget for today is spent.',
    limit: 'This took more steps than are allowed, so it was ended. Try a smaller question.',
    storage: 'The memory of the house cannot be reached just now. Please try again in a moment.',
    tool_bug: 'A tool broke while it was used. Please try again.',
    poisonous: 'This question has brought the team down several times, so it was set aside. Sorry!',
  },
  refused: {
    house_full:
      'Everyone is busy just now and the queue is full. Please ask again in a little while.',
    waited_too_long: 'No team became free in time. Please ask again in a little while.',
    too_old: 'This question was too old to be answered when its turn came. Please ask again.',
    server_full:
      'There are too many questions waiting on this server already. Let some be answered first.',
    channel_full: 'There are too many questions waiting already. Let some be answered first.',
    quarantined: 'Your team has run into trouble several times and is taking a break.',
    draining: 'The house is closing for a moment. Please ask again when it is back.',
    postponed:
      'The house is closing for a moment. Your question is kept: the answer follows when it is back.',
    team_unavailable: 'Your team could not be started. Please ask again in a moment.',
    duplicate: 'This question is being worked on already.',
  },
  notes: {
    resumed: 'I was interrupted and picked up where I left off.',
    without_history: 'Earlier messages could not be read, so this answer was made without them.',
    not_saved: 'This answer could not be saved just now: it may be missing from the history.',
    limit_reached: 'A limit ended the work early, so the answer may be incomplete.',
    unfinished: 'The work could not be finished: this is what had been found out by then.',
  },
  again: 'It is worth trying again in {wait}.',
  waits: {
    seconds: ['1 second', '{count} seconds'],
    minutes: ['1 minute', '{count} minutes'],
    hours: ['1 hour', '{count} hours'],
  },
  and: '{others} and {last}',
  someTool: 'a tool',
};

/** A text with its values filled in. Values are data: what stands in them is not filled in again. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (all, key: string) => String(values[key] ?? all));
