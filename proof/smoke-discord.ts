/**
 * Opt-in, with a real token: `DISCORD_TOKEN=… DISCORD_SMOKE_CHANNEL=<id> npm run smoke:discord`. Connects, posts a draft, edits it into
 * an answer, sees that its nonce is taken once, and deletes what it has posted.
 */
import { randomBytes } from 'node:crypto';
import { Events } from 'discord.js';
import { createClient } from '../src/discord/client.ts';
import { ChannelRest } from '../src/discord/rest.ts';
import { Secret } from '../src/shared/secret.ts';

const { DISCORD_TOKEN: token, DISCORD_SMOKE_CHANNEL: channelId } = process.env;
const apiUrl = process.env['DISCORD_API_URL'];
/** What all of it may take. */
const WITHIN_MS = 60_000;

if (token === undefined || channelId === undefined) {
  console.error('Set DISCORD_TOKEN, and DISCORD_SMOKE_CHANNEL to the id of a channel for tests.');
  process.exitCode = 1;
} else {
  const steps = await smoke(token, channelId);
  console.log(JSON.stringify({ suite: 'smoke:discord', ok: steps.every(({ ok }) => ok), steps }));
  process.exitCode = steps.every(({ ok }) => ok) ? 0 : 1;
}

interface Step {
  readonly name: string;
  readonly ok: boolean;
}

async function smoke(secret: string, channel: string): Promise<readonly Step[]> {
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), WITHIN_MS);
  const { signal } = cut;
  const client = createClient({ apiUrl, withContent: false });
  const rest = new ChannelRest({
    token: new Secret(secret),
    apiUrl,
    onUnauthorized: () => cut.abort(),
  });
  const steps: Step[] = [];
  const posted = new Set<string>();
  try {
    const ready = new Promise<void>((resolve) => {
      client.once(Events.ClientReady, () => resolve());
    });
    await client.login(secret);
    await ready;
    steps.push({ name: 'connected', ok: client.isReady() });
    const message = { content: 'A draft…', nonce: randomBytes(12).toString('hex') };
    const first = await rest.post(channel, message, signal);
    posted.add(first);
    const again = await rest.post(channel, message, signal);
    posted.add(again);
    steps.push({ name: 'a nonce is taken once', ok: first === again });
    await rest.edit({ channelId: channel, messageId: first }, { content: 'An answer.' }, signal);
    const { content } = await rest.message(channel, first, signal);
    steps.push({ name: 'a draft becomes an answer', ok: content === 'An answer.' });
  } catch (error) {
    steps.push({ name: `ended by ${String(error)}`.replaceAll(secret, '[secret]'), ok: false });
  } finally {
    for (const messageId of posted) await rest.erase(channel, messageId, signal);
    clearTimeout(timer);
    await client.destroy();
  }
  return steps;
}
