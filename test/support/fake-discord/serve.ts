/** The fake Discord as a process of its own, for whoever wants to try the house on Discord without an account there. */
import { parseArgs } from 'node:util';
import { startControl } from './control.ts';
import { startFakeDiscord } from './fake-discord.ts';

/** `--port` is Discord's, `--control` that of the people; 0 takes any free one. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7400' },
    control: { type: 'string', default: '7401' },
  },
});

function portIn(name: 'port' | 'control'): number {
  const port = Number(values[name]);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`--${name} must be a port from 0 to 65535, got "${values[name]}".\n`);
  process.exit(2);
}

const discord = await startFakeDiscord({ port: portIn('port') });
const control = await startControl(discord, portIn('control'));
process.stdout.write(`A Discord of its own, on this machine: the server Workshop, the channel general.
  DISCORD_API_URL=${discord.apiUrl}
  DISCORD_TOKEN=${discord.token}
  people act at ${control.url}
  Ctrl-C closes it.
`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    control.close();
    void discord.close();
  });
}
