import { ENGLISH, filled, type Phrases } from './phrases.ts';
import type {
  Confirmation,
  ConfirmationEnd,
  Note,
  Progress,
  RunEvent,
  RunOutcome,
} from './question.ts';

/** What a run is doing, as a phrase without a full stop: "asking compute", "compute is thinking". */
export function sayProgress(progress: Progress, phrases = ENGLISH): string {
  const { doing } = phrases;
  switch (progress.kind) {
    case 'recalling':
    case 'resuming':
    case 'thinking':
      return doing[progress.kind];
    case 'using':
      return filled(doing.using, { tools: listed(progress.tools, phrases) });
    default: {
      const member = plain(progress.member);
      return filled(memberDoes(progress, phrases), { member, ...detailsOf(progress, phrases) });
    }
  }
}

type MemberProgress = Extract<Progress, { readonly slot: string }>;

function memberDoes(progress: MemberProgress, { doing }: Phrases): string {
  switch (progress.kind) {
    case 'delegating':
      return doing.delegating;
    case 'member_thinking':
      return doing.memberThinking;
    case 'member_using':
      return doing.memberUsing;
    case 'member_retrying':
      return doing.memberRetrying;
    case 'member_reported':
      return progress.ok ? doing.memberReported : doing.memberFailed;
  }
}

function detailsOf(progress: MemberProgress, phrases: Phrases): Readonly<Record<string, string>> {
  if (progress.kind === 'member_using') return { tools: listed(progress.tools, phrases) };
  return progress.kind === 'member_retrying' ? { wait: waitOf(progress.delayMs, phrases) } : {};
}

/** Where a question waits, as a phrase without a full stop: "queued for a free team: place 2". */
export const sayQueued = (
  { behind, place }: Extract<RunEvent, { type: 'run.queued' }>,
  { queued } = ENGLISH,
): string => filled(queued[behind], { place });

/** What the asker is asked to allow, as a sentence; what it would be done with is shown beside it. */
export const sayAsking = ({ agent, tool }: Confirmation, { asking } = ENGLISH): string =>
  filled(asking, { agent: plain(agent), tool: plain(tool) });

/** What became of it, as a phrase without a full stop. */
export const sayConfirmed = (end: ConfirmationEnd, { confirmed } = ENGLISH): string =>
  confirmed[end];

/** One friendly sentence or two for the asker of a run that ended without an answer. */
export function sayEnding(
  outcome: Exclude<RunOutcome, { kind: 'answered' }>,
  phrases = ENGLISH,
): string {
  switch (outcome.kind) {
    case 'cancelled':
      return phrases.cancelled;
    case 'failed':
      return ended(phrases.failed[outcome.failure.kind], outcome.failure, phrases);
    case 'refused':
      return ended(phrases.refused[outcome.refusal.kind], outcome.refusal, phrases);
  }
}

/** What the asker must know about an answer, as one sentence. */
export const sayNote = (note: Note, { notes } = ENGLISH): string => notes[note];

function ended(
  why: string,
  { retryAfterMs }: { readonly retryAfterMs?: number },
  phrases: Phrases,
): string {
  if (retryAfterMs === undefined) return why;
  return `${why} ${filled(phrases.again, { wait: waitOf(retryAfterMs, phrases) })}`;
}

/** Never less than it is. */
function waitOf(ms: number, { waits }: Phrases): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return counted(seconds, waits.seconds);
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90
    ? counted(minutes, waits.minutes)
    : counted(Math.ceil(minutes / 60), waits.hours);
}

const counted = (count: number, [one, many]: readonly [string, string]): string =>
  count === 1 ? one : filled(many, { count });

/** Names of members and tools are written for models: `run_javascript`. */
const plain = (name: string): string => name.replaceAll('_', ' ');

function listed(names: readonly string[], { and, someTool }: Phrases): string {
  const words = [...new Set(names.map(plain))];
  const last = words.pop();
  if (last === undefined) return someTool;
  return words.length === 0 ? last : filled(and, { others: words.join(', '), last });
}
