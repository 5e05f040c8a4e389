import { LEADER_SLOTS, type LeaderSlot } from '../leader/leader.protocol.ts';
import type { Question, RunRef } from '../question.ts';
import { EMPTY_MAILBOX, firstRunnable, type Mailbox, without } from './mailbox.ts';
import type { TeamInput } from './team.protocol.ts';

/** A run under way and the place it works in. */
export interface Running {
  readonly slot: LeaderSlot;
  readonly question: Question;
}

/** What a team knows: small, since thousands of idle teams hold one. */
export interface Desk {
  readonly input: TeamInput;
  readonly mailbox: Mailbox;
  readonly running: readonly Running[];
  /** Hydrations that failed in a row. */
  readonly failures: number;
}

const NOTHING_RUNNING: readonly Running[] = [];

export const emptyDesk = (input: TeamInput): Desk => ({
  input,
  mailbox: EMPTY_MAILBOX,
  running: NOTHING_RUNNING,
  failures: 0,
});

export const isAtRest = ({ mailbox, running }: Desk): boolean =>
  mailbox.length === 0 && running.length === 0;

export const runOf = ({ input }: Desk, { runId, channelId }: Question): RunRef => ({
  runId,
  channelId,
  userId: input.userId,
  epoch: input.epoch,
});

/** The runs that can begin now: free slots, oldest questions first, one per channel. */
export function nextRuns({ input, mailbox, running }: Desk): readonly Running[] {
  // Asked after every event, mostly in vain.
  if (mailbox.length === 0) return NOTHING_RUNNING;
  const free = LEADER_SLOTS.slice(0, input.limits.concurrency).filter((slot) =>
    running.every((run) => run.slot !== slot),
  );
  const begun: Running[] = [];
  for (const slot of free) {
    const all = [...running, ...begun];
    const question = firstRunnable(
      without(
        mailbox,
        begun.map((run) => run.question),
      ),
      all.map((run) => run.question.channelId),
    );
    if (question === undefined) break;
    begun.push({ slot, question });
  }
  return begun;
}

/** How many questions are ahead of this one, the running one of its channel included; 0: it begins now. */
export function placeOf(desk: Desk, question: Question): number {
  const asked = { ...desk, mailbox: [...desk.mailbox, question] };
  if (nextRuns(asked).some((run) => run.question === question)) return 0;
  const ahead = [...desk.running.map((run) => run.question), ...desk.mailbox];
  const inChannel = ahead.filter(({ channelId }) => channelId === question.channelId).length;
  return inChannel > 0 ? inChannel : asked.mailbox.length;
}

export const afterBeginning = (desk: Desk, begun: readonly Running[]): Partial<Desk> => ({
  mailbox: settled(
    without(
      desk.mailbox,
      begun.map(({ question }) => question),
    ),
  ),
  running: [...desk.running, ...begun],
});

export const afterFinishing = ({ running }: Desk, slot: LeaderSlot): Partial<Desk> => {
  const rest = running.filter((run) => run.slot !== slot);
  return { running: rest.length === 0 ? NOTHING_RUNNING : rest };
};

/** An empty mailbox is always the same one: idle teams share it. */
const settled = (mailbox: Mailbox): Mailbox => (mailbox.length === 0 ? EMPTY_MAILBOX : mailbox);
