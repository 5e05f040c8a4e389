import { describe, expect, it, onTestFinished } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { aDatabase, open } from '../store/postgres-kit.ts';
import { underTest } from '../store/store-under-test.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { chunk, text } from '../support/groq-server-scripts.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { aFolder, type Ended, launch, start } from '../support/program.ts';
import { aQuestion } from '../support/store-builders.ts';

const USER = UserId('local');

/** The program on PostgreSQL, whose console's user is known to live in Oslo and to like tea. */
async function aKnowingHouse() {
  const server = await startGroqServer({ script: () => text('Noted.') });
  onTestFinished(server.close);
  const { url } = await aDatabase();
  const store = await open(url);
  for (const [minute, said] of ['I live in Oslo.', 'I drink tea.'].entries()) {
    const at = Date.UTC(2026, 4, 1, 12, minute);
    const question = aQuestion({ userId: USER, text: said, at });
    await underTest(() => store).answered(question);
    const memory = aMemory(question, { kind: 'preference' });
    await store.memories.apply({ userId: USER }, addingMemory(memory));
  }
  const env = {
    DATABASE_URL: url,
    DATA_DIR: await aFolder(),
    GROQ_API_KEY: 'gsk_test',
    GROQ_MODEL: 'openai/gpt-oss-120b',
    GROQ_BASE_URL: server.url,
  };
  const program = await start({ env });
  /** What the model is told when the user asks, in a conversation of its own. */
  let asked = 0;
  const shown = async (): Promise<string> => {
    const runId = `shown${++asked}`;
    await program.answer({ runId, channelId: runId, text: 'What do you know?' });
    return JSON.stringify(server.requests.at(-1)?.body.messages);
  };
  /** The operator's command, in a process of its own. */
  const operator = (...words: readonly string[]): Promise<Ended> =>
    launch({ env, name: 'memory', words: ['local', ...words] }).ended;
  return { server, program, store, shown, operator };
}

describe('The operator’s command, while the house is open', { timeout: 60_000 }, () => {
  it('forgets a memory, and the house that had it in mind tells it to no model any more', async () => {
    const { shown, operator } = await aKnowingHouse();
    const before = await shown();

    const said = await operator('forget', '1');
    const after = await shown();

    expect(said).toMatchObject({
      code: 0,
      out: expect.stringContaining('Erased: I live in Oslo.'),
    });
    expect(before).toContain('Oslo');
    expect(after).not.toContain('Oslo');
    await expect.poll(shown, { timeout: 20_000 }).toContain('tea');
  });

  it('forgets everything, which cuts the answer under way short, and nothing of it comes back', async () => {
    const { server, program, store, shown, operator } = await aKnowingHouse();
    server.play(() => ({ kind: 'sse', events: [chunk({ content: 'You' })], stop: 'stall' }));
    const cut = program.answer({ runId: 'm1', channelId: 'lab', text: 'Where do I live?' });
    await server.arrived(1);

    await operator('forget-all', 'everything', 'yes');
    const outcome = await cut;
    server.play(() => text('Noted.'));
    const after = await shown();

    expect(outcome).not.toMatchObject({ kind: 'answered' });
    expect(after).not.toContain('Oslo');
    expect(await program.conversation('lab')).toEqual([]);
    expect(await store.memories.all({ userId: USER })).toEqual([]);
  });
});
