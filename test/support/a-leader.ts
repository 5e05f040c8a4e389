import { type FileRef, NO_USAGE, type Source } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { DELEGATE_TO_ALL, DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import type { Nest } from '../../machines/leader/leader.protocol.ts';
import type { MemberReport, MemberSlot } from '../../machines/member/member.protocol.ts';
import type { RunStart } from '../../machines/ports.ts';
import type { Question } from '../../machines/question.ts';
import {
  aCall,
  anAgent,
  aQuestion,
  aRoster,
  aRun,
  type RosterWishes,
  spent,
} from '../../src/testing/builders.ts';
import { nobody, SteppedMachine } from '../../src/testing/stepped-machine.ts';

/** A leader that is stepped by hand, before it has recalled anything. */
export const aLeader = (wishes: RosterWishes = {}, asked: Partial<Question> = {}) =>
  new SteppedMachine(leaderMachine, leaderInput(wishes, asked));

/** One whose run is not kept. */
export const anUnkeptLeader = (wishes: RosterWishes = {}) =>
  new SteppedMachine(leaderMachine, { ...leaderInput(wishes), unkept: true });

const leaderInput = (wishes: RosterWishes, asked: Partial<Question> = {}) => ({
  run: aRun(),
  slot: 'leader0' as const,
  question: { ...aQuestion(), ...asked },
  roster: aRoster(wishes),
  reportTo: nobody,
  progressTo: nobody,
});

/** The leader of a nested team at its beginning: the second delegation of a run, with so much of what the run has. */
export const aNestedLeader = (
  wishes: RosterWishes = {},
  nest: Partial<Nest> = {},
): SteppedMachine<typeof leaderMachine> =>
  new SteppedMachine(leaderMachine, {
    run: aRun(),
    slot: 'member1',
    question: aQuestion({ text: 'Write to everybody.' }),
    roster: aRoster({ name: 'office', leader: anAgent('office'), ...wishes }),
    reportTo: nobody,
    progressTo: nobody,
    nest: { delegation: 2, maxTokens: 2_000, maxDelegations: 4, drafts: false, ...nest },
  });

export type SteppedLeader = ReturnType<typeof aLeader>;

/** What the port `beginRun` answers. */
export const begun = (start: RunStart = { kind: 'begun', history: [], steps: [] }, at = 5_000) => ({
  start,
  at,
});

/** A leader that has recalled and thinks for the first time. */
export function aThinkingLeader(wishes: RosterWishes = {}): SteppedLeader {
  const leader = aLeader(wishes);
  leader.settle('beginRun', begun());
  return leader;
}

export const toOne = (member: string, task = `Ask ${member}.`) =>
  aCall(DELEGATE_TO_ONE, { member_id: member, task }, `${member}/${task}`);
export const toAll = (task: string) => aCall(DELEGATE_TO_ALL, { task }, 'all');

interface Reported {
  readonly sources?: readonly Source[];
  readonly files?: readonly FileRef[];
  readonly cut?: boolean;
  readonly tokens?: number;
}

/** A member has done its part. */
export const reports = (slot: MemberSlot, text: string, over: Reported = {}): MemberReport => ({
  type: 'member.reported',
  slot,
  outcome: {
    kind: 'reported',
    text,
    model: 'member-model',
    usage: spent(over.tokens ?? 10),
    sources: over.sources ?? [],
    ...(over.files === undefined ? {} : { files: over.files }),
    cut: over.cut ?? false,
  },
});

/** A member could not do its part. */
export const failsToReport = (slot: MemberSlot): MemberReport => ({
  type: 'member.reported',
  slot,
  outcome: { kind: 'failed', failure: failure('timeout', 'Too slow.'), usage: NO_USAGE },
});

/** What the model is shown of the last acting: the contents of the tool entries. */
export function answersIn({ asked }: SteppedLeader): readonly unknown[] {
  const messages: unknown = (asked as { readonly messages?: unknown } | undefined)?.messages;
  return Array.isArray(messages)
    ? messages.flatMap((message: { role: string; content: string }) =>
        message.role === 'tool' ? [message.content] : [],
      )
    : [];
}
