/**
 * One side of the benchmark of turns, in a process of its own, as it would run in life: neither side's garbage, compiled
 * code or sockets are the other one's. Told what to be on the command line and what to do by messages.
 */
import { keptIn } from '../src/house-store.ts';
import { createModels } from '../src/model/models.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { openStore } from '../src/store/store.ts';
import { openHouse, turn } from './house.ts';
import { rawTurn } from './raw-loop.ts';

/** So many turns one after the other or at once, by users of these numbers. */
export interface Batch {
  readonly how: 'one by one' | 'at once';
  readonly turns: number;
  /** Each user has this many turns of the batch. */
  readonly users: number;
  /** Their numbers start here. */
  readonly firstUser: number;
}

/** What a batch cost, per turn. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

type Turn = (user: number) => Promise<void>;

const MAX_TEAMS = 1_000;

if (process.send !== undefined) {
  const [modelUrl = '', databaseUrl] = process.argv.slice(3);
  const one = process.argv[2] === 'raw' ? raw(modelUrl) : await house(modelUrl, databaseUrl);
  process.on('message', (batch: Batch) => {
    void costOf(() => play(batch, one), batch.turns).then((cost) => process.send?.(cost));
  });
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
}

function raw(modelUrl: string): Turn {
  return () => rawTurn(modelUrl);
}

async function house(modelUrl: string, databaseUrl: string | undefined): Promise<Turn> {
  const model = createModels({
    providers: [{ kind: 'groq', name: 'groq', apiKey: 'bench', baseUrl: modelUrl }],
    agents: { default: [{ provider: 'groq', model: 'bench' }] },
    facts: { bench: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } },
  });
  const kept = databaseUrl === undefined ? {} : await keptOn(databaseUrl);
  const runtime = await openHouse({ model, maxTeams: MAX_TEAMS, ...kept });
  return (user) => turn(runtime, user);
}

async function keptOn(url: string) {
  const store = await openStore({ place: { kind: 'postgres', url } });
  return keptIn(store, { clock: systemClock, log: silentLog });
}

async function play({ how, turns, users, firstUser }: Batch, one: Turn): Promise<void> {
  const numbers = Array.from({ length: turns }, (_, n) => firstUser + (n % users));
  if (how === 'at once') await Promise.all(numbers.map(one));
  else for (const user of numbers) await one(user);
}

async function costOf(work: () => Promise<void>, turns: number): Promise<Cost> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1_000 / turns, wallMs: (performance.now() - from) / turns };
}
