import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../machines/question.ts';
import { sayEnding } from '../../machines/wording.ts';
import { type Act, chunk, status, text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';

/** The first choice does as told, the second is well. */
const firstOf = (models: readonly [string, string], act: Act) => ({
  models,
  groq: ({ body }: { readonly body: { readonly model?: string } }): Act =>
    body.model === models[0] ? act : text('From the second.'),
});

const BOTH = ['big', 'small'] as const;

const sayFailure = (outcome: RunOutcome): string =>
  outcome.kind === 'failed' ? sayEnding(outcome) : `not a failure: ${outcome.kind}`;

describe('A model', () => {
  it.each([
    ['whose limit is spent (429)', status(429, {}, { 'retry-after': '3600' })],
    ['that has no room (503)', status(503)],
    ['that is broken (500)', status(500)],
    ['whose gateway answers with a page (502)', { kind: 'status', status: 502, body: '<h1>' }],
    ['that is gone (404)', status(404, { code: 'model_not_found' })],
    ['that hangs up', { kind: 'reset' }],
  ] satisfies readonly (readonly [string, Act])[])(
    '%s is replaced by the next one of the list',
    async (_, act) => {
      const { ask } = await house(firstOf(BOTH, act));

      const asked = ask('hello');

      expect(await asked.outcome).toMatchObject({
        kind: 'answered',
        text: 'From the second.',
        model: expect.stringContaining('small'),
        notes: [],
      });
    },
  );

  it('whose stream is cut in mid-answer is asked again, and half an answer is never given as a whole', async () => {
    let isFirst = true;
    const { ask } = await house({
      groq: () => {
        if (!isFirst) return text('The whole answer.');
        isFirst = false;
        return { kind: 'sse', events: [chunk({ content: 'The who' })], stop: 'rst' };
      },
    });

    const asked = ask('hello');

    expect(await asked.outcome).toMatchObject({ kind: 'answered', text: 'The whole answer.' });
    expect(asked.events.filter(({ type }) => type === 'run.settled')).toHaveLength(1);
  });

  it('that a member needs and cannot have costs that member only', async () => {
    const { ask } = await house({
      roster: { limits: { retries: 0 } },
      groq: ({ body }) => {
        const said = JSON.stringify(body.messages);
        if (said.includes('You are math')) return status(401);
        if (said.includes('You are words')) return text('w o r d s');
        if (said.includes('"role":"tool"')) return text('Spelt, but not added up.');
        const wish = (member_id: string) => ({
          name: 'delegate_task_to_member',
          args: { member_id, task: 'work' },
        });
        return { kind: 'reply', calls: [wish('math'), wish('words')] };
      },
    });

    expect(await ask('Add up and spell.').outcome).toMatchObject({
      kind: 'answered',
      text: 'Spelt, but not added up.',
      delegations: expect.arrayContaining([
        expect.objectContaining({ member: 'math', ok: false }),
        expect.objectContaining({ member: 'words', ok: true }),
      ]),
    });
  });
});

describe('When no model is left', () => {
  it.each([
    ['the provider is broken', status(500), /problem of its own/],
    ['the key is wrong', status(401, { code: 'invalid_api_key' }), /did not accept the key/],
    ['nobody answers the telephone', { kind: 'reset' }, /could not be reached/],
    [
      'every stream is cut',
      { kind: 'sse', events: [chunk({ content: 'The who' })], stop: 'fin' },
      /broke off before it was complete/,
    ],
  ] satisfies readonly (readonly [string, Act, RegExp])[])(
    'because %s, the user gets one friendly sentence, and the team lives on',
    async (_, act, sentence) => {
      let isWell = false;
      const { ask, say } = await house({
        roster: { limits: { retries: 0 } },
        groq: () => (isWell ? text('Well again.') : act),
      });

      const asked = ask('hello');
      const outcome = await asked.outcome;
      isWell = true;

      expect(sayFailure(outcome)).toMatch(sentence);
      expect(asked.events.filter(({ type }) => type === 'run.settled')).toHaveLength(1);
      expect(await say('hello again')).toMatchObject({ kind: 'answered', text: 'Well again.' });
    },
  );

  it('because the limit is spent, the user is told for how long, and the provider is left alone until then', async () => {
    const { say, groq } = await house({
      roster: { limits: { retries: 0 } },
      groq: () => status(429, {}, { 'retry-after': '90' }),
    });
    const first = await say('hello');
    const asked = groq().requests.length;

    const second = await say('hello again');

    expect(sayFailure(first)).toMatch(/limit is used up.*2 minutes/);
    expect(second).toMatchObject({ kind: 'failed', failure: { kind: 'rate_limited' } });
    expect(groq().requests).toHaveLength(asked);
  });
});
