import { describe, expect, it } from 'vitest';
import { createActor, fromTransition } from 'xstate';
import type { RunOutcome } from '../../machines/question.ts';
import type { TeamReport } from '../../machines/team/team.protocol.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { type Script, scriptedModel } from '../../src/model/scripted.ts';
import { bindTeam } from '../../src/runtime/bind.ts';
import { silentLog } from '../../src/shared/log.ts';
import { aQuestion, aRoster } from '../../src/testing/builders.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';

const LOOK: Script = [
  { kind: 'use', calls: [{ name: 'look' }] },
  { kind: 'say', text: 'A cat.' },
];

/** A team of its own that stops being the current one just before that port is reached. */
async function aTeamThatIsOver(before: string) {
  const clock = simulatedClock();
  const reached: string[] = [];
  let isCurrent = true;
  const settled: RunOutcome[] = [];
  const reportTo = createActor(
    fromTransition((nothing: null, report: TeamReport) => {
      if (report.type === 'team.settled') settled.push(report.outcome);
      return nothing;
    }, null),
  ).start();
  const reach = <Result>(port: string, result: Result): Promise<Result> => {
    reached.push(port);
    if (NEXT[port] === before) isCurrent = false;
    return Promise.resolve(result);
  };
  const model = scriptedModel(LOOK, { clock });
  const team = createActor(
    bindTeam({
      model: {
        async call(request, options) {
          const reply = await model.call(request, options);
          return reach('model', reply);
        },
      },
      tools: {
        policyOf: () => PURE,
        run: () => reach('tools', { kind: 'returned', content: 'A cat.' }),
      },
      runs: {
        hydrate: () => reach('hydrate', { kind: 'ready' }),
        begin: () => reach('begin', { kind: 'begun', history: [], steps: [] }),
        record: () => Promise.resolve({ kind: 'saved' }),
        end: () => reach('end', { kind: 'saved' }),
      },
      clock,
      log: silentLog,
      isCurrent: () => isCurrent,
      furnish: () => reach('furnish', undefined),
      draft: () => {},
    }),
    {
      clock,
      input: {
        userId: aQuestion().userId,
        epoch: 1,
        roster: aRoster(),
        limits: { concurrency: 1, maxQueued: 1, maxQueuedPerChannel: 1 },
        reportTo,
      },
    },
  );
  team.start();
  team.send({ type: 'team.ask', question: aQuestion() });
  await quiet();
  team.stop();
  return { reached, outcome: settled[0], timersLeft: clock.pending };
}

/** What a run reaches next, in this script. */
const NEXT: Readonly<Record<string, string>> = {
  furnish: 'hydrate',
  hydrate: 'begin',
  begin: 'model',
  model: 'tools',
};

describe('an incarnation that is over', () => {
  it.each([
    { before: 'hydrate', reached: ['furnish'] },
    { before: 'begin', reached: ['furnish', 'hydrate'] },
    { before: 'model', reached: ['furnish', 'hydrate', 'begin'] },
    { before: 'tools', reached: ['furnish', 'hydrate', 'begin', 'model'] },
  ])('does not reach the port "$before"', async ({ before, reached }) => {
    const team = await aTeamThatIsOver(before);
    expect(team.reached).toEqual(reached);
    expect(team.timersLeft).toBe(0);
  });

  it('reaches all of them while it lives', async () => {
    const team = await aTeamThatIsOver('nothing');
    expect(team.reached.join(' ')).toBe('furnish hydrate begin model tools model end');
    expect(team.outcome).toMatchObject({ kind: 'answered', text: 'A cat.' });
  });
});
