import { describe, expect, it, onTestFinished } from 'vitest';
import { heroParts } from '../../src/hero-parts.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { PUBLIC_WEB } from '../../src/tools/web/web-tools.ts';
import { createTroupe } from '../../src/troupe.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, calls, type Received, status, text } from '../support/groq-server-scripts.ts';
import { aFolder, start } from '../support/program.ts';
import { envOf, theWeb } from '../support/the-web.ts';
import { aSite, type Site } from '../tools/web/a-site.ts';

/** The leader hands the question to research, which makes the call that stands in it, and reports what came. */
function relay({ body }: Received): Act {
  const last = body.messages?.at(-1);
  const content = last?.content ?? '';
  if (last?.role === 'tool') return text(content);
  const isLeader = body.tools?.some(({ function: { name } }) => name.startsWith('delegate'));
  if (isLeader)
    return calls({
      name: 'delegate_task_to_member',
      args: { member_id: 'research', task: content },
    });
  const [name = '', args = ''] = content.split(/ (.*)/s);
  return calls({ name, args });
}

const uses = (site: Site): readonly (readonly [string, object, string, string])[] => [
  ['read_page', { url: `${site.url}/tea` }, 'Tea is a drink.', `${site.url}/tea`],
  ['web_search', { query: 'tea' }, 'Green.', 'https://tea.test/'],
  ['wikipedia', { query: 'tea' }, 'A leaf.', 'https://wiki.test/Tea'],
  [
    'youtube_transcript',
    { video: 'dQw4w9WgXcQ' },
    'Pour the tea.',
    `${site.url}/watch?v=dQw4w9WgXcQ`,
  ],
];

/** What comes of a search for tea where a model may search at its provider, which answers that request so. */
async function searchedBy(site: Site, act: Act): Promise<unknown> {
  const provider = await startGroqServer({
    script: (request) =>
      request.body.tools?.some(({ type }) => type === 'browser_search') ? act : relay(request),
  });
  onTestFinished(provider.close);
  const program = await start({
    env: {
      ...envOf(site),
      DATA_DIR: await aFolder(),
      DATABASE_URL: (await aDatabase()).url,
      GROQ_API_KEY: 'gsk_test',
      GROQ_BASE_URL: provider.url,
      SEARCH_MODEL: 'openai/gpt-oss-20b',
    },
  });
  return program.answer({ runId: 'r1', channelId: 'lab', text: 'web_search {"query":"tea"}' });
}

describe('A run that needs the web', { timeout: 60_000 }, () => {
  it('reaches each tool of the web from the program as it is started, and its answer has the links', async () => {
    const site = await aSite(theWeb);
    const provider = await startGroqServer({ script: relay });
    onTestFinished(provider.close);
    const program = await start({
      env: {
        ...envOf(site),
        DATA_DIR: await aFolder(),
        DATABASE_URL: (await aDatabase()).url,
        GROQ_API_KEY: 'gsk_test',
        GROQ_BASE_URL: provider.url,
      },
    });

    for (const [name, args, said, link] of uses(site)) {
      const question = `${name} ${JSON.stringify(args)}`;
      const outcome = await program.answer({ runId: name, channelId: name, text: question });

      expect(outcome).toMatchObject({
        kind: 'answered',
        text: expect.stringContaining(said),
        delegations: [{ member: 'research', ok: true }],
        sources: [{ url: link }],
      });
    }
    expect(await program.stop()).toMatchObject({ code: 0 });
  });

  it.each([
    ['Read {site}/tea please.', 'Tea is a drink.'],
    ['Search the web for green tea', 'Green.'],
    ['Look up tea in Wikipedia', 'A leaf.'],
    ['What is said in https://youtu.be/dQw4w9WgXcQ ?', 'Pour the tea.'],
    ['Read {site}/tea and what is 12*7?', '84'],
  ])('is understood by the demo model: %s', async (question, said) => {
    const { outcome } = await askDemo(await aSite(theWeb), question);

    expect(outcome).toMatchObject({ kind: 'answered', text: expect.stringContaining(said) });
  });

  it('searches by a browser of the provider where there is one, with the links that it has read', async () => {
    const site = await aSite(theWeb);
    const outcome = await searchedBy(site, {
      kind: 'reply',
      text: 'Green, says https://made-up.test/.',
      executed: [
        {
          type: 'browser.search',
          arguments: '{"query":"tea"}',
          search_results: {
            results: [{ title: 'Oolong', url: 'https://oolong.test/', content: 'Half green.' }],
          },
        },
      ],
    });

    expect(outcome).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('Half green.'),
      sources: [{ title: 'Oolong', url: 'https://oolong.test/' }],
    });
    expect(site.visits).toEqual([]);
  });

  it('searches by a service of its own where the provider has no such tool', async () => {
    const act = status(400, { message: 'tools[0].type: browser_search is not supported' });

    expect(await searchedBy(await aSite(theWeb), act)).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('Green.'),
      sources: [{ url: 'https://tea.test/' }],
    });
  });

  it('is told honestly when there is no web', async () => {
    const site = await aSite(theWeb);

    const { outcome } = await askDemo(
      { ...site, url: 'http://127.0.0.1:1' },
      'Search the web for tea',
    );

    expect(outcome).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('Tavily could not be reached (ECONNREFUSED).'),
      sources: [],
    });
  });
});

async function askDemo({ url, port }: Site, question: string) {
  const { roster, tools, close } = heroParts({
    clock: systemClock,
    log: silentLog,
    web: {
      ...PUBLIC_WEB,
      reach: { ports: [port], addresses: ['127.0.0.1'] },
      tavily: { url, key: undefined },
      wikipediaUrl: url,
      youtubeUrl: url,
    },
  });
  onTestFinished(close);
  const troupe = await createTroupe({ roster, tools });
  onTestFinished(() => troupe.stop());
  const ask = { userId: 'ada', channelId: 'lab', text: question.replace('{site}', url) };
  for await (const event of troupe.ask(ask)) {
    if (event.type === 'run.settled') return { outcome: event.outcome };
  }
  throw new Error('The run was not settled.');
}
