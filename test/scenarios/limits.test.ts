import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tokensOf } from '../../machines/conversation.ts';
import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { openStore } from '../../src/store/store.ts';
import { anAgent } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { cast, delegate, HANG, say, shownIn, use } from '../../src/testing/scripts.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';

/** A tool that counts how often it was really used. */
function counted() {
  let uses = 0;
  const tool = defineTool({
    name: 'dig',
    description: 'Digs.',
    policy: PURE,
    deadlineMs: 5_000,
    maxOutputChars: 100,
    input: z.object({ depth: z.number() }),
    execute: ({ depth }) => {
      uses += 1;
      return { kind: 'returned', content: `Nothing at ${depth}.` };
    },
  });
  return { tool, uses: () => uses };
}

describe('A model cannot talk its way out of', () => {
  it('the number of steps: its last call has no tools to offer', async () => {
    const { tool, uses } = counted();
    let depth = 0;
    const { ask, requests } = await house({
      tools: [tool],
      roster: { limits: { maxSteps: 4 } },
      script: ({ tools }) => {
        depth += 1;
        return tools.length > 0 ? use('dig', { depth }) : say('I stop here.');
      },
    });

    expect(await ask('Dig for ever.').outcome).toMatchObject({ text: 'I stop here.' });
    expect(requests).toHaveLength(4);
    expect(uses()).toBe(3);
  });

  it('the number of steps by asking for tools that it was not offered', async () => {
    const { tool, uses } = counted();
    let depth = 0;
    const { say: tell, requests } = await house({
      tools: [tool],
      roster: { limits: { maxSteps: 4 } },
      script: () => {
        depth += 1;
        return use('dig', { depth });
      },
    });

    expect(await tell('Dig for ever.')).toMatchObject({ kind: 'failed' });
    expect(requests).toHaveLength(4);
    expect(uses()).toBe(3);
  });

  it('the number of delegations, however it words the tasks', async () => {
    let task = 0;
    const { say: tell, requests } = await house({
      roster: { limits: { maxDelegations: 2, maxSteps: 6 } },
      script: cast({
        leader: ({ tools }) => {
          task += 1;
          return tools.length > 0 ? delegate({ math: `task ${task}` }) : say('Enough.');
        },
        math: [say('Done.')],
      }),
    });

    expect(await tell('Delegate for ever.')).toMatchObject({ text: 'Enough.' });
    expect(requests.filter(({ agent }) => agent === 'math')).toHaveLength(2);
    const last = requests.at(-1);
    expect(last && shownIn(last)).toContainEqual(
      'tool: math was not asked: this run has made its 2 delegations.',
    );
  });

  it('the limit of repetition: the same call is not made a third time', async () => {
    const { tool, uses } = counted();
    const { say: tell } = await house({
      tools: [tool],
      script: ({ tools }) => (tools.length > 0 ? use('dig', { depth: 1 }) : say('Nothing there.')),
    });

    expect(await tell('Dig there.')).toMatchObject({ text: 'Nothing there.' });
    expect(uses()).toBe(2);
  });

  it('the tokens of a run: they are exceeded by one call at most', async () => {
    const { tool } = counted();
    let depth = 0;
    const PER_CALL = 40;
    const { say: tell, requests } = await house({
      tools: [tool],
      roster: { limits: { maxTokens: 100, maxSteps: 50 } },
      script: () => {
        depth += 1;
        const step = use('dig', { depth });
        return { ...step, usage: { promptTokens: PER_CALL, completionTokens: 0 } };
      },
    });

    const outcome = await tell('Dig for ever.');

    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'limit' } });
    expect(requests).toHaveLength(3);
    expect(outcome.kind === 'failed' && tokensOf(outcome.usage)).toBeLessThan(100 + PER_CALL);
  });

  it('the tokens of a run, when everybody is asked at once: likewise', async () => {
    const PER_CALL = 900;
    const { say: tell, requests } = await house({
      roster: {
        mode: 'broadcast',
        members: ['math', 'words', 'maps'].map((name) => anAgent(name, { maxOutputTokens: 800 })),
        limits: { maxTokens: 1_000 },
      },
      script: () => ({ ...say('Mine.'), usage: { promptTokens: 100, completionTokens: 800 } }),
    });

    const outcome = await tell('What do you think?');

    expect(outcome).toMatchObject({ kind: 'answered' });
    expect(requests.map(({ agent }) => agent)).toEqual(['math', 'leader']);
    expect(outcome.kind === 'answered' && tokensOf(outcome.usage)).toBeLessThan(1_000 + PER_CALL);
  });

  it('the deadline of a run', async () => {
    const clock = simulatedClock();
    const { ask } = await house({
      clock,
      roster: { limits: { deadlineMs: 60_000 } },
      script: [HANG],
    });
    const asked = ask('Take your time.');
    await asked.sees('run.progressed', ({ progress }) => progress.kind === 'thinking');

    await clock.advance(60_000);

    expect(await asked.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
  });

  it('the tools it was given: another one is not run, whoever names it', async () => {
    const { tool, uses } = counted();
    const { say: tell, requests } = await house({
      tools: [tool],
      roster: { leader: anAgent('leader'), members: [anAgent('math')] },
      script: cast({
        leader: [use('dig', { depth: 1 }), delegate({ math: 'dig' }), say('Not done.')],
        math: [use('dig', { depth: 1 }), say('I may not.')],
      }),
    });

    expect(await tell('Dig.')).toMatchObject({ text: 'Not done.' });
    expect(uses()).toBe(0);
    expect(requests.flatMap(shownIn)).toContainEqual(
      'tool: Error (unknown): There is no tool "dig". There are none.',
    );
  });

  it('its place: a member cannot delegate', async () => {
    const { say: tell, requests } = await house({
      script: cast({
        leader: [delegate({ math: 'add up' }), say('Done.')],
        math: [use(DELEGATE_TO_ONE, { member_id: 'words', task: 'add up' }), say('I may not.')],
      }),
    });

    expect(await tell('Add up.')).toMatchObject({ text: 'Done.' });
    expect(requests.map(({ agent }) => agent)).toEqual(['leader', 'math', 'math', 'leader']);
  });
});

describe('A budget for the day', () => {
  it('that is spent is told in one sentence before anything is asked, and others have theirs', async () => {
    const { say: tell, groq } = await house({ tokensPerDay: 1, groq: () => text('Here you are.') });
    const first = await tell('hello', { user: 'ada' });
    const asked = groq().requests.length;

    const second = await tell('hello again', { user: 'ada' });

    expect(first).toMatchObject({ kind: 'answered' });
    expect(second).toMatchObject({ kind: 'failed', failure: { kind: 'budget' } });
    expect(groq().requests).toHaveLength(asked);
    expect(await tell('hello', { user: 'bob' })).toMatchObject({ kind: 'answered' });
  });

  it('is still spent after the house has been closed and opened again', async () => {
    const { url } = await aDatabase();
    const wishes = {
      store: { kind: 'postgres', url },
      tokensPerDay: 1,
      groq: () => text('Here you are.'),
    } as const;
    const before = await house(wishes);
    await before.say('hello');
    await before.troupe.stop();

    const after = await house(wishes);

    expect(await after.say('hello again')).toMatchObject({ failure: { kind: 'budget' } });
    expect(after.groq().requests).toEqual([]);
  });
});

describe('Hostile text', () => {
  it('is asked, kept and given back as it is, and nothing in it is acted upon', async () => {
    const hostile = `'; drop table agent_runs; -- \u0000 </script> {{7*7}} \${process.env} @everyone \ud800`;
    const { url } = await aDatabase();
    const store = await openStore({ place: { kind: 'postgres', url } });
    const { say: tell, requests } = await house({ store, script: () => say(hostile) });

    const outcome = await tell(hostile);
    await tell('And now?');
    await store.close();

    expect(outcome).toMatchObject({ kind: 'answered', text: hostile, notes: [] });
    expect(requests.map(shownIn).at(-1)?.[0]).toContain("'; drop table agent_runs; --");
    expect(requests.map(shownIn).at(-1)?.[1]).toContain('{{7*7}}');
  });
});
