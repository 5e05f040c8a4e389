import type { ChatMessage } from '../../../machines/conversation.ts';
import { memberMachine } from '../../../machines/member/member.machine.ts';
import type { MemberInput } from '../../../machines/member/member.protocol.ts';
import type { ModelResult, ToolResult } from '../../../machines/ports.ts';
import {
  aCall,
  anAgent,
  aRoster,
  aRun,
  aTool,
  broke,
  said,
  wished,
} from '../../../src/testing/builders.ts';
import type { Exploration } from '../../../src/testing/explorer.ts';
import {
  assert,
  elapses,
  sentIn,
  settles,
  startedIn,
  unansweredIn,
} from '../../../src/testing/exploring.ts';
import { nobody } from '../../../src/testing/stepped-machine.ts';

const LIMITS = { maxMemberSteps: 4, retries: 2, sameCallLimit: 2, sameErrorLimit: 2 };
const MAX_TOKENS = 35;
const CALL_TOKENS = 10;

const input: MemberInput = {
  run: aRun(),
  slot: 'member0',
  delegation: 1,
  member: anAgent('math', { tools: [aTool('add')] }),
  task: 'Add.',
  limits: { ...aRoster().limits, ...LIMITS },
  maxTokens: MAX_TOKENS,
  drafts: true,
  reportTo: nobody,
  progressTo: nobody,
};

const RESULTS: readonly ModelResult[] = [
  said('13'),
  said('  '),
  said('1', { finish: 'length' }),
  wished(aCall('add')),
  wished(aCall('add', { n: 2 }), aCall('add', { n: 3 }, 'b')),
  broke('server'),
  broke('auth'),
];
const RETURNED: ToolResult = { kind: 'returned', content: '13' };

/** All that can happen to it in a small world, and what must hold there. */
export const memberExploration = (): Exploration<
  typeof memberMachine,
  { readonly reports: number }
> => ({
  machine: memberMachine,
  input,
  world: { reports: 0 },
  table: {
    ...settles('member.thinking', RESULTS),
    ...settles('member.concluding', RESULTS),
    ...settles('member.acting', [[RETURNED], [broke('timeout')], []]),
    ...elapses('deadline.member'),
    ...elapses('backoff.member.retrying'),
  },
  key: ({ snapshot: { value, context }, world }) => {
    const { transcript, step, steps, failures, usage, attempts } = context;
    return JSON.stringify([
      value,
      transcript.length,
      step,
      steps,
      failures,
      usage,
      attempts,
      world,
    ]);
  },
  observe: ({ from, actions }) => {
    for (const { src, input: request } of startedIn(actions)) checkRequest(src, request);
    const reports = sentIn(actions).filter(({ type }) => type === 'member.reported').length;
    return { reports: from.world.reports + reports };
  },
  check: ({ snapshot, world }) => {
    const { context, status, children } = snapshot;
    assert(world.reports === (status === 'done' ? 1 : 0), 'one report, at the end');
    assert(context.steps <= LIMITS.maxMemberSteps, 'no more steps than allowed');
    assert(context.failures <= LIMITS.retries + 1, 'no more tries than allowed');
    assert(context.usage.promptTokens < MAX_TOKENS + CALL_TOKENS, 'one call too much at most');
    assert(unansweredIn(context.transcript) === 0, 'every call is answered');
    const waits = !snapshot.matches('retrying') && status === 'active';
    assert(Object.keys(children).length === (waits ? 1 : 0), 'one thing at a time');
  },
  goal: ({ snapshot }) => snapshot.status === 'done',
  maxStates: 50_000,
});

function checkRequest(src: unknown, request: unknown): void {
  if (src !== 'callModel') return;
  const { messages } = request as { readonly messages: readonly ChatMessage[] };
  assert(messages.at(-1)?.role !== 'assistant', 'a model is never asked to answer itself');
  assert(unansweredIn(messages) === 0, 'a model is shown an answer to each of its calls');
}
