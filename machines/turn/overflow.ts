import type { ChatMessage } from '../conversation.ts';
import type { ModelResult } from '../ports.ts';
import type { Step } from './step.ts';
import { shortened } from './transcript.ts';

/** Characters of an old tool result that are worth keeping, and of one that is still to be read. */
const OLD_RESULT_CHARS = 300;
const FRESH_RESULT_CHARS = 2_000;
/** What says that something was cut is not cut again. */
const CUT_NOTE_CHARS = 60;

/** What an agent does about a prompt that does not fit its model: once more with less, as long as there is less. */
export function madeToFit(
  transcript: readonly ChatMessage[],
  result: ModelResult,
): { readonly transcript: readonly ChatMessage[]; readonly step: Step } | undefined {
  if (result.kind !== 'failed' || result.failure.kind !== 'too_large') return undefined;
  const less = withLess(transcript);
  return less === undefined ? undefined : { transcript: less, step: { kind: 'retry', afterMs: 0 } };
}

/** Old results of tools go first, then the rest of the fresh ones, then what was said before the question but its summary. */
function withLess(transcript: readonly ChatMessage[]): readonly ChatMessage[] | undefined {
  const fresh = transcript.findLastIndex(({ role }) => role === 'assistant');
  const steps = [
    transcript.map((entry, at) => (at < fresh ? cutResult(entry, OLD_RESULT_CHARS) : entry)),
    transcript.map((entry) => cutResult(entry, FRESH_RESULT_CHARS)),
    withoutHistory(transcript),
  ];
  return steps.find((step) => sizeOf(step) < sizeOf(transcript));
}

const cutResult = (entry: ChatMessage, maxChars: number): ChatMessage =>
  entry.role === 'tool' && entry.content.length > maxChars + CUT_NOTE_CHARS
    ? { ...entry, content: shortened(entry.content, maxChars) }
    : entry;

/** Answers to earlier questions stand before the question, and so do the questions that they answer. */
function withoutHistory(transcript: readonly ChatMessage[]): readonly ChatMessage[] {
  const asked = transcript.findLastIndex(({ role }) => role === 'user');
  const isAnswered = (at: number): boolean =>
    transcript[at]?.role === 'assistant' || transcript[at + 1]?.role === 'assistant';
  return transcript.filter((_, at) => at === 0 || at >= asked || !isAnswered(at));
}

const sizeOf = (transcript: readonly ChatMessage[]): number =>
  transcript.reduce((sum, { content }) => sum + content.length, 0);
