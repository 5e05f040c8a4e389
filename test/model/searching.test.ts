import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { searchingChoice } from '../../src/model/searching-models.ts';
import type { Act } from '../support/groq-server-scripts.ts';
import { ask, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const searching = (model: string) => ({
  default: [{ provider: 'groq', model: 'small' }],
  leader: [searchingChoice('groq', model)],
});

const answered = (executed: readonly unknown[], text = 'See https://made-up.test/.'): Act => ({
  kind: 'reply',
  text,
  executed,
});

describe('a model that searches at its provider', () => {
  it('is given the browser and must use it', async () => {
    const agents = searching('openai/gpt-oss-20b');
    const sent = stage.playing([answered([])], { agents });

    replyIn(await ask(stage.models, {}));

    expect(sent()[0]).toMatchObject({
      tools: [{ type: 'browser_search' }],
      tool_choice: 'required',
    });
  });

  it('is told of its tools in its own way where it is Compound', async () => {
    const sent = stage.playing([answered([])], { agents: searching('groq/compound') });

    replyIn(await ask(stage.models, {}));

    expect(sent()[0]).not.toHaveProperty('tools');
    expect(sent()[0]).toMatchObject({
      compound_custom: { tools: { enabled_tools: ['web_search', 'visit_website'] } },
    });
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'pages that a search found',
      [
        {
          type: 'browser.search',
          arguments: '{"query":"tea"}',
          search_results: {
            results: [{ title: 'Tea', url: 'https://tea.test/', content: 'Green.', score: 0.9 }],
          },
        },
      ],
      [{ title: 'Tea', url: 'https://tea.test/', text: 'Green.' }],
    ],
    [
      'pages that were opened, each once',
      [
        { arguments: '{"id":"https://tea.test/","cursor":1}', output: 'Green.' },
        { arguments: '{"id":"https://tea.test/"}', output: 'Green again.' },
        { browser_results: [{ title: 'Pots', url: 'https://pots.test/', content: 'Clay.' }] },
      ],
      [
        { title: 'https://tea.test/', url: 'https://tea.test/', text: 'Green.' },
        { title: 'Pots', url: 'https://pots.test/', text: 'Clay.' },
      ],
    ],
    [
      'nothing that is no address of the web, whatever form it has',
      [
        { arguments: 'not json', output: 'https://in-a-text.test/' },
        { arguments: '{"id":"javascript:alert(1)"}' },
        { search_results: { results: [{ title: 'Files', url: 'file:///etc/passwd' }, 7] } },
        'text',
      ],
      [],
    ],
  ])('tells %s', async (_, executed, fetched) => {
    stage.playing([answered(executed)], { agents: searching('openai/gpt-oss-20b') });

    const reply = replyIn(await ask(stage.models, {}));

    expect(reply.fetched ?? []).toEqual(fetched);
  });
});
