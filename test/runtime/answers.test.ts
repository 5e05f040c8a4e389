import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { DELEGATE_TO_ALL, DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import type { RunEvent } from '../../machines/question.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse, type Watched } from '../../src/testing/a-house.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';

guardAgainstLeaks();

const say = (text: string, over: { pieces?: readonly string[]; delayMs?: number } = {}) =>
  ({ kind: 'say', text, ...over }) as const satisfies ScriptedStep;
const delegate = (...members: readonly string[]): ScriptedStep => ({
  kind: 'use',
  text: 'Let me ask.',
  calls: members.map((member) => ({
    name: DELEGATE_TO_ONE,
    input: { member_id: member, task: `Ask ${member}.` },
  })),
});

/** What the asker sees of a run's progress, as words. */
const steps = ({ events }: Watched): readonly string[] =>
  events.flatMap((event) => (event.type === 'run.progressed' ? [wordsOf(event)] : []));

const wordsOf = ({ progress }: Extract<RunEvent, { type: 'run.progressed' }>): string =>
  'member' in progress ? `${progress.kind} ${progress.member}` : progress.kind;

/** What stands on the asker's screen: a new turn replaces the text of the one before. */
function screen({ events }: Watched): string {
  let [turn, text] = [0, ''];
  for (const event of events) {
    if (event.type !== 'run.drafted') continue;
    text = event.turn === turn ? text + event.delta : event.delta;
    turn = event.turn;
  }
  return text;
}

describe('a question', () => {
  it('is answered: started, thought about, drafted and settled', async () => {
    const house = await aHouse({ script: [say('forty-two', { pieces: ['forty', '-two'] })] });
    const run = await house.ask('ada1');
    expect(run.events.map(({ type }) => type)).toEqual([
      'run.started',
      'run.progressed',
      'run.progressed',
      'run.drafted',
      'run.drafted',
      'run.settled',
    ]);
    expect(screen(run)).toBe('forty-two');
    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'forty-two', model: 'scripted' });
    await house.close();
  });

  it('is worked on by members side by side, one of which may fail', async () => {
    const house = await aHouse({
      script: ({ agent, messages }) => {
        if (agent === 'math') return say('42', { delayMs: 3_000 });
        if (agent === 'words') return { kind: 'fail', failure: failure('auth', 'No key.') };
        return messages.length < 4 ? delegate('math', 'words') : say('It is 42.');
      },
    });
    const run = await house.ask('ada1');
    expect(steps(run)).toEqual([
      'recalling',
      'thinking',
      'delegating math',
      'delegating words',
      'member_thinking math',
      'member_thinking words',
      'member_reported words',
    ]);
    expect(run.outcome).toBeUndefined();

    await house.pass(3_000);
    expect(steps(run).slice(-2)).toEqual(['member_reported math', 'thinking']);
    expect(run.outcome).toMatchObject({
      text: 'It is 42.',
      delegations: [
        { member: 'words', ok: false },
        { member: 'math', ok: true },
      ],
    });
    await house.close();
  });

  it('is answered by the member it was handed to, whose draft replaces the leader’s words', async () => {
    const house = await aHouse({
      roster: { mode: 'route' },
      script: ({ agent }) => (agent === 'math' ? say('42') : delegate('math')),
    });
    const run = await house.ask('ada1');
    expect(screen(run)).toBe('42');
    expect(run.outcome).toMatchObject({ kind: 'answered', text: '42' });
    await house.close();
  });

  it('goes to everybody when the roster is to broadcast', async () => {
    const house = await aHouse({
      roster: { mode: 'broadcast' },
      script: ({ agent }) => say(`said ${agent}`),
    });
    const run = await house.ask('ada1', { text: 'Well?' });
    expect(run.outcome).toMatchObject({ text: 'said leader' });
    const asked = house.model.requests.map(({ agent, messages }) => [agent, messages.at(-1)]);
    expect(asked.slice(0, 2)).toMatchObject([
      ['math', { content: 'Well?' }],
      ['words', { content: 'Well?' }],
    ]);
    expect(house.model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      role: 'tool',
      name: DELEGATE_TO_ALL,
      content: 'Report of math:\nsaid math\n\nReport of words:\nsaid words',
    });
    await house.close();
  });

  it('shows only the text of the try that succeeded', async () => {
    let tries = 0;
    const house = await aHouse({
      model: {
        async call(_, { onDelta }) {
          tries += 1;
          onDelta?.(tries === 1 ? 'for' : 'forty-two');
          if (tries === 1) return { kind: 'failed', failure: failure('truncated', 'Cut.') };
          const usage = {
            calls: 1,
            promptTokens: 1,
            completionTokens: 1,
            cachedTokens: 0,
            costMicroUsd: 0,
          };
          const reply = {
            text: 'forty-two',
            toolCalls: [],
            model: 'm',
            usage,
            finish: 'stop',
          } as const;
          return { kind: 'replied', reply };
        },
      },
    });
    const run = await house.ask('ada1');
    await house.pass(500);
    expect(screen(run)).toBe('forty-two');
    await house.close();
  });

  it('ends at its deadline with what the members had found', async () => {
    const house = await aHouse({
      roster: { limits: { deadlineMs: 60_000, memberDeadlineMs: 50_000 } },
      script: ({ agent, messages }) => {
        if (agent === 'math') return say('42');
        return messages.length < 4 ? delegate('math') : { kind: 'hang' };
      },
    });
    const run = await house.ask('ada1');
    await house.pass(59_999);
    expect(run.outcome).toBeUndefined();
    await house.pass(1);
    expect(run.outcome).toMatchObject({ text: '**math**\n42', notes: ['unfinished'] });
    await house.close();
  });

  it('goes on without a member that hangs', async () => {
    const house = await aHouse({
      roster: { limits: { memberDeadlineMs: 20_000 } },
      script: ({ agent, messages }) => {
        if (agent === 'math') return { kind: 'hang' };
        return messages.length < 4 ? delegate('math') : say('I do not know.');
      },
    });
    const run = await house.ask('ada1');
    await house.pass(20_000);
    expect(run.outcome).toMatchObject({
      text: 'I do not know.',
      delegations: [{ member: 'math', ok: false }],
    });
    await house.close();
  });

  it('is worked on beside those in other channels, and behind those in its own', async () => {
    const house = await aHouse({ script: () => say('42', { delayMs: 1_000 }) });
    const runs = [
      await house.ask('ada1'),
      await house.ask('ada2'),
      await house.ask('ada3', { channel: 'den' }),
    ];
    expect(runs.map(({ events }) => events[0]?.type)).toEqual([
      'run.started',
      'run.queued',
      'run.started',
    ]);
    await house.pass(1_000);
    expect(runs.map(({ outcome }) => outcome?.kind)).toEqual(['answered', undefined, 'answered']);
    await house.pass(1_000);
    expect(runs[1]?.outcome?.kind).toBe('answered');
    await house.close();
  });
});
