import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { startFakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { aDataFolder, launch, start } from '../support/program.ts';

const SERVE = fileURLToPath(new URL('../support/fake-discord/serve.ts', import.meta.url));

/** The fake Discord in a process of its own, on any free ports. */
async function aDiscordProcess() {
  const child = spawn(process.execPath, [SERVE, '--port', '0', '--control', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let out = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  const failed = ended.then(() => Promise.reject(new Error('It has ended.')));
  failed.catch(() => {});
  while (!out.includes('Ctrl-C')) await Promise.race([once(child.stdout, 'data'), failed]);
  const found = (pattern: RegExp): string => pattern.exec(out)?.[1] ?? '';
  return {
    apiUrl: found(/DISCORD_API_URL=(\S+)/),
    token: found(/DISCORD_TOKEN=(\S+)/),
    control: found(/people act at (\S+)/),
  };
}

/** What a deed answers; rejects when it is refused. */
async function done(url: string, body?: string): Promise<unknown> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body });
  const parsed = parseJson(await response.text());
  if (response.ok && parsed.ok) return parsed.value;
  throw new Error(`${url} answered ${response.status}.`);
}

/** The commands of a page, as functions that do what they say. */
const requestsIn = (page: string, control: string) =>
  [...page.matchAll(/^curl -s "?http:\/\/127\.0\.0\.1:7401(\/[^\s"]*)"?(?: -d '(.+)')?$/gm)].map(
    ([, path = '', body]) =>
      () =>
        done(`${control}${path}`, body),
  );

it('npm start works with the fake Discord as the documentation says, and SIGTERM closes it within 25 seconds', async () => {
  const page = await readFile(new URL('../../docs/discord.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Try it without Discord');
  const discord = await aDiscordProcess();
  const [said, answer, pressed, quota, direct, messages] = requestsIn(section, discord.control);
  const [, apiUrl, token] =
    /DISCORD_API_URL=(\S+) DISCORD_TOKEN=(\S+) npm start/.exec(section) ?? [];
  expect(apiUrl).toBe('http://127.0.0.1:7400/api');
  expect(token).toBe(discord.token);
  const env = {
    DATA_DIR: await aDataFolder(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  };
  const program = await start({ env });
  expect(program.out()).toContain('discord  as troupe, in 1 servers');

  const question = await said?.();
  expect(await answer?.()).toMatchObject({
    by: 'troupe',
    content: expect.stringContaining('84'),
    replyTo: isRecord(question) ? question['id'] : '',
    buttons: ['Regenerate', '👍', '👎'],
  });
  const refused = await fetch(`${discord.control}/press`, {
    method: 'POST',
    body: '{"button":"No"}',
  });
  expect(await refused.text()).toContain(
    'There is no button \\"No\\" under it, but: Regenerate, 👍, 👎.',
  );
  expect(await pressed?.()).toMatchObject({ content: 'Thank you.' });
  expect(await quota?.()).toMatchObject({
    content: expect.stringContaining('questions today: 1.'),
  });
  await direct?.();
  await done(`${discord.control}/answer?as=bob&in=direct`);
  expect(await messages?.()).toMatchObject([
    { by: 'bob', content: 'what can you do?' },
    { by: 'troupe' },
  ]);
  await done(`${discord.control}/say`, '{"as":"ada","text":"!who am I on Discord?"}');
  expect(await answer?.()).toMatchObject({
    content: expect.stringContaining('>), on Discord since'),
  });
  const began = performance.now();
  const { code } = await program.stop();

  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(25_000);
}, 60_000);

it('npm start with a token that Discord does not take ends and says so, without the token', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  discord.http.acceptsToken = false;
  const env = {
    DATA_DIR: await aDataFolder(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  };

  const { code, errors } = await launch({ env }).ended;

  expect(code).toBe(1);
  expect(errors).toContain('Discord did not accept DISCORD_TOKEN');
  expect(errors).not.toContain(discord.token);
}, 60_000);
