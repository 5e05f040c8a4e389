import { describe, expect, it } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import type { RunRecorder } from '../../src/runtime/run-recorder.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { bug, cast, HANG, say } from '../../src/testing/scripts.ts';
import { aRecordedHouse, aRecording, helped } from './a-recording.ts';

describe('a recording', () => {
  it('holds what the leader and its members heard, in the order in which they heard it', async () => {
    const { steps, end, outcome, question, stepsLeftOut } = await aRecording();

    expect(
      steps.map((step) => `${step.actor} ${'event' in step ? step.event.type : 'begins'}`),
    ).toEqual([
      'leader0 begins',
      'leader0 xstate.done.actor.0.leader.working.recalling',
      'leader0 xstate.done.actor.0.leader.working.thinking',
      'member0 begins',
      'member0 xstate.done.actor.0.member.thinking',
      'member0 xstate.done.actor.0.member.acting',
      'member0 xstate.done.actor.0.member.thinking',
      'leader0 member.reported',
      'leader0 xstate.done.actor.member0',
      'leader0 xstate.done.actor.0.leader.working.thinking',
      'leader0 xstate.done.actor.0.leader.ending',
    ]);
    expect({ end, stepsLeftOut }).toEqual({ end: 'settled', stepsLeftOut: 0 });
    expect(outcome).toMatchObject({ kind: 'answered', text: '42' });
    expect(question.text).toBe('What is six times seven?');
  });

  it('can be had while its run is under way', async () => {
    const { house, recorder } = await aRecordedHouse({ script: cast({ leader: [HANG] }) });

    await house.ask('ada1');

    expect(recorder.recordingOf(RunId('ada1'))).toMatchObject({ end: 'underway' });
    expect(recorder.recordingOf(RunId('ada2'))).toBeUndefined();
  });

  it('of a run that was cancelled says so', async () => {
    const { house, ended } = await aRecordedHouse({ script: cast({ leader: [HANG] }) });
    await house.ask('ada1');

    house.runtime.signal({ type: 'cancel', userId: UserId('ada') });
    await house.pass(0);

    expect(ended).toMatchObject([{ end: 'settled', outcome: { kind: 'cancelled' } }]);
  });

  it('of a crash ends with what the leader heard last, one for each incarnation', async () => {
    const { house, ended } = await aRecordedHouse({ script: cast({ leader: [bug('a bug')] }) });

    const run = await house.ask('ada1');
    while (run.outcome === undefined && house.clock.next()) await house.pass(0);

    expect(ended.map(({ end, run: { epoch } }) => `${end} ${epoch}`)).toEqual([
      'crashed 1',
      'crashed 2',
      'crashed 3',
    ]);
    expect(ended[0]?.steps.at(-1)).toMatchObject({
      kind: 'heard',
      status: 'error',
      event: { type: 'xstate.error.actor.0.leader.working.thinking' },
    });
  });
});

describe('the memory of the recorder', () => {
  it('lets the oldest recording go when there are too many', async () => {
    const { house, recorder } = await aRecordedHouse({ limits: { maxEnded: 2 } });

    for (const run of ['ada1', 'ada2', 'ada3']) await house.ask(run);

    expect(
      ['ada1', 'ada2', 'ada3'].map((run) => recorder.recordingOf(RunId(run)) !== undefined),
    ).toEqual([false, true, true]);
  });

  it('lets the oldest recordings go when they are too long together', async () => {
    const script = cast({ leader: [say('x'.repeat(600))] });
    const { house, recorder } = await aRecordedHouse({ script, limits: { maxChars: 1_000 } });

    await house.ask('ada1');
    await house.ask('ada2');

    expect(recorder.recordingOf(RunId('ada1'))).toBeUndefined();
    expect(recorder.recordingOf(RunId('ada2'))).toBeDefined();
  });

  it('keeps the beginning of a run that is too long, and counts the rest', async () => {
    const { steps, stepsLeftOut, end } = await aRecording({ limits: { maxSteps: 4 } });

    expect([steps.length, stepsLeftOut, end]).toEqual([4, 7, 'settled']);
  });
});

it('is never in the way of a run: a recorder that throws is told of in the log', async () => {
  const broken: RunRecorder = {
    began: () => {
      throw new Error('a bad day');
    },
    hears: () => {
      throw new Error('a bad day');
    },
    led: () => {
      throw new Error('a bad day');
    },
    threw() {},
  };
  const house = await aHouse({ recorder: broken, script: helped() });

  const run = await house.ask('ada1');

  expect(run.outcome?.kind).toBe('answered');
  expect(new Set(house.log.events('warn'))).toEqual(new Set(['recorder.failed']));
});
