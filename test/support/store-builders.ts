import { randomUUID } from 'node:crypto';
import { NO_USAGE } from '../../machines/conversation.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { RecordedStep, RunRecord } from '../../machines/ports.ts';
import type { Question, RunOutcome, RunRef } from '../../machines/question.ts';

/** Somebody nobody has heard of before, so that tests can share a store. */
export const someone = (): UserId => UserId(`user-${randomUUID()}`);

export const aQuestion = (given: Partial<Question> = {}): Question => ({
  runId: RunId(`run-${randomUUID()}`),
  userId: someone(),
  channelId: ChannelId('general'),
  text: 'What is 12 * 7?',
  at: Date.UTC(2026, 4, 1, 12),
  ...given,
});

export const aRun = (question: Question, epoch = 1): RunRef => ({
  runId: question.runId,
  userId: question.userId,
  channelId: question.channelId,
  epoch,
});

export const anAnswer = (
  text: string,
  given: Partial<RunOutcome & { kind: 'answered' }> = {},
): RunOutcome & { kind: 'answered' } => ({
  kind: 'answered',
  text,
  model: 'scripted-1',
  usage: { ...NO_USAGE, calls: 2, promptTokens: 100, completionTokens: 20, costMicroUsd: 7 },
  delegations: [],
  sources: [],
  notes: [],
  ...given,
});

interface RecordParts {
  readonly epoch?: number;
  readonly endedAt?: number;
}

export const aRecord = (
  question: Question,
  outcome: RunOutcome,
  { epoch = 1, endedAt = question.at + 2_000 }: RecordParts = {},
): RunRecord => ({
  run: aRun(question, epoch),
  question,
  outcome,
  machinesVersion: 1,
  startedAt: question.at + 1_000,
  endedAt,
});

/** A step of the run that answers this question. */
export const aStep = (
  question: Question,
  { epoch = 1, ...given }: Partial<Omit<RecordedStep, 'run'>> & { readonly epoch?: number } = {},
): RecordedStep => ({
  run: aRun(question, epoch),
  stepKey: 'leader/1',
  kind: 'model',
  inputHash: 'h1',
  output: { text: '84' },
  ...given,
});

/** For calls that nobody stops. */
export const untilDone = { signal: new AbortController().signal };
