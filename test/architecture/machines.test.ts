import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, initialTransition } from 'xstate';
import { connectionMachine } from '../../machines/connection/connection.machine.ts';
import { DEFAULT_CONNECTION_LIMITS } from '../../machines/connection/connection.protocol.ts';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import { memoryMachine } from '../../machines/memory/memory.machine.ts';
import { DEFAULT_MEMORY_LIMITS } from '../../machines/memory/memory.protocol.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import { DEFAULT_SUPERVISOR_LIMITS } from '../../machines/supervisor/supervisor.protocol.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';
import { anAgent, aQuestion, aRoster, aRun } from '../../src/testing/builders.ts';

const FOLDER = fileURLToPath(new URL('../../machines', import.meta.url));
const nobody = createActor(fromCallback(() => undefined));
const { userId } = aQuestion();
const roster = aRoster();

/** How each machine begins: the file it is in, and where it stands when it was started. */
const BEGINNINGS = {
  'connection/connection.machine.ts': () =>
    initialTransition(connectionMachine, {
      name: 'shop',
      limits: DEFAULT_CONNECTION_LIMITS,
      reportTo: nobody,
    }),
  'leader/leader.machine.ts': () =>
    initialTransition(leaderMachine, {
      run: aRun(),
      slot: 'leader0',
      question: aQuestion(),
      roster,
      reportTo: nobody,
      progressTo: nobody,
    }),
  'member/member.machine.ts': () =>
    initialTransition(memberMachine, {
      run: aRun(),
      slot: 'member0',
      delegation: 1,
      member: anAgent('math'),
      task: 'Add up.',
      limits: roster.limits,
      maxTokens: 1_000,
      drafts: false,
      reportTo: nobody,
      progressTo: nobody,
    }),
  'memory/memory.machine.ts': () =>
    initialTransition(memoryMachine, {
      team: { userId, epoch: 1 },
      unread: 0,
      limits: DEFAULT_MEMORY_LIMITS,
    }),
  'supervisor/supervisor.machine.ts': () =>
    initialTransition(supervisorMachine, { limits: DEFAULT_SUPERVISOR_LIMITS, host: nobody }),
  'team/team.machine.ts': () =>
    initialTransition(teamMachine, {
      userId,
      epoch: 1,
      roster,
      limits: { concurrency: 2, maxQueued: 20, maxQueuedPerChannel: 5 },
      reportTo: nobody,
    }),
} as const;

/** The modules that a file imports, by whatever form of import. */
async function importsIn(path: string): Promise<readonly string[]> {
  const source = await readFile(path, 'utf8');
  return [...source.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map(
    ([, name]) => name ?? '',
  );
}

describe('The machines', () => {
  it('are all begun below', async () => {
    const files = await readdir(FOLDER, { recursive: true });

    const machines = files.filter((file) => file.endsWith('.machine.ts'));

    expect(machines.toSorted()).toEqual(Object.keys(BEGINNINGS));
  });

  it.each(Object.entries(BEGINNINGS))(
    '%s can be built, every target exists, and it begins at work',
    (_, begin) => {
      const [snapshot] = begin();

      expect(snapshot.status).toBe('active');
      expect(snapshot.error).toBeUndefined();
    },
  );

  it('import nothing that has a clock, a socket or a disk, at any depth', async () => {
    const files = (await readdir(FOLDER, { recursive: true })).filter((file) =>
      file.endsWith('.ts'),
    );
    const modules = await Promise.all(files.map(async (file) => importsIn(join(FOLDER, file))));

    const foreign = new Set(modules.flat().filter((name) => !name.startsWith('.')));

    expect([...foreign].toSorted()).toEqual(['sorted-btree', 'xstate']);
  });
});
