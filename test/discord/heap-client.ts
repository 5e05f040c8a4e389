/** A client in a process of its own: connects, hears messages, and says how much heap they have added. */
import { setImmediate as turn } from 'node:timers/promises';
import { GatewayDispatchEvents } from 'discord.js';
import { createClient } from '../../src/discord/client.ts';

const [apiUrl = '', token = '', wanted = ''] = process.argv.slice(2);
const client = createClient({ apiUrl, withContent: true });
let heard = 0;
const all = Promise.withResolvers<void>();
client.ws.on(GatewayDispatchEvents.MessageCreate, () => {
  heard += 1;
  if (heard === Number(wanted)) all.resolve();
});
await client.login(token);
const before = await heapUsed();
process.stdout.write('ready\n');
await all.promise;
process.stdout.write(`${(await heapUsed()) - before}\n`);
await client.destroy();

async function heapUsed(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await turn();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
