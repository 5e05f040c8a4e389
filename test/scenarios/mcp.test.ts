import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aDatabase } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, calls, type Received, text } from '../support/groq-server-scripts.ts';
import { aDataFolder, aFolder, launch, start } from '../support/program.ts';
import {
  everythingByHttp,
  everythingByStdio,
  MARK,
  processesMarked,
} from '../tools/mcp/everything.ts';

/** The leader hands the question to the member that has the services; that one adds, and reports what came. */
function adds({ body }: Received): Act {
  const last = body.messages?.at(-1);
  if (last?.role === 'tool') return text(last.content ?? '');
  const names = body.tools?.map(({ function: { name } }) => name) ?? [];
  if (names.includes('delegate_task_to_member')) {
    const args = { member_id: 'services', task: last?.content };
    return calls({ name: 'delegate_task_to_member', args });
  }
  const sum = names.find((name) => name.endsWith('__get_sum'));
  return calls({ name: sum ?? 'none', args: { a: 40, b: 2 } });
}

describe('A house with MCP servers', { timeout: 60_000 }, () => {
  it('has a member that uses them, by stdio and by HTTP, and leaves no process behind', async () => {
    const provider = await startGroqServer({ script: adds });
    onTestFinished(provider.close);
    const { server } = await everythingByHttp();
    const { command, args } = everythingByStdio();
    const folder = await aFolder();
    const common = {
      DATA_DIR: folder,
      DATABASE_URL: (await aDatabase()).url,
      GROQ_API_KEY: 'gsk_test',
      GROQ_BASE_URL: provider.url,
    };
    const file = join(folder, 'mcp.json');
    await writeFile(file, JSON.stringify({ mcpServers: { local: { command, args } } }));

    for (const env of [{ MCP_CONFIG: file }, { MCP_URLS: server.url }]) {
      const program = await start({ env: { ...common, ...env } });
      const channelId = Object.keys(env).join();
      const outcome = await program.answer({ runId: channelId, channelId, text: 'Add them.' });
      expect(outcome).toMatchObject({
        kind: 'answered',
        text: expect.stringContaining('The sum of 40 and 2 is 42.'),
        delegations: [{ member: 'services', ok: true }],
      });
      expect(await program.stop()).toMatchObject({ code: 0 });
    }
    expect(processesMarked(MARK)).toEqual([]);
  });

  it('tells what they offer, and accepts it, by a command', async () => {
    const { command, args } = everythingByStdio();
    const folder = await aDataFolder();
    const file = join(folder, 'mcp.json');
    await writeFile(file, JSON.stringify({ mcpServers: { local: { command, args } } }));
    const env = { DATA_DIR: folder, MCP_CONFIG: file };

    const listed = await launch({ name: 'mcp', env }).ended;
    expect(listed).toMatchObject({ code: 0, errors: '' });
    expect(listed.out).toMatch(/^local: is there\n {2}local__echo\n/);

    const accepted = await launch({ name: 'mcp', words: ['accept', 'local'], env }).ended;
    expect(accepted).toMatchObject({ code: 0 });
    expect(accepted.out).toContain('Accepted; it counts from the next start on.');

    const unknown = await launch({ name: 'mcp', words: ['accept', 'nobody'], env }).ended;
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.errors).toContain('There is no MCP server called "nobody" here.');
  });

  it('does not open with a file that says nonsense, and says what is wrong', async () => {
    const file = join(await aFolder(), 'mcp.json');
    await writeFile(file, '{"mcpServers": {"x": {"command": 7}}}');

    const ended = await launch({ env: { DATA_DIR: await aDataFolder(), MCP_CONFIG: file } }).ended;

    expect(ended.code).toBe(1);
    expect(ended.errors).toContain('x.command: expected a command');
  });
});
