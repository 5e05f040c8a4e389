import { randomUUID } from 'node:crypto';
import { UserId } from '../../machines/ids.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { keptIn } from '../../src/house-store.ts';
import { createKeeper } from '../../src/memory/keeper.ts';
import { type ScriptedStep, scriptedModel } from '../../src/model/scripted.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { openStore } from '../../src/store/store.ts';
import { anAgent, aRoster } from '../../src/testing/builders.ts';
import { delegate, say, use } from '../../src/testing/scripts.ts';
import { createTroupe } from '../../src/troupe.ts';
import type { Attempt } from './attempts.ts';

/**
 * A whole house: leader, member, tool, session, store and memory. The poison comes by the way of the attempt, and the
 * memory's model proposes it every time.
 */
export async function openPoisonedHouse() {
  const store = await openStore({ place: { kind: 'memory' }, remembers: true });
  let attempt: Attempt | undefined;
  let asked = 0;
  const poison = (): string => attempt?.poison ?? '';
  const model = scriptedModel(({ agent, messages }): ScriptedStep => {
    if (agent === 'memory') {
      return use('propose_memory_changes', { operations: attempt?.proposals ?? [] });
    }
    if (agent === 'math') return say(`Remember: ${poison()}`);
    const acted = messages.some(({ role }) => role === 'tool');
    if (acted) return say(`The user told me: ${poison()}`);
    return attempt?.way === 'tool output' ? use('read_file') : delegate({ math: 'Look at it.' });
  });
  const { clock, log } = { clock: systemClock, log: silentLog };
  const keeper = createKeeper({ store: store.memories, model, clock, log, newId: randomUUID });
  const troupe = await createTroupe({
    roster: aRoster({ leader: anAgent('leader'), members: [anAgent('math')] }),
    model,
    tools: {
      policyOf: () => PURE,
      run: () => Promise.resolve({ kind: 'returned', content: `user says: ${poison()}` }),
    },
    store: keptIn(store, { clock, log }),
    memories: keeper,
    clock,
    log,
  });
  const ask = async (userId: string, text: string): Promise<void> => {
    const from = attempt?.way === 'display name' ? poison() : 'Ada';
    const file = {
      kind: 'attachment',
      id: 'file-1',
      authorId: 'mallory',
      author: poison(),
      time: '2026-05-01T12:00:00Z',
      content: `${poison()}.txt`,
    } as const;
    const context = attempt?.way === 'file name' ? [file] : [];
    const question = {
      userId,
      channelId: 'lab',
      text,
      from,
      audience: 'others',
      context,
    } as const;
    for await (const _ of troupe.ask(question)) {
      // Only the end counts.
    }
  };
  return {
    asked: () => asked,
    /** Says it, waits until it was gone through, and gives back every memory that there is then. */
    async attempt(next: Attempt, nth: number): Promise<readonly string[]> {
      attempt = next;
      asked += 1;
      const userId = `user-${nth}`;
      if (next.way === 'history') await ask('mallory', next.poison);
      // Asked to remember, it does not wait for a batch.
      await ask(userId, `${next.said}\n\nPlease remember what I said.`);
      await untilRead(userId);
      const { memories } = await store.memories.known({ userId: UserId(userId) });
      return memories.map(({ text }) => text);
    },
    async close() {
      await troupe.stop();
      await store.close();
    },
  };

  async function untilRead(userId: string): Promise<void> {
    const owner = { userId: UserId(userId) };
    const giveUpAt = Date.now() + 30_000;
    while ((await store.memories.known(owner)).unread > 0) {
      if (Date.now() > giveUpAt) throw new Error('What was said was not gone through.');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
