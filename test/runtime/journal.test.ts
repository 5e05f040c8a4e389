import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { ModelRequest, ToolPort, ToolResult } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { bug, delegate, say, use } from '../../src/testing/scripts.ts';
import { aLife, askThroughCrash, inTurns, stepsOf, usedIn } from '../support/a-journaled-house.ts';
import { gate } from '../support/gates.ts';
import { type KeptRuns, keptRuns } from '../support/kept-runs.ts';

describe('a run that is resumed after a crash of its team', () => {
  it('asks the model nothing and uses no tool a second time, and counts what it had spent', async () => {
    const kept = keptRuns();
    const life = await aLife(
      kept,
      inTurns([use('look', { b: 1, a: [2] }), say('A cat.')], { 'leader/2 1': bug('once') }),
    );

    const outcome = await askThroughCrash(life);

    expect(stepsOf(life)).toEqual(['leader/1', 'leader/2', 'leader/2']);
    expect(usedIn(life)).toEqual(['look leader/1/0']);
    expect(kept.written).toEqual(['model leader/1', 'tool leader/1/0', 'model leader/2']);
    expect(outcome).toMatchObject({
      kind: 'answered',
      text: 'A cat.',
      usage: { calls: 2 },
      sources: [{ url: 'https://example.org' }],
    });
    const [, before, after] = life.house.model.requests;
    expect(after?.messages).toEqual(before?.messages);
    await life.house.close();
  });

  it('is answered at once when only its end was missing', async () => {
    const kept = keptRuns();
    let ends = 0;
    const runs = {
      ...kept.port,
      end: (...given: Parameters<KeptRuns['port']['end']>) =>
        ends++ === 0 ? Promise.reject(new Error('a bug')) : kept.port.end(...given),
    };
    const house = await aHouse({ script: [say('42')], runs });

    const run = await house.ask('ada1');
    await house.pass(2_000);

    expect(run.outcome).toMatchObject({ kind: 'answered', text: '42' });
    expect(house.model.requests).toHaveLength(1);
    await house.close();
  });

  it('keeps the members that had finished, and asks only the others', async () => {
    const kept = keptRuns();
    const mathIsKept = gate();
    kept.onRecord = ({ stepKey }) => {
      if (stepKey === '1/math/1') mathIsKept.open();
    };
    const brokenOnce = [bug('once')];
    const house = await aHouse({
      runs: kept.port,
      script: async ({ agent, messages }: ModelRequest) => {
        if (agent === 'math') return say('Forty-two.');
        if (agent === 'words') {
          await mathIsKept.pass();
          return brokenOnce.shift() ?? say('The answer.');
        }
        const isBack = messages.at(-1)?.role === 'tool';
        return isBack ? say('Both.') : delegate({ math: 'add', words: 'write' });
      },
    });

    const run = await house.ask('ada1');
    await house.pass(2_000);

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Both.' });
    expect(house.model.requests.map(({ stepKey }) => stepKey).sort()).toEqual([
      '1/math/1',
      '2/words/1',
      '2/words/1',
      'leader/1',
      'leader/2',
    ]);
    await house.close();
  });

  it('makes a step again when what is asked in it is another thing', async () => {
    const kept = keptRuns();
    const first = await aLife(kept, inTurns([say('Four.')]));
    await first.house.ask('ada1', { text: 'Two and two?' });
    await first.house.close();

    const second = await aLife(kept, inTurns([say('Six.')]));
    const run = await second.house.ask('ada1', { text: 'Three and three?' });

    expect(run.outcome).toMatchObject({ text: 'Six.' });
    expect(kept.steps.get('leader/1')?.output).toMatchObject({ text: 'Six.' });
    await second.house.close();
  });

  it('makes a failed call and a failed tool again', async () => {
    const kept = keptRuns();
    const failed: ToolResult = { kind: 'failed', failure: failure('timeout', 'Too slow.') };
    let uses = 0;
    const tools: ToolPort = {
      policyOf: () => PURE,
      run() {
        uses += 1;
        return Promise.resolve(uses === 1 ? failed : { kind: 'returned', content: 'A cat.' });
      },
    };
    const script = inTurns([use('look'), say('Done.')], {
      'leader/1 0': { kind: 'fail', failure: failure('server', 'Down.') },
      'leader/2 2': bug('once'),
    });
    const house = await aHouse({ script, tools, runs: kept.port });

    const run = await house.ask('ada1');
    await house.pass(4_000);

    expect(run.outcome).toMatchObject({ kind: 'answered' });
    expect(uses).toBe(2);
    expect(kept.written).toEqual(['model leader/1', 'tool leader/1/0', 'model leader/2']);
    await house.close();
  });
});

describe('a store that cannot keep a step', () => {
  it('does not cost the answer, is complained of once, and is asked again for the next step', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns([use('look'), use('look'), say('Done.')]));
    kept.refuse('storage', 'storage');

    const outcome = await askThroughCrash(life);

    expect(outcome).toMatchObject({ kind: 'answered', text: 'Done.' });
    expect(kept.written).toEqual(['model leader/2', 'tool leader/2/0', 'model leader/3']);
    const complaints = life.house.log.lines.filter(({ event }) => event === 'run.step_not_kept');
    expect(complaints.map(({ fields }) => fields)).toEqual([
      { runId: 'ada1', stepKey: 'leader/1', why: 'It was storage.' },
    ]);
    await life.house.close();
  });

  it('leaves a run that could not be begun without a journal', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns([use('look'), say('Done.')]));
    kept.failNextBegin();

    const outcome = await askThroughCrash(life);

    expect(outcome).toMatchObject({ kind: 'answered', notes: ['without_history'] });
    expect(kept.written).toEqual([]);
    await life.house.close();
  });
});

describe('a run that a newer incarnation holds', () => {
  it('goes no further than the step that tells it so', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns([use('look'), say('Done.')]));
    kept.refuse('unavailable');

    const outcome = await askThroughCrash(life);

    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { kind: 'aborted' },
      usage: { calls: 1 },
    });
    expect(stepsOf(life)).toEqual(['leader/1']);
    expect(usedIn(life)).toEqual([]);
    await life.house.close();
  });
});
