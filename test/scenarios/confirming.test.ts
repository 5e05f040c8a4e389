import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRecord } from '../../src/shared/parse.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { calls, type Received, text } from '../support/groq-server-scripts.ts';
import { aFolder, type OpenProgram, start } from '../support/program.ts';
import { aSite, html } from '../tools/web/a-site.ts';

/** Its reader of pages remembers the conversation, too: so what it fetches is confirmed. */
const ROSTER = {
  name: 'Archive',
  leader: {
    instructions: 'Read.',
    tools: ['read_page', 'search_chat_history'],
    confirm: ['read_page'],
  },
};

/** Reads the page that the question names, then says what came of it. */
function reads({ body }: Received) {
  const last = body.messages?.at(-1);
  if (last?.role === 'tool') return text(`It came to this: ${last.content}`);
  return calls({ name: 'read_page', args: { url: last?.content } });
}

const QUESTION = { runId: 'm1', channelId: 'lab' };

async function aHouseWithAGate() {
  const site = await aSite(html('The page.', 'text/plain'));
  const provider = await startGroqServer({ script: reads });
  onTestFinished(provider.close);
  const folder = await aFolder();
  const file = join(folder, 'team.json');
  await writeFile(file, JSON.stringify(ROSTER));
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: (await aDatabase()).url,
    GROQ_API_KEY: 'gsk_test',
    GROQ_BASE_URL: provider.url,
    ROSTER_FILE: file,
    WEB_ALLOWED_PORTS: String(site.port),
    WEB_ALLOWED_ADDRESSES: '127.0.0.1',
  };
  return { site, provider, question: { ...QUESTION, text: site.url }, open: () => start({ env }) };
}

/** Reads events of the question up to one of this type. */
async function until(
  events: AsyncIterable<Readonly<Record<string, unknown>>>,
  type: string,
): Promise<Readonly<Record<string, unknown>>> {
  for await (const event of events) if (event['type'] === type) return event;
  throw new Error(`The events ended without ${type}.`);
}

async function answer(
  program: OpenProgram,
  asked: Readonly<Record<string, unknown>>,
  allow: boolean,
) {
  const { confirmation } = asked;
  const stepKey = isRecord(confirmation) ? confirmation['stepKey'] : undefined;
  await program.client.post('/api/confirm', { runId: 'm1', stepKey, allow });
}

describe('A question that needs its asker’s word', { timeout: 60_000 }, () => {
  it('waits through a crash, is asked again, and what was paid for is not paid twice', async () => {
    const { site, provider, question, open } = await aHouseWithAGate();
    const first = await open();
    const asked = await until(first.ask(question), 'run.asking');
    expect(asked).toMatchObject({
      said: 'May leader use read page?',
      confirmation: { tool: 'read_page', shown: expect.stringContaining(site.url) },
    });
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await open();
    const again = await until(second.ask(question), 'run.asking');
    expect(again).toEqual(asked);
    expect(site.visits).toEqual([]);
    await answer(second, again, true);

    expect(await second.answer(question)).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('The page.'),
    });
    expect(site.visits).toHaveLength(1);
    expect(provider.requests).toHaveLength(2);
  });

  it('goes on without it when the asker refuses, and takes no later word', async () => {
    const { site, question, open } = await aHouseWithAGate();
    const first = await open();
    const asked = await until(first.ask(question), 'run.asking');
    await answer(first, asked, false);
    await until(first.ask(question), 'run.settled');

    expect(site.visits).toEqual([]);
    expect(await first.conversation('lab')).toMatchObject([
      {
        outcome: { kind: 'answered', text: expect.stringContaining('the asker does not want it') },
      },
    ]);
    await expect(answer(first, asked, true)).rejects.toThrow('That is not waited for (any more).');
  });
});
