import type { ModelPort, ToolPort } from '../../../machines/ports.ts';
import { PURE } from '../../../machines/tool-policy.ts';
import { answerTo, questionText } from '../../../proof/kill9-judge.ts';
import { type Script, scriptedModel } from '../../../src/model/scripted.ts';
import { anAgent, aRoster, aTool } from '../../../src/testing/builders.ts';
import { delegate, say, use } from '../../../src/testing/scripts.ts';
import type { Said } from '../fake-chat.ts';
import type { Life } from './life.ts';

/** Two people, one of them in two channels. */
export const MESSAGES: readonly Said[] = [
  { messageId: 'm1', userId: 'ada', channelId: 'lab', text: questionText(1) },
  { messageId: 'm2', userId: 'bob', channelId: 'lab', text: questionText(2) },
  { messageId: 'm3', userId: 'ada', channelId: 'den', text: questionText(3) },
];

/** Two lines of an answer: `answerTo(2)` and `answerTo(3)` take two messages. */
export const PART_CHARS = 90;

export const ROSTER = aRoster({
  leader: anAgent('leader', { tools: [aTool('send')] }),
  members: [anAgent('math'), anAgent('words', { tools: [aTool('look')] })],
});

/** The same words in every life, as a model would have that is asked the same thing. */
const SCRIPT: Readonly<Record<string, Readonly<Record<string, ReturnType<typeof say>>>>> = {
  // A tool that must not be run twice, then the answer.
  'bridge:m1': { 'leader/1': use('send'), 'leader/2': say(answerTo(1)) },
  // Two members side by side, one of which uses a tool.
  'bridge:m2': {
    'leader/1': delegate({ math: 'Count.', words: 'Look.' }),
    '1/math/1': say('Two.'),
    '2/words/1': use('look'),
    '2/words/2': say('Seen.'),
    'leader/2': say(answerTo(2)),
  },
  'bridge:m3': { 'leader/1': say(answerTo(3)) },
};

const playing: Script = ({ run, stepKey }) => {
  const step = SCRIPT[run.runId]?.[stepKey];
  if (step === undefined) throw new Error(`Nothing is written for ${run.runId} ${stepKey}.`);
  return step;
};

/** What was done for money or for good, in all lives: as `<run> <step>`. */
export interface Ledger {
  /** Steps whose result was kept when the present life began. */
  kept: ReadonlySet<string>;
  /** What was done although its result was kept. */
  readonly again: string[];
  /** How often the tool was run that must not be run twice. */
  sent: number;
}

export function modelOf(ledger: Ledger): ModelPort {
  const model = scriptedModel(playing);
  return {
    call(request, options) {
      note(ledger, `${request.run.runId} ${request.stepKey}`);
      return model.call(request, options);
    },
  };
}

export const toolsOf = (ledger: Ledger, life: Life): ToolPort => ({
  policyOf: ({ name }) => ({ ...PURE, repeatable: name !== 'send' }),
  run: ({ run, stepKey, call }) =>
    life.deed(`runs ${call.name}`, () => {
      note(ledger, `${run.runId} ${stepKey}`);
      if (call.name === 'send') ledger.sent += 1;
      return Promise.resolve({ kind: 'returned', content: 'Done.' });
    }),
});

function note({ kept, again }: Ledger, step: string): void {
  if (kept.has(step)) again.push(step);
}
