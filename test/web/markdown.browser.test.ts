import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { type OpenPage, openPage } from './page.ts';
import type { ScriptedHouse } from './scripted-house.ts';

let browser: Browser;
let house: ScriptedHouse;
let server: WebServer;
let open: OpenPage;

beforeAll(async () => {
  browser = await launchBrowser();
  ({ house, server } = await startConsole());
  open = await openPage(browser, server.url);
  house.onAsk = ({ runId, text }) => house.answer(runId, text);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(() => {
  expect(open.troubles).toEqual([]);
});

const htmlOf = (markdown: string) => open.probe<string>('htmlOf', markdown);

describe('what models write', () => {
  it.each([
    ['a paragraph', 'Hello\nyou\n\nAgain', '<p>Hello<br>you</p><p>Again</p>'],
    ['headings', '# One\n### Three ##', '<h3>One</h3><h5>Three</h5>'],
    ['emphasis', '**b** *i* _j_ ~~s~~', '<p><strong>b</strong> <em>i</em> <em>j</em> <s>s</s></p>'],
    ['bold and italic', '***x***', '<p><strong><em>x</em></strong></p>'],
    ['names with underscores', 'a_b_c and 2*3*4', '<p>a_b_c and 2<em>3</em>4</p>'],
    ['loose stars', '2 * 3 * 4 ** 5', '<p>2 * 3 * 4 ** 5</p>'],
    ['inline code', '`a*b*` and `` ` ``', '<p><code>a*b*</code> and <code>`</code></p>'],
    ['escapes', '\\*no\\* \\`no\\`', '<p>*no* `no`</p>'],
    ['a link', '[x](https://a.b/c_(d))', '<p><a href="https://a.b/c_(d)">x</a></p>'],
    ['a bare link', 'see https://a.b/c.', '<p>see <a href="https://a.b/c">https://a.b/c</a>.</p>'],
    ['a picture', '![cat](https://a.b/c.png)', '<p><a href="https://a.b/c.png">cat</a></p>'],
    ['a list', '- a\n- b\n  more', '<ul><li><p>a</p></li><li><p>b<br>more</p></li></ul>'],
    ['a loose list', '1. a\n\n2. b', '<ol><li><p>a</p></li><li><p>b</p></li></ol>'],
    ['a list that starts at 3', '3) c', '<ol start="3"><li><p>c</p></li></ol>'],
    [
      'nested lists',
      '1. a\n   - b\n     - c\n2. d',
      '<ol><li><p>a</p><ul><li><p>b</p><ul><li><p>c</p></li></ul></li></ul></li><li><p>d</p></li></ol>',
    ],
    ['a quote', '> a\n> **b**', '<blockquote><p>a<br><strong>b</strong></p></blockquote>'],
    ['a rule', 'a\n\n---\n\nb', '<p>a</p><hr><p>b</p>'],
  ])('shows %s', async (_name, markdown, html) => {
    expect(await htmlOf(markdown)).toBe(html);
  });

  it('shows a table, its alignment, and pipes within its cells', async () => {
    const html = await htmlOf('| a | b |\n|:--|--:|\n| `x|y` | 1 |\n| p\\|q | |');
    expect(html).toContain('<th class="align-left">a</th><th class="align-right">b</th>');
    expect(html).toContain('<td class="align-left"><code>x|y</code></td>');
    expect(html).toContain('<td class="align-left">p|q</td><td class="align-right"></td>');
  });

  it('shows code as it is, also within a list, and while it is still being written', async () => {
    const inList = await htmlOf('1. Run\n   ```sh\n   ls -l\n\n     *x*\n   ```\n2. Done');
    expect(inList).toContain('<code>ls -l\n\n  *x*</code>');
    expect(inList).toContain('<li><p>Done</p></li>');
    expect(await htmlOf('```js\nlet a = "<b>";')).toContain('<code>let a = "&lt;b&gt;";</code>');
  });

  it('takes time in proportion to the text, whatever is in it', async () => {
    const hostile = [
      '**a ',
      '[',
      '`',
      '_a ',
      '> ',
      '- ',
      '|',
      '](',
      '*_',
      '![a](',
      '<http://',
      '((',
      '\\',
      '~~',
    ];
    for (const piece of hostile) {
      const ms = await open.probe<number>('parseMs', piece.repeat(100_000 / piece.length));
      expect(ms, `100,000 characters of ${piece}`).toBeLessThan(1500);
    }
  });
});

interface Intrusions {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  readonly links: readonly string[];
}

describe('what must not get in', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\u0001script:alert(1))',
    '[x](\tjavascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:msgbox(1))',
    '[x](https://a.b/" onmouseover="alert(1))',
    '<javascript:alert(1)>',
    '![x](javascript:alert(1))',
    '[![x](javascript:alert(1))](javascript:alert(2))',
    '`<img src=x onerror=alert(1)>`',
    '```"><script>alert(1)</script>\nx\n```',
    '| <img src=x onerror=alert(1)> |\n|--|\n| <script>alert(1)</script> |',
    '# <img src=x onerror=alert(1)>',
    '<style>*{display:none}</style>',
    '<form action=https://a.b><input name=q></form>',
    '<base href=https://a.b>',
    '<meta http-equiv=refresh content="0;url=https://a.b">',
  ];

  it.each(attacks)('shows %s as text', async (attack) => {
    const found = await open.probe<Intrusions>('intrusions', attack);
    expect(found.elements).toEqual([]);
    expect(found.attributes).toEqual([]);
    for (const link of found.links) expect(link).toMatch(/^https?:\/\//);
  });

  it('runs none of it when it arrives as question, draft and answer of the page itself', async () => {
    await open.ask(0, attacks.join('\n\n'));
    await open.channel(0).locator('.run[data-state="answered"]').waitFor();
    const text = await open.channel(0).locator('.answer').textContent();
    expect(text).toContain('<script>alert(1)</script>');
    expect(
      await open.channel(0).locator('.answer script, .answer img, .question img').count(),
    ).toBe(0);
  });

  it('cannot run code written as text, because the browser itself is told to refuse it', async () => {
    const refused = await open.probe<string>('writeHtml');
    expect(refused).toBe('refused');
    open.forgive();
  });
});
