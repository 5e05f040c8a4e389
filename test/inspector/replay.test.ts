import { describe, expect, it } from 'vitest';
import { readRecording } from '../../src/inspector/read-recording.ts';
import type { Recording } from '../../src/inspector/recording.ts';
import { replay } from '../../src/inspector/replay.ts';
import { withoutTexts } from '../../src/inspector/without-texts.ts';
import type { Script } from '../../src/model/scripted.ts';
import { askedIn, bug, cast, delegate, HANG, say } from '../../src/testing/scripts.ts';
import { CANARY, recordRandomRun } from '../support/random-runs.ts';
import { aRecording } from './a-recording.ts';

describe('a replay', () => {
  it('leads to the states and the outcome that were recorded', async () => {
    const recording = await aRecording();

    const { frames, diverges, outcome } = replay(recording);

    expect(diverges).toBeUndefined();
    expect(outcome).toEqual(recording.outcome);
    expect(frames.map(({ step, now }) => `${step.actor} ${now}`)).toEqual([
      'leader0 working.recalling',
      'leader0 working.thinking',
      'leader0 working.acting.waiting',
      'member0 thinking',
      'member0 acting',
      'member0 thinking',
      'member0 reported',
      'leader0 working.thinking',
      'leader0 working.thinking',
      'leader0 ending',
      'leader0 done',
    ]);
  });

  it('leads there, too, in a house that keeps no runs', async () => {
    const recording = await aRecording({ unkept: true });

    const { frames, diverges, outcome } = replay(recording);

    expect(recording.outcome).toMatchObject({ kind: 'answered' });
    expect({ diverges, outcome }).toEqual({ diverges: undefined, outcome: recording.outcome });
    expect(frames[0]?.now).toBe('working.thinking');
  });

  it('knows where everybody is at every step', async () => {
    const { frames } = replay(await aRecording());

    expect([...(frames[4]?.states ?? [])]).toEqual([
      ['leader0', { working: { acting: 'waiting' } }],
      ['member0', 'acting'],
    ]);
  });

  it('of a run whose deadline passed needs no time', async () => {
    const script = cast({ leader: [delegate({ math: 'Add.' }), say('42')], math: [HANG] });
    const recording = await aRecording({ script });

    expect(replay(recording)).toMatchObject({ diverges: undefined, outcome: recording.outcome });
  });

  it('of a crash crashes again', async () => {
    const recording = await aRecording({ script: cast({ leader: [bug('a bug')] }) });

    const { diverges, frames } = replay(recording);

    expect(diverges).toBeUndefined();
    expect(frames.at(-1)?.now).toBe('threw: a bug');
  });

  it('says where machines of today go otherwise than those that were recorded', async () => {
    const recording = await aRecording();
    const changed = withStep(recording, 1, { state: { working: 'pondering' } });

    expect(replay(changed).diverges).toMatchObject({
      number: 2,
      divergence: 'it led to working.pondering then, and leads to working.thinking now',
    });
  });

  it('says when a member works that the leader does not start now', async () => {
    const recording = await aRecording();
    const changed = withStep(recording, 2, {
      event: { type: 'xstate.done.actor.0.leader.working.thinking', output: SAID },
      state: 'ending',
    });

    expect(replay(changed).diverges).toMatchObject({
      number: 4,
      divergence: 'member0 is not there now',
    });
  });

  it('says when a member reports what it does not report now', async () => {
    const recording = await aRecording();
    const report = recording.steps[7];
    if (report?.kind !== 'heard') throw new Error('The report stands elsewhere.');
    const outcome = { ...(report.event['outcome'] as object), text: 'seven' };
    const changed = withStep(recording, 7, { event: { ...report.event, outcome } });

    expect(replay(changed).diverges).toMatchObject({
      number: 8,
      divergence: 'member0 does not report this now',
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'goes as run %i of chance went, with and without its texts',
    async (seed) => {
      for (const recording of await recordRandomRun(seed)) {
        const whole = replay(writtenAndRead(recording));
        const bare = replay(writtenAndRead(withoutTexts(recording)));

        expect(whole.diverges ?? bare.diverges).toBeUndefined();
        expect(whole.outcome).toEqual(recording.outcome);
        expect(bare.outcome?.kind).toEqual(recording.outcome?.kind);
      }
    },
  );
});

describe('a recording without texts', () => {
  it('holds nothing of what people, models, tools and prompts said', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const recordings = await recordRandomRun(seed);
      expect(JSON.stringify(recordings)).toContain(CANARY);
      expect(JSON.stringify(recordings.map(withoutTexts))).not.toContain(CANARY);
    }
  });

  it('has equal placeholders for equal texts', async () => {
    const { question, outcome } = withoutTexts(await aRecording({ script: echo }));

    expect(question.text).toBe('[text 1, 24 characters]');
    expect(outcome).toMatchObject({ text: '[text 1, 24 characters]' });
  });
});

const echo: Script = (request) => say(askedIn(request));

describe('reading a recording', () => {
  it.each([
    ['no JSON', '{', 'It is not JSON'],
    ['another file', '{"name": "troupe"}', 'It is not a recording of version 1: format'],
    ['a newer recording', '{"format": "troupe.recording", "version": 2}', 'version'],
  ])('refuses %s with the reason', (_what, text, why) => {
    const read = readRecording(text);

    expect(read.kind === 'refused' ? read.message : '').toContain(why);
  });
});

const SAID = {
  kind: 'replied',
  reply: { text: '42', toolCalls: [], model: 'm', usage: {}, finish: 'stop' },
};

function withStep(recording: Recording, place: number, over: object): Recording {
  const steps = recording.steps.map((step, index) =>
    index === place ? { ...step, ...over } : step,
  );
  return { ...recording, steps };
}

function writtenAndRead(recording: Recording): Recording {
  const read = readRecording(JSON.stringify(recording));
  if (read.kind === 'refused') throw new Error(read.message);
  return read.recording;
}
