import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/shared/log.ts';
import { gate } from './gates.ts';
import { type GroqServer, startGroqServer } from './groq-server.ts';
import { text } from './groq-server-scripts.ts';
import { freshDatabase } from './postgres.ts';

/** A question, and what is told of it. */
export interface Asked {
  readonly events: readonly RunEvent[];
  readonly settled: Promise<RunOutcome>;
  /** Its first event: by then it has a place, waits for one, or is refused. */
  readonly first: Promise<RunEvent>;
}

/** A whole house, opened from an environment as the program opens it. */
export interface HouseFromEnv {
  readonly app: App;
  readonly server: GroqServer;
  ask(userId: string, channelId: string): Asked;
  /** From now on, the model's answers wait until `calm`. */
  hold(): void;
  /** Lets go of what waits, until all that was asked is settled. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one with its rows on the real PostgreSQL, and a Groq-shaped server for its model. */
export async function houseFromEnv(env: Readonly<Record<string, string>>): Promise<HouseFromEnv> {
  const [database, folder, server] = await Promise.all([
    freshDatabase(),
    mkdtemp(join(tmpdir(), 'troupe-env-')),
    startGroqServer({ models: ['m'] }),
  ]);
  const provider = { GROQ_API_KEY: 'key', GROQ_BASE_URL: server.url, GROQ_MODEL: 'm' };
  const place = { DATABASE_URL: database.url, DATA_DIR: folder, MEMORY: 'off' };
  const reading = readConfig({ ...provider, ...place, ...env });
  if (reading.kind === 'rejected') throw new Error(reading.problems.join());
  const app = await startApp(reading.config, { log: silentLog, web: false, onFatal: () => {} });
  const asked: Asked[] = [];
  let door = gate();
  return {
    app,
    server,
    ask(userId, channelId) {
      const run = follow(app.troupe.ask({ userId, channelId, text: 'Well?' }));
      asked.push(run);
      return run;
    },
    hold() {
      const shut = gate();
      door = shut;
      server.play(() => shut.pass().then(() => text('Done.')));
    },
    async calm() {
      door.open();
      for (const run of asked.splice(0)) await run.settled;
    },
    async close() {
      await app.stop();
      await server.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function follow(told: AsyncIterable<RunEvent>): Asked {
  const events: RunEvent[] = [];
  const first = Promise.withResolvers<RunEvent>();
  const toTheEnd = async (): Promise<RunOutcome> => {
    for await (const event of told) {
      events.push(event);
      first.resolve(event);
      if (event.type === 'run.settled') return event.outcome;
    }
    throw new Error('The events of a run ended before its outcome.');
  };
  return { events, settled: toTheEnd(), first: first.promise };
}
