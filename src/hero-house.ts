import type { ModelPort } from '../machines/ports.ts';
import { type ChannelsFor, channelHistory } from './channel-history.ts';
import { openCode } from './code-house.ts';
import type { Config } from './config.ts';
import { type HeroParts, heroParts } from './hero-parts.ts';
import { historyOf, sessionsOf } from './past-history.ts';
import { modelSearch } from './search-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import type { PeoplePort } from './tools/discord-user.ts';
import { type Mcp, openMcp } from './tools/mcp/mcp.ts';
import { readServers } from './tools/mcp/servers.ts';
import type { UserMemoryPort } from './tools/memory.ts';

export interface HeroHouse {
  readonly store: Store;
  readonly model: ModelPort;
  /** Left out: nothing is known of users across their conversations. */
  readonly memory: UserMemoryPort | undefined;
  /** Who people are. */
  readonly people: PeoplePort;
  /** Which channels may be quoted in an answer. */
  readonly channelsFor: ChannelsFor;
  readonly clock: Clock;
  readonly log: Log;
}

/** The team and its tools as the environment wants them. Rejects with everything that is wrong with the files it names. */
export async function openHero(
  config: Config,
  { store, model, memory, people, channelsFor, clock, log }: HeroHouse,
): Promise<HeroParts> {
  const { rosterFile, timeZone, web, historyRecords } = config;
  const mcp = await openServers(config, { clock, log });
  try {
    const code = openCode(config, { store, clock, log });
    const history = channelHistory(store.archive, channelsFor, historyOf(store));
    const searcher = searches(config) ? modelSearch(model, clock) : undefined;
    const sessions = sessionsOf(store, channelsFor);
    const own = { rosterFile, timeZone, web, historyRecords, searcher, mcp, code };
    return heroParts({ clock, log, history, sessions, memory, people, ...own });
  } catch (error) {
    await mcp.close();
    throw error;
  }
}

/** The demo model cannot search. */
const searches = ({ searchModels, groq, custom }: Config): boolean =>
  searchModels.length > 0 && (groq !== undefined || custom !== undefined);

/** The MCP servers that are configured; nobody is contacted where none is. */
export const openServers = (
  { mcp, dataDir }: Config,
  { clock, log }: Pick<HeroHouse, 'clock' | 'log'>,
): Promise<Mcp> => openMcp({ servers: readServers(mcp), dataDir, clock, log, random: Math.random });
