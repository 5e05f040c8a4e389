import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeDiscord } from '../support/fake-discord/fake-discord.ts';

const CLIENT = fileURLToPath(new URL('./heap-client.ts', import.meta.url));
const MESSAGES = 20_000;

it('20,000 messages of 200 people add less than 3 MB to the heap', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  const people = Array.from({ length: 200 }, (_, n) => discord.person(`user${n}`));
  const args = ['--expose-gc', CLIENT, discord.apiUrl, discord.token, String(MESSAGES)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');

  for (let n = 0; n < MESSAGES; n++) {
    const by = people[n % people.length];
    if (by !== undefined) discord.say({ by, in: discord.general, text: `message number ${n}` });
  }

  const added = Number((await lines.next()).value);
  console.log(`${MESSAGES} messages added ${(added / 1_000_000).toFixed(2)} MB to the heap`);
  expect(added).toBeLessThan(3_000_000);
}, 60_000);
