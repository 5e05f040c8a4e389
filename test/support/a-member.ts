import { memberMachine } from '../../machines/member/member.machine.ts';
import type { MemberInput } from '../../machines/member/member.protocol.ts';
import type { RunLimits } from '../../machines/roster.ts';
import { anAgent, aRoster, aRun, aTool } from '../../src/testing/builders.ts';
import { nobody, SteppedMachine } from '../../src/testing/stepped-machine.ts';

interface MemberWishes extends Partial<Omit<MemberInput, 'limits'>> {
  readonly limits?: Partial<RunLimits>;
}

/** A member that is stepped by hand; what a test does not care about stays as it is here. */
export const aMember = ({ limits, ...over }: MemberWishes = {}) =>
  new SteppedMachine(memberMachine, {
    run: aRun(),
    slot: 'member0',
    delegation: 3,
    member: anAgent('math', { tools: [aTool('add')] }),
    task: 'Add 6 and 7.',
    limits: { ...aRoster().limits, ...limits },
    maxTokens: 1_000,
    drafts: false,
    reportTo: nobody,
    progressTo: nobody,
    ...over,
  });
