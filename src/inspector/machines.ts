import type { AnyStateMachine } from 'xstate';
import { connectionMachine } from '../../machines/connection/connection.machine.ts';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import { memoryMachine } from '../../machines/memory/memory.machine.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';

/** The machines that can be seen at work. */
export const MACHINES: readonly AnyStateMachine[] = [
  supervisorMachine,
  teamMachine,
  leaderMachine,
  memberMachine,
  memoryMachine,
  connectionMachine,
];
