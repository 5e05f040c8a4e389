import type { AnyStateMachine } from 'xstate';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';

/** The machines that can be seen at work. */
export const MACHINES: readonly AnyStateMachine[] = [
  supervisorMachine,
  teamMachine,
  leaderMachine,
  memberMachine,
];
