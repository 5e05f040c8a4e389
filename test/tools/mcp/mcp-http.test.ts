import { describe, expect, it } from 'vitest';
import { said } from '../run.ts';
import { aSite } from '../web/a-site.ts';
import { everythingByHttp } from './everything.ts';
import { toolsOf } from './mcp-kit.ts';

const echo = (message: string) => ({ name: 'everything__echo', input: { message } });

describe('The tools of an MCP server behind HTTP', { timeout: 60_000 }, () => {
  it('answer, and go on answering when the server was restarted and has forgotten the session', async () => {
    const running = await everythingByHttp();
    const { use } = await toolsOf([running.server]);
    expect(said(await use(echo('one')))).toContain('Echo: one');

    await running.restart();

    expect(said(await use(echo('two')))).toContain('Echo: two');
  });

  it('tell whoever waits when the server dies in the middle of a call, long before its deadline', async () => {
    const running = await everythingByHttp({ timeoutMs: 50_000, mayRepeat: false });
    const { use } = await toolsOf([running.server]);
    await use(echo('one'));
    const startedAt = performance.now();
    const waiting = use({
      name: 'everything__trigger_long_running_operation',
      input: { duration: 40, steps: 2 },
    });
    await use(echo('sent after it'));

    await running.kill();

    expect(said(await waiting)).toMatch(/transport: .*It may have been done all the same\.$/);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(said(await use(echo('two')))).toMatch(/transport: .*ECONNREFUSED/);

    await running.restart();
    expect(said(await use(echo('three')))).toContain('Echo: three');
  });

  it('stop with their run', async () => {
    const running = await everythingByHttp();
    const { use } = await toolsOf([running.server]);
    const controller = new AbortController();
    const waiting = use({
      name: 'everything__trigger_long_running_operation',
      input: { duration: 40 },
      signal: controller.signal,
    });
    await use(echo('sent after it'));

    controller.abort();

    expect(said(await waiting)).toBe(
      'aborted: everything__trigger_long_running_operation was stopped.',
    );
    expect(said(await use(echo('one')))).toContain('Echo: one');
  });

  it('carry the headers that are configured, and say that a key is not accepted', async () => {
    const site = await aSite((_, response) => response.writeHead(401).end());
    const server = {
      ...(await everythingByHttp()).server,
      url: site.url,
      headers: { authorization: 'Bearer canary-7' },
    };

    const { mcp, log } = await toolsOf([server]);

    expect(mcp.tools).toEqual([]);
    expect(site.visits[0]?.headers.authorization).toBe('Bearer canary-7');
    expect(log.lines).toContainEqual(
      expect.objectContaining({ why: 'everything does not accept the key of this house.' }),
    );
    expect(JSON.stringify(log.lines)).not.toContain('canary-7');
  });
});
