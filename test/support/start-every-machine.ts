/** Starts every machine of the house with nothing bound, and says how many there are. */
import { createActor, isMachineSnapshot } from 'xstate';
import { DEFAULT_CONNECTION_LIMITS } from '../../machines/connection/connection.protocol.ts';
import { DEFAULT_MEMORY_LIMITS } from '../../machines/memory/memory.protocol.ts';
import { DEFAULT_SUPERVISOR_LIMITS } from '../../machines/supervisor/supervisor.protocol.ts';
import { anAgent, aQuestion, aRoster, aRun } from '../../src/testing/builders.ts';
import { nobody } from '../../src/testing/stepped-machine.ts';
import { everyMachine } from './every-machine.ts';

const roster = aRoster();

/** What all of the machines need to begin, in one: each takes what it knows. */
const input = {
  run: aRun(),
  question: aQuestion(),
  userId: aQuestion().userId,
  epoch: 1,
  roster,
  member: anAgent('math'),
  task: 'Add.',
  slot: 'leader0',
  delegation: 1,
  maxTokens: 1,
  drafts: false,
  name: 'shop',
  limits: {
    ...DEFAULT_MEMORY_LIMITS,
    ...roster.limits,
    ...DEFAULT_SUPERVISOR_LIMITS,
    ...DEFAULT_CONNECTION_LIMITS,
    concurrency: 1,
    maxQueued: 1,
  },
  team: { userId: aQuestion().userId, epoch: 1 },
  unread: 0,
  host: nobody,
  reportTo: nobody,
  progressTo: nobody,
};

const machines = await everyMachine();
for (const { file, machine } of machines) {
  if (!Number.isFinite(machine.options.maxIterations)) {
    throw new Error(`${file} may go round in circles for ever: give it maxIterations`);
  }
  const actor = createActor(machine, { input });
  actor.subscribe({ error() {} });
  actor.start();
  const snapshot: unknown = actor.getSnapshot();
  if (!isMachineSnapshot(snapshot) || snapshot.status !== 'active') {
    throw new Error(`${file} does not start: ${JSON.stringify(snapshot)}`);
  }
  actor.stop();
}
console.log(`${machines.length} machines start`);
