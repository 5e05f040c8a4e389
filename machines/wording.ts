import type { FailureKind } from './failure.ts';
import type {
  Confirmation,
  ConfirmationEnd,
  Note,
  Progress,
  Refusal,
  RefusalKind,
  RunEvent,
  RunOutcome,
} from './question.ts';

/** What a run is doing, as a phrase without a full stop: "asking compute", "compute is thinking". */
export function sayProgress(progress: Progress): string {
  switch (progress.kind) {
    case 'recalling':
      return 'recalling earlier messages';
    case 'resuming':
      return 'picking up where I left off';
    case 'thinking':
      return 'thinking';
    case 'using':
      return `using ${listed(progress.tools)}`;
    case 'delegating':
      return `asking ${plain(progress.member)}`;
    case 'member_thinking':
      return `${plain(progress.member)} is thinking`;
    case 'member_using':
      return `${plain(progress.member)} is using ${listed(progress.tools)}`;
    case 'member_retrying':
      return `${plain(progress.member)} tries again in ${duration(progress.delayMs)}`;
    case 'member_reported':
      return progress.ok
        ? `${plain(progress.member)} has reported`
        : `${plain(progress.member)} could not do it`;
  }
}

/** Where a question waits, as a phrase without a full stop: "queued: place 2". */
export function sayQueued(event: Extract<RunEvent, { type: 'run.queued' }>): string {
  return event.behind === 'house'
    ? `queued for a free team: place ${event.place}`
    : `queued behind earlier questions here: place ${event.place}`;
}

/** What the asker is asked to allow, as a sentence; what it would be done with is shown beside it. */
export const sayAsking = ({ agent, tool }: Confirmation): string =>
  `May ${plain(agent)} use ${plain(tool)}?`;

/** What became of it, as a phrase without a full stop. */
export const sayConfirmed = (end: ConfirmationEnd): string => CONFIRMED[end];

const CONFIRMED: Readonly<Record<ConfirmationEnd, string>> = {
  allowed: 'going on, as you allowed',
  refused: 'going on without it, as you refused',
  expired: 'going on without it: there was no word in time',
};

/** One friendly sentence or two for the asker of a run that ended without an answer. */
export function sayEnding(outcome: Exclude<RunOutcome, { kind: 'answered' }>): string {
  switch (outcome.kind) {
    case 'cancelled':
      return 'Stopped, as you asked.';
    case 'failed':
      return `${FAILED[outcome.failure.kind]}${again(outcome.failure)}`;
    case 'refused':
      return sayRefusal(outcome.refusal);
  }
}

/** What the asker must know about an answer, as one sentence. */
export const sayNote = (note: Note): string => NOTES[note];

function sayRefusal(refusal: Refusal): string {
  return `${REFUSED[refusal.kind]}${again(refusal)}`;
}

const NOTES: Readonly<Record<Note, string>> = {
  resumed: 'I was interrupted and picked up where I left off.',
  without_history: 'Earlier messages could not be read, so this answer was made without them.',
  not_saved: 'This answer could not be saved just now: it may be missing from the history.',
  limit_reached: 'A limit ended the work early, so the answer may be incomplete.',
  unfinished: 'The work could not be finished: this is what had been found out by then.',
};

const REFUSED: Readonly<Record<RefusalKind, string>> = {
  house_full:
    'Everyone is busy just now and the queue is full. Please ask again in a little while.',
  waited_too_long: 'No team became free in time. Please ask again in a little while.',
  server_full:
    'There are too many questions waiting on this server already. Let some be answered first.',
  channel_full: 'There are too many questions waiting already. Let some be answered first.',
  quarantined: 'Your team has run into trouble several times and is taking a break.',
  draining: 'The house is closing for a moment. Please ask again when it is back.',
  team_unavailable: 'Your team could not be started. Please ask again in a moment.',
  duplicate: 'This question is being worked on already.',
};

const FAILED: Readonly<Record<FailureKind, string>> = {
  rate_limited: "The model's limit is used up for the moment.",
  over_capacity: 'The model has no room just now. Please try again in a moment.',
  too_large: 'The conversation is too long for the model. Try a shorter question or a new channel.',
  tool_use_failed: 'The model got its tools mixed up and could not finish. Please try again.',
  bad_schema: 'The model sent a reply that could not be read. Please try again.',
  model_gone: 'The configured model no longer exists. Please choose another one in the settings.',
  auth: 'The model provider did not accept the key. Please check it in the settings.',
  bad_request: 'The model provider did not accept the request.',
  aborted: 'The work was interrupted.',
  timeout: 'This took too long and was given up. Please try again.',
  transport: 'The connection to the model was lost. Please try again.',
  server: 'The model provider has a problem of its own. Please try again in a moment.',
  truncated: 'The reply broke off before it was complete. Please try again.',
  empty: 'The model answered with nothing. Please try again.',
  invalid_input: 'Something was asked in a form that could not be used. Try to put it differently.',
  unknown: 'Something that was asked for does not exist here.',
  unavailable: 'Something needed for this is not available here and now.',
  budget: 'The budget for today is spent.',
  limit: 'This took more steps than are allowed, so it was ended. Try a smaller question.',
  storage: 'The memory of the house cannot be reached just now. Please try again in a moment.',
  tool_bug: 'A tool broke while it was used. Please try again.',
  poisonous: 'This question has brought the team down several times, so it was set aside. Sorry!',
};

function again(wait: { readonly retryAfterMs?: number }): string {
  return wait.retryAfterMs === undefined
    ? ''
    : ` It is worth trying again in ${duration(wait.retryAfterMs)}.`;
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** Names of members and tools are written for models: `run_javascript`. */
const plain = (name: string): string => name.replaceAll('_', ' ');

function listed(names: readonly string[]): string {
  const words = [...new Set(names.map(plain))];
  const last = words.pop();
  if (last === undefined) return 'a tool';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
