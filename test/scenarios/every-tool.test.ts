import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder, type OpenProgram, start } from '../support/program.ts';
import { envOf, theWeb } from '../support/the-web.ts';
import { bubblewrap } from '../tools/code/local-sandbox.ts';
import { everythingByStdio } from '../tools/mcp/everything.ts';
import { aSite, type Site } from '../tools/web/a-site.ts';

const { isHere } = await bubblewrap();

type Use = readonly [tool: string, question: string, said: string];

/** One question for each tool; `discord_user` is asked for where there is a Discord. */
const usesOf = ({ url }: Site): readonly Use[] => [
  ['calculator', 'What is 12 * 7?', '84'],
  ['date_time', 'How many days between 2026-01-01 and 2026-03-01?', '59 days'],
  ['run_javascript', 'Run [3, 1, 2].toSorted().join("")', '123'],
  ['web_search', 'Search the web for green tea', 'Green.'],
  ['read_page', `Read ${url}/tea`, 'Tea is a drink.'],
  ['wikipedia', 'Look up tea in Wikipedia', 'A leaf.'],
  ['youtube_transcript', 'What is said in https://youtu.be/dQw4w9WgXcQ ?', 'Pour the tea.'],
  ['read_chat_history', 'What did I ask before?', 'Look up tea'],
  ['search_chat_history', 'What did I ask about Wikipedia?', 'Look up tea'],
  ['update_user_memory', 'Remember that I live in Oslo', 'It is remembered.'],
  ['search_memory', 'Where do I live?', 'Oslo'],
  ['everything__echo', 'Use everything tool echo with {"message":"hello"}', 'Echo: hello'],
  ['everything__get_sum', 'Use everything__get_sum with {"a":40,"b":2}', '42'],
  ['files', 'List my files', 'There are no files.'],
  ...(isHere ? PYTHON : []),
];

const PYTHON: readonly Use[] = [
  ['run_python', 'Run:\n```python\nopen("a.txt", "w").write("kept")\nprint(6 * 7)\n```', '42'],
  ['files', 'Show me the file a.txt', 'kept'],
];

it('a house without a key, as npm start opens it, uses each of its tools when it is asked to', async () => {
  const site = await aSite(theWeb);
  const program = await aProgram(site);

  for (const [index, [tool, text, said]] of usesOf(site).entries()) {
    const outcome = await program.answer({ runId: `r${index}`, channelId: 'lab', text });
    expect(outcome, tool).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining(said),
    });
  }

  expect(await program.stop()).toMatchObject({ code: 0 });
}, 90_000);

async function aProgram(site: Site): Promise<OpenProgram> {
  const folder = await aFolder();
  const file = join(folder, 'mcp.json');
  const { command, args } = everythingByStdio();
  await writeFile(file, JSON.stringify({ mcpServers: { everything: { command, args } } }));
  return start({ env: { ...envOf(site), DATA_DIR: folder, MCP_CONFIG: file } });
}
