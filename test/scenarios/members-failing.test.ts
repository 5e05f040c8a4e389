import { expect, it } from 'vitest';
import { anAgent } from '../../src/testing/builders.ts';
import { type Act, calls, type Received, status, text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';

const MEMBERS = [anAgent('math', { standIn: 'words' }), anAgent('words', { standIn: 'math' })];

it('A member that fails is a failure that its leader reads, beside what its stand-in has found', async () => {
  const { say, asked, toldTo } = await aTeamAtGroq({ words: text('It is 42.') });

  expect(await say('What is 6 * 7?')).toMatchObject({ kind: 'answered', text: 'Done.' });

  expect(asked()).toEqual(['leader', 'math', 'words', 'leader']);
  expect(toldTo('leader')).toEqual([expect.stringMatching(/^math failed[\s\S]*It is 42\./)]);
});

it('A stand-in that fails, too, ends it: nobody is asked twice', async () => {
  const { say, asked, toldTo } = await aTeamAtGroq({ words: status(400) });

  expect(await say('What is 6 * 7?')).toMatchObject({ kind: 'answered', text: 'Done.' });

  expect(asked()).toEqual(['leader', 'math', 'words', 'leader']);
  expect(toldTo('leader')).toEqual([expect.stringMatching(/^math failed[\s\S]*^words failed/m)]);
});

/** The leader asks math, whose model always fails, and then says that it is done. */
async function aTeamAtGroq({ words }: { readonly words: Act }) {
  const team = await house({
    roster: { leader: anAgent('leader'), members: MEMBERS },
    groq: (request) => {
      const agent = agentIn(request);
      if (agent === 'math') return status(400);
      if (agent === 'words') return words;
      return toolTexts(request).length > 0
        ? text('Done.')
        : calls({ name: 'delegate_task_to_member', args: { member_id: 'math', task: '6 * 7' } });
    },
  });
  const requests = () => team.groq().requests;
  return {
    say: team.say,
    asked: () => requests().map(agentIn),
    toldTo: (agent: string) =>
      toolTexts(requests().findLast((request) => agentIn(request) === agent)),
  };
}

const agentIn = ({ body }: Received): string =>
  /You are (\w+)\./.exec(body.messages?.[0]?.content ?? '')?.[1] ?? 'nobody';

const toolTexts = (request: Received | undefined): readonly string[] =>
  (request?.body.messages ?? [])
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => content ?? '');
