import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServers } from '../../../src/tools/mcp/servers.ts';
import { aDataDir } from './mcp-kit.ts';

function fileWith(value: unknown): string {
  const file = join(aDataDir(), 'mcp.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const reading = (value: unknown) => () => readServers({ urls: [], file: fileWith(value) });

describe('The MCP servers of a house', () => {
  it('are addresses, named by their hosts, and entries of a file as other programs use it', () => {
    const file = fileWith({
      mcpServers: {
        'My Files': { command: 'npx', args: ['-y', 'files'], env: { A: '1' }, readsPrivate: true },
        docs: { type: 'http', url: 'https://docs.test/mcp', headers: { authorization: 'x' } },
      },
    });

    expect(readServers({ urls: ['https://mcp.shop.test/mcp'], file })).toMatchObject([
      { kind: 'http', name: 'shop_test', url: 'https://mcp.shop.test/mcp', sendsOutward: true },
      { kind: 'stdio', name: 'my_files', command: 'npx', readsPrivate: true, timeoutMs: 60_000 },
      { kind: 'http', name: 'docs', headers: { authorization: 'x' } },
    ]);
  });

  it('are refused with everything that is wrong, and without what may be a key', () => {
    const mcpServers = {
      one: { command: '', env: { KEY: 7 } },
      two: { url: 'ftp://secret-canary', headers: { authorization: ['secret-canary'] } },
      three: { url: 'https://ok.test', tiemout: 1 },
    };

    expect(reading({ mcpServers })).toThrow(/one\.command[\s\S]*one\.env\.KEY[\s\S]*two\.url/);
    expect(reading({ mcpServers })).toThrow(/three: .*tiemout/);
    expect(reading({ mcpServers })).not.toThrow(/secret-canary/);
  });

  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is not JSON', '{ "secret-canary', 'is not JSON.'],
    ['has no servers', {}, 'must be a JSON object with "mcpServers".'],
  ])('are refused when the file %s', (_, value, why) => {
    const file = value === undefined ? '/not/there.json' : fileWith(value);

    expect(() => readServers({ urls: [], file })).toThrow(why);
    expect(() => readServers({ urls: [], file })).not.toThrow('secret-canary');
  });

  it('need names of their own', () => {
    const urls = ['https://a.test/one', 'https://a.test/two'];

    expect(() => readServers({ urls, file: undefined })).toThrow(
      'Two MCP servers are called "a_test": name them in MCP_CONFIG.',
    );
  });
});
