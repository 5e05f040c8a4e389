/** The test kit of the package, `troupe/testing`: docs/testing.md teaches it. */
// biome-ignore-all lint/performance/noBarrelFile: the one face of the kit for other packages; nothing in here imports it.

export { leaderMachine } from '../machines/leader/leader.machine.ts';
export { memberMachine } from '../machines/member/member.machine.ts';
export { supervisorMachine } from '../machines/supervisor/supervisor.machine.ts';
export { teamMachine } from '../machines/team/team.machine.ts';
export { scriptedModel } from './model/scripted.ts';
export { aHouse } from './testing/a-house.ts';
export {
  aCall,
  anAgent,
  aQuestion,
  aReply,
  aRoster,
  aRun,
  aTool,
  broke,
  said,
  wished,
} from './testing/builders.ts';
export { simulatedClock } from './testing/clock.ts';
export { explore } from './testing/explorer.ts';
export { elapses, sentIn, settles } from './testing/exploring.ts';
export { recordedLog } from './testing/recorded-log.ts';
export { replayed } from './testing/replayed.ts';
export { cast, delegate, HANG, say, use } from './testing/scripts.ts';
export { shortestPaths } from './testing/shortest-paths.ts';
export { nobody, SteppedMachine } from './testing/stepped-machine.ts';
