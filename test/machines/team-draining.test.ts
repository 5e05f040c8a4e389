import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import {
  anOpenTeam,
  asks,
  finishes,
  isGone,
  type SteppedTeam,
  tellings,
} from '../support/a-team.ts';

const CANCELLED = { kind: 'cancelled', usage: NO_USAGE } as const;

const drained = (force: boolean, ...names: readonly string[]): SteppedTeam => {
  const team = anOpenTeam();
  for (const name of names) team.hear(asks(name));
  team.hear({ type: 'team.drain', force });
  return team;
};

describe('a team that drains', () => {
  it.each([true, false])('leaves in the same step when it is idle, forced or not: %s', (force) => {
    const team = drained(force);
    expect(team.isOver).toBe(true);
    expect(tellings(team)).toEqual([]);
  });

  it('finishes what it has accepted, in order, and then leaves', () => {
    const team = drained(false, 'lobby1', 'lobby2');
    expect(team.state).toBe('draining');
    expect(tellings(team)).toEqual([]);

    team.hear(finishes('leader0'));
    expect(tellings(team)).toEqual(['settled lobby1 answered', 'started lobby2']);
    expect(team.isOver).toBe(false);

    team.hear(finishes('leader0'));
    expect(tellings(team)).toEqual(['settled lobby2 answered']);
    team.hear(isGone('leader0'));
    expect(team.isOver).toBe(true);
  });

  it('does not leave before its last leader is gone, whose end would find nobody', () => {
    const team = drained(false, 'lobby1', 'lobby2');
    team.hear(finishes('leader0'));
    team.hear(isGone('leader0'));
    team.hear(finishes('leader0'));
    expect(team.state).toBe('draining');

    team.hear(isGone('leader0'));
    expect(team.isOver).toBe(true);
  });

  it('turns away what comes now', () => {
    const team = drained(false, 'lobby1');
    team.hear(asks('den1'));
    expect(tellings(team)).toEqual(['settled den1 draining']);
    expect(team.effects.started).toEqual([]);
  });

  it('still cancels what its user wants stopped', () => {
    const team = drained(false, 'lobby1', 'lobby2');
    team.hear({ type: 'team.cancel' });
    expect(tellings(team)).toEqual(['settled lobby2 cancelled', 'cancel']);
    team.hear(finishes('leader0', CANCELLED));
    team.hear(isGone('leader0'));
    expect(team.isOver).toBe(true);
  });

  it('cancels everything when it is forced, and waits for its leaders to save that', () => {
    const team = drained(true, 'lobby1', 'lobby2', 'den1');
    expect(tellings(team)).toEqual(['settled lobby2 cancelled', 'cancel', 'cancel']);
    team.hear(finishes('leader0', CANCELLED));
    team.hear(isGone('leader0'));
    expect(team.isOver).toBe(false);
    team.hear(finishes('leader1', CANCELLED));
    team.hear(isGone('leader1'));
    expect(team.isOver).toBe(true);
  });

  it('can be forced after it was asked', () => {
    const team = drained(false, 'lobby1', 'lobby2');
    team.hear({ type: 'team.drain', force: true });
    expect(tellings(team)).toEqual(['settled lobby2 cancelled', 'cancel']);
  });

  it('does not become gentle again once it was forced', () => {
    const team = drained(true, 'lobby1');
    team.hear({ type: 'team.drain', force: false });
    expect(tellings(team)).toEqual([]);
    team.hear(finishes('leader0', CANCELLED));
    team.hear(isGone('leader0'));
    expect(team.isOver).toBe(true);
  });

  it('takes no notice of a place that reports when nothing runs there', () => {
    const team = drained(false, 'lobby1');
    team.hear(finishes('leader1'));
    expect(team.state).toBe('draining');
    expect(tellings(team)).toEqual([]);
  });
});
