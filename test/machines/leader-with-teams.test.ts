import { describe, expect, it } from 'vitest';
import { anAgent, aTeamOf, said, wished } from '../../src/testing/builders.ts';
import {
  answersIn,
  aThinkingLeader,
  failsToReport,
  reports,
  toAll,
  toOne,
} from '../support/a-leader.ts';

const OFFICE = aTeamOf('office');

/** A report of a team whose members were given so many tasks. */
function teamReports(slot: 'member0' | 'member1', made: number, tokens = 10) {
  const report = reports(slot, 'Done.', { tokens });
  const delegation = { member: 'clerk', task: 'File.', ok: true, usage: report.outcome.usage };
  const delegations = Array.from({ length: made }, () => delegation);
  return { ...report, outcome: { ...report.outcome, delegations } };
}

describe('a leader that delegates to a team', () => {
  it('starts a leader for it, which is told its task and nothing of the conversation', () => {
    const leader = aThinkingLeader({ members: [OFFICE] });

    leader.settle('callModel', wished(toOne('office', 'Write to everybody.')));

    expect(leader.effects.started).toMatchObject([
      {
        id: 'member0',
        input: {
          slot: 'member0',
          question: { text: 'Write to everybody.', runId: 'r1' },
          roster: {
            name: 'office',
            mode: 'coordinate',
            members: [{ name: 'clerk' }, { name: 'scribe' }],
          },
          nest: { delegation: 1, maxTokens: 199_990, maxDelegations: 5, drafts: false },
        },
      },
    ]);
  });

  it('sets aside what the teams may use, and has what they left again when they have reported', () => {
    const leader = aThinkingLeader({
      members: [OFFICE, aTeamOf('shop', { members: [anAgent('buyer')] })],
      limits: { maxDelegations: 8, maxTokens: 2_010 },
    });
    leader.settle('callModel', wished(toAll('Go.')));
    expect(leader.effects.started).toMatchObject([
      { input: { nest: { maxTokens: 500, maxDelegations: 3 } } },
      { input: { nest: { maxTokens: 500, maxDelegations: 3 } } },
    ]);
    leader.hear(teamReports('member0', 1, 90));
    leader.hear(teamReports('member1', 3, 100));

    leader.settle('callModel', wished(toOne('office', 'Go on.')));

    expect(leader.effects.started).toMatchObject([
      { input: { nest: { maxTokens: 1_800, maxDelegations: 1 } } },
    ]);
  });

  it('asks nobody any more when its teams have used up the delegations', () => {
    const leader = aThinkingLeader({ members: [OFFICE], limits: { maxDelegations: 3 } });
    leader.settle('callModel', wished(toOne('office', 'Go.')));
    leader.hear(teamReports('member0', 2));

    leader.settle('callModel', wished(toOne('office', 'Go on.')));

    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader).at(-1)).toBe(
      'office was not asked: this run has made its 3 delegations.',
    );
  });

  it('leaves a delegation and tokens for whoever stands in for a team that fails', () => {
    const team = aTeamOf('office', { standIn: 'math' });
    const leader = aThinkingLeader({
      members: [team, anAgent('math'), anAgent('words')],
      limits: { maxDelegations: 4, maxTokens: 1_210 },
    });
    leader.settle('callModel', wished(toOne('office', 'Go.'), toOne('words', 'Go.')));
    expect(leader.effects.started).toMatchObject([
      { input: { nest: { maxTokens: 100, maxDelegations: 1 } } },
      { input: { maxTokens: 100 } },
    ]);

    leader.hear(failsToReport('member0'));

    // What the other member may use is still its own.
    expect(leader.effects.started).toMatchObject([
      { id: 'member2', input: { member: { name: 'math' }, maxTokens: 100 } },
    ]);
  });

  it('tells its asker what the members of the team did after what the team did', () => {
    const leader = aThinkingLeader({ members: [OFFICE] });
    leader.settle('callModel', wished(toOne('office', 'Go.')));
    leader.hear(teamReports('member0', 1));

    leader.settle('callModel', said('Done.'));

    expect(leader.snapshot.context.outcome).toMatchObject({
      delegations: [{ member: 'office' }, { member: 'office/clerk', task: 'File.' }],
    });
  });

  it('stops the team with all that it does when it is cancelled', () => {
    const leader = aThinkingLeader({ members: [OFFICE] });
    leader.settle('callModel', wished(toOne('office', 'Go.')));

    leader.hear({ type: 'leader.cancel' });

    expect(leader.effects.stopped).toContain('member0');
  });
});
