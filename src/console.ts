import type { UserId } from '../machines/ids.ts';
import type { Config } from './config.ts';
import { type ConsoleOptions, consoleHouse } from './console-house.ts';
import { inspectedHouse } from './inspected-house.ts';
import type { Feed } from './inspector/feed.ts';
import type { Records } from './recording-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { announceServer, keptToken } from './web/announce.ts';
import { startWebServer } from './web/server.ts';

export interface DeskOptions extends ConsoleOptions {
  readonly feed: Feed;
  readonly records: Records;
  /** Whoever has the console's token may act on teams and read texts. */
  readonly isAdmin: boolean;
  readonly log: Log;
  readonly clock: Clock;
  readonly userId: UserId;
}

/** The web console of a running house. */
export interface Console {
  /** The address to open, token included. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the console, and leaves word in the data folder where a terminal finds it. */
export async function openConsole(
  { dataDir, webPort }: Config,
  desk: DeskOptions,
): Promise<Console> {
  const token = await keptToken(dataDir);
  const server = await startWebServer({
    ...desk,
    house: consoleHouse(desk),
    inspected: inspectedHouse(desk),
    port: webPort,
    token,
  });
  const withdraw = await announceServer(dataDir, { port: server.port, token });
  return {
    url: server.url,
    async close() {
      await withdraw();
      await server.close();
    },
  };
}
