import type { ChannelId, RunId } from '../ids.ts';
import type { Question } from '../question.ts';
import type { TeamLimits } from './team.protocol.ts';

/** Questions a team has accepted and not yet begun, oldest first. */
export type Mailbox = readonly Question[];

export const EMPTY_MAILBOX: Mailbox = [];

/** How many questions of a channel wait. */
export const waitingIn = (mailbox: Mailbox, channelId: ChannelId): number =>
  mailbox.filter((question) => question.channelId === channelId).length;

/** A question of an earlier life had its room then, and keeps it. */
export const hasRoomFor = (
  mailbox: Mailbox,
  { channelId, resumedAt }: Question,
  limits: TeamLimits,
): boolean =>
  resumedAt !== undefined ||
  (mailbox.length < limits.maxQueued && waitingIn(mailbox, channelId) < limits.maxQueuedPerChannel);

/** The oldest question whose channel is not busy: one channel in order, channels side by side. */
export const firstRunnable = (mailbox: Mailbox, busy: readonly ChannelId[]): Question | undefined =>
  mailbox.find((question) => !busy.includes(question.channelId));

export const without = (mailbox: Mailbox, taken: readonly Question[]): Mailbox =>
  mailbox.filter((question) => !taken.includes(question));

/** What a cancel or a drain is about: a run, a channel's runs, or (neither given) everything. */
export interface Scope {
  readonly runId?: RunId | undefined;
  readonly channelId?: ChannelId | undefined;
}

export const matches = (question: Question, { runId, channelId }: Scope): boolean =>
  (runId === undefined || question.runId === runId) &&
  (channelId === undefined || question.channelId === channelId);
