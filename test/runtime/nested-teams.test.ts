import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { RunId, UserId } from '../../machines/ids.ts';
import type { ModelPort } from '../../machines/ports.ts';
import { scriptedModel } from '../../src/model/scripted.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { anAgent, aTeamOf } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { bug, cast, delegate, HANG, say, use } from '../../src/testing/scripts.ts';
import { notedTools } from '../support/a-journaled-house.ts';
import { keptRuns } from '../support/kept-runs.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { MEMBERS, written } from '../support/nested-team.ts';

guardAgainstLeaks();

const ADA = UserId('ada');

describe('a team in the place of a member', () => {
  it('works with members of its own, and reports once', async () => {
    const house = await aHouse({ script: written(), roster: { members: MEMBERS } });

    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({
      kind: 'answered',
      text: 'It is written.',
      usage: { calls: 7 },
      delegations: [
        { member: 'office', ok: true, usage: { calls: 5 } },
        { member: 'office/scribe', ok: true },
        { member: 'office/clerk', ok: true },
      ],
    });
    expect(new Set(house.model.requests.map(({ stepKey }) => stepKey))).toEqual(
      new Set([
        ...['leader/1', '1/office/1', '1/office/1/clerk/1', '1/office/2/scribe/1'],
        ...['1/office/1/clerk/2', '1/office/2', 'leader/2'],
      ]),
    );
    await house.close();
  });

  it('shows nobody in it what was said before: each is given a task', async () => {
    const house = await aHouse({ script: written(), roster: { members: MEMBERS } });

    await house.ask('ada1', { text: 'Please write to Eve, and do not tell Bob.' });

    for (const { agent, messages } of house.model.requests.filter(
      ({ agent }) => agent !== 'leader',
    ))
      expect(JSON.stringify(messages), agent).not.toContain('Bob');
    await house.close();
  });

  it('stops down to the calls of its members when the run is cancelled', async () => {
    const clock = simulatedClock();
    const signals = new Map<string, AbortSignal>();
    const script = cast({
      leader: [delegate({ office: 'Write.' })],
      office: [delegate({ clerk: 'Look her up.', scribe: 'Draft it.' })],
      clerk: [HANG],
      scribe: [HANG],
    });
    const scripted = scriptedModel(script, { clock });
    const model: ModelPort = {
      call(request, options) {
        signals.set(request.agent, options.signal);
        return scripted.call(request, options);
      },
    };
    const house = await aHouse({ clock, model, roster: { members: MEMBERS } });
    const run = await house.ask('ada1');
    expect([...signals.keys()]).toEqual(['leader', 'office', 'clerk', 'scribe']);

    house.runtime.signal({ type: 'cancel', userId: ADA, runId: RunId('ada1') });
    await house.pass(0);

    expect(run.outcome).toMatchObject({ kind: 'cancelled' });
    expect(signals.get('clerk')?.aborted).toBe(true);
    expect(signals.get('scribe')?.aborted).toBe(true);
    await house.close();
  });

  it('reports what has been found when its time is over, and the run goes on', async () => {
    const script = cast({
      leader: [delegate({ office: 'Write.' }), say('Half of it is done.')],
      office: [delegate({ clerk: 'Look her up.', scribe: 'Draft it.' })],
      clerk: [HANG],
      scribe: [say('Dear Eve,')],
    });
    const members = [
      aTeamOf('office', { limits: { deadlineMs: 60_000, memberDeadlineMs: 90_000 } }),
    ];
    const house = await aHouse({ script, roster: { members } });
    const run = await house.ask('ada1');

    await house.pass(60_000);

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Half of it is done.' });
    expect(house.model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: 'Report of office:\n**scribe**\nDear Eve,',
    });
    await house.close();
  });

  it('that fails is told to its leader as a failure, and its stand-in is tried once', async () => {
    const auth = { kind: 'fail', failure: failure('auth', 'The key is wrong.') } as const;
    const house = await aHouse({
      script: cast({
        leader: [delegate({ office: 'Write.' }), say('Math did it.')],
        office: [auth],
        math: [say('1 letter.')],
      }),
      roster: { members: [aTeamOf('office', { standIn: 'math' }), anAgent('math')] },
    });

    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({
      delegations: [
        { member: 'office', ok: false },
        { member: 'math', ok: true },
      ],
    });
    expect(house.model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      content: 'office failed (auth): The key is wrong.\n\nReport of math:\n1 letter.',
    });
    await house.close();
  });

  it('resumes in its midst after a crash: what its members have done is neither paid nor done again', async () => {
    const kept = keptRuns();
    const tools = notedTools();
    const house = await aHouse({
      runs: kept.port,
      tools,
      script: cast({
        leader: [delegate({ office: 'Write to Eve.' }), say('It is written.')],
        office: [delegate({ clerk: 'Look her up.' }), bug('once'), say('Written to Eve.')],
        clerk: [use('look'), say('Eve lives in Oslo.')],
      }),
      roster: { members: MEMBERS },
    });

    const run = await house.ask('ada1');
    await house.pass(2_000);

    expect(run.outcome).toMatchObject({
      kind: 'answered',
      text: 'It is written.',
      usage: { calls: 6 },
      delegations: [{ member: 'office' }, { member: 'office/clerk' }],
    });
    expect(house.model.requests.map(({ stepKey }) => stepKey)).toEqual([
      ...['leader/1', '1/office/1', '1/office/1/clerk/1', '1/office/1/clerk/2'],
      ...['1/office/2', '1/office/2', 'leader/2'],
    ]);
    expect(tools.runs.map(({ stepKey }) => stepKey)).toEqual(['1/office/1/clerk/1/0']);
    await house.close();
  });

  it('streams its text when whoever is asked answers the user', async () => {
    const house = await aHouse({
      script: cast({
        leader: [delegate({ office: 'Write.' })],
        office: [delegate({ scribe: 'Draft it.' }), say('Written.')],
        scribe: [say('Dear Eve,')],
      }),
      roster: { mode: 'route', members: MEMBERS },
    });

    const run = await house.ask('ada1');

    const drafts = run.events.flatMap((event) =>
      event.type === 'run.drafted' ? [event.delta] : [],
    );
    expect(drafts).toEqual(['Written.']);
    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Written.' });
    await house.close();
  });

  it('passes on what one of its own has said, and ends after it', async () => {
    const office = aTeamOf('office', { mode: 'route', members: [anAgent('scribe')] });
    const script = cast({
      leader: [delegate({ office: 'Write.' }), say('Done.')],
      office: [delegate({ scribe: 'Draft it.' })],
      scribe: [say('Dear Eve,')],
    });
    const house = await aHouse({ script, roster: { members: [office] } });

    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Done.', usage: { calls: 4 } });
    await house.close();
  });
});
