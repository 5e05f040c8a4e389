import { describe, expect, it } from 'vitest';
import { createGuardedFetch } from '../../../src/tools/web/guarded-fetch.ts';
import { names, saidOf } from './guarding.ts';

const ELSEWHERE = 'Its host is not on the public internet.';
const PORT = 'is not one that pages are read from.';
const SCHEME = 'Only addresses that begin with http:// or https:// are read.';
const CREDENTIALS = 'Addresses that carry a user name or password are not read.';

describe('A fetch under guard', () => {
  it.each([
    ['http://127.0.0.1/', ELSEWHERE],
    ['http://127.1/', ELSEWHERE],
    ['http://127.0.1/', ELSEWHERE],
    ['http://0/', ELSEWHERE],
    ['http://0.0.0.0/', ELSEWHERE],
    ['http://2130706433/', ELSEWHERE],
    ['http://0x7f000001/', ELSEWHERE],
    ['http://0x7f.0.0.1/', ELSEWHERE],
    ['http://0177.0.0.1/', ELSEWHERE],
    ['http://017700000001/', ELSEWHERE],
    ['http://127.0.0.1./', ELSEWHERE],
    ['http://１２７.０.０.１/', ELSEWHERE],
    ['http://127。0。0。1/', ELSEWHERE],
    ['http://%31%32%37.0.0.1/', ELSEWHERE],
    ['http://①②⑦.0.0.1/', ELSEWHERE],
    ['http://10.0.0.1/', ELSEWHERE],
    ['http://172.16.0.1/', ELSEWHERE],
    ['http://192.168.1.1/', ELSEWHERE],
    ['http://169.254.169.254/latest/meta-data/', ELSEWHERE],
    ['http://0xa9fea9fe/', ELSEWHERE],
    ['http://100.64.0.1/', ELSEWHERE],
    ['http://100.100.100.200/', ELSEWHERE],
    ['http://168.63.129.16/', ELSEWHERE],
    ['http://192.0.0.192/', ELSEWHERE],
    ['http://192.0.2.1/', ELSEWHERE],
    ['http://198.18.0.1/', ELSEWHERE],
    ['http://224.0.0.1/', ELSEWHERE],
    ['http://240.0.0.1/', ELSEWHERE],
    ['http://255.255.255.255/', ELSEWHERE],
    ['http://[::]/', ELSEWHERE],
    ['http://[::1]/', ELSEWHERE],
    ['http://[0:0:0:0:0:0:0:1]/', ELSEWHERE],
    ['http://[::ffff:127.0.0.1]/', ELSEWHERE],
    ['http://[::ffff:7f00:1]/', ELSEWHERE],
    ['http://[::127.0.0.1]/', ELSEWHERE],
    ['http://[64:ff9b::169.254.169.254]/', ELSEWHERE],
    ['http://[64:ff9b:1::1]/', ELSEWHERE],
    ['http://[2002:7f00:1::]/', ELSEWHERE],
    ['http://[2001::1]/', ELSEWHERE],
    ['http://[fe80::1]/', ELSEWHERE],
    ['http://[fec0::1]/', ELSEWHERE],
    ['http://[fd00:ec2::254]/', ELSEWHERE],
    ['http://[ff02::1]/', ELSEWHERE],
    ['http://[100::1]/', ELSEWHERE],
    ['http://localhost/', ELSEWHERE],
    ['http://LOCALHOST/', ELSEWHERE],
    ['http://localhost.localdomain/', ELSEWHERE],
    ['http://metadata.google.internal/', ELSEWHERE],
    ['http://127.0.0.1.nip.io/', ELSEWHERE],
    ['http://localhost./', 'Host names that end with a dot are not read.'],
    ['http://example.com:22/', PORT],
    ['http://example.com:6379/', PORT],
    ['https://example.com:8443/', PORT],
    ['http://example.com:0/', PORT],
    ['http://user:password@example.com/', CREDENTIALS],
    ['http://example.com@127.0.0.1/', CREDENTIALS],
    ['file:///etc/passwd', SCHEME],
    ['ftp://example.com/', SCHEME],
    ['gopher://127.0.0.1:6379/_INFO', SCHEME],
    ['data:text/html,hello', SCHEME],
    ['javascript:alert(1)', SCHEME],
    ['ws://example.com/', SCHEME],
    ['blob:http://example.com/1', SCHEME],
    ['//example.com/', 'That is not an address of the web.'],
    ['http://', 'That is not an address of the web.'],
    ['http://[::1%25lo]/', 'That is not an address of the web.'],
    ['http://256.0.0.1/', 'That is not an address of the web.'],
    ['example.com', 'That is not an address of the web.'],
  ])('does not go to %s', async (address, why) => {
    const fetchPage = createGuardedFetch({
      reach: { ports: [80, 443], addresses: [] },
      // Whatever name is asked for: it is this machine.
      resolve: names('127.0.0.1'),
    });

    const result = await fetchPage(address, {
      signal: new AbortController().signal,
      maxBytes: 1_000,
      types: ['text/'],
    });

    expect(saidOf(result)).toContain('invalid_input: Not read.');
    expect(saidOf(result)).toContain(why);
  });
});
