import { failure } from '../machines/failure.ts';
import type { Epoch, UserId } from '../machines/ids.ts';
import type { ToolPort } from '../machines/ports.ts';
import type { Roster } from '../machines/roster.ts';
import { heroTeam, readRoster } from './roster/roster.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { calculator } from './tools/calculator.ts';
import { type CodeTools, createCodeTools } from './tools/code/code-tools.ts';
import { dateTime } from './tools/date-time.ts';
import { discordUser, type PeoplePort } from './tools/discord-user.ts';
import {
  type HistoryPort,
  readChatHistory,
  type SessionsPort,
  searchChatHistory,
  searchSessions,
} from './tools/history.ts';
import type { Mcp } from './tools/mcp/mcp.ts';
import { searchMemory, type UserMemoryPort, updateUserMemory } from './tools/memory.ts';
import { confineTools, createToolbox, type Toolbox } from './tools/toolbox.ts';
import type { SearchService } from './tools/web/search-service.ts';
import { PUBLIC_WEB, type WebServices, webTools } from './tools/web/web-tools.ts';

export interface HeroOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: the history tools say that nothing is remembered. */
  readonly history?: HistoryPort | undefined;
  /** Records that a history tool shows at once, at most. */
  readonly historyRecords?: number | undefined;
  /** Left out: the tool that searches all conversations says that nothing is remembered. */
  readonly sessions?: SessionsPort | undefined;
  /** Left out: nobody comes from Discord, and nobody is asked about. */
  readonly people?: PeoplePort | undefined;
  /** Left out: the memory tools say that nothing is known. */
  readonly memory?: UserMemoryPort | undefined;
  readonly timeZone?: string | undefined;
  /** Left out: the services that need no key. */
  readonly web?: WebServices | undefined;
  /** Somebody who searches the web, asked before those services. */
  readonly searcher?: SearchService | undefined;
  /** Left out: no services are connected. */
  readonly mcp?: Pick<Mcp, 'tools' | 'lease' | 'close'> | undefined;
  /** Left out: code runs on this machine, and what it makes is not kept. */
  readonly code?: CodeTools | undefined;
  /** A roster file of the user's own; left out: the built-in team. */
  readonly rosterFile?: string | undefined;
}

/** Whatever gives back what it acquired, when it ends. */
interface Holder {
  readonly userId: UserId;
  readonly epoch: Epoch;
  acquire(name: string, dispose: () => void | Promise<void>): void;
}

/** The team and what it works with. */
export interface HeroParts {
  readonly roster: Roster;
  /** Each agent reaches only the tools that the roster gives it. */
  readonly tools: ToolPort;
  /** Where code is run, for people. */
  readonly code: Pick<CodeTools, 'place' | 'known' | 'start'>;
  /** What a team holds for its whole life. */
  readonly furnish: (scope: Holder) => Promise<void>;
  /** Nothing that tools have fetched for this user is in mind any more. */
  readonly forget: (userId: UserId) => void;
  close(): Promise<void>;
}

/** Puts the built-in tools and a roster together. Throws an error that lists every problem of a roster file. */
export function heroParts({
  clock,
  log,
  history = NOTHING_KEPT,
  historyRecords,
  sessions = NOTHING_KEPT,
  people = NOBODY_KNOWN,
  memory = NOTHING_KNOWN,
  timeZone,
  web = PUBLIC_WEB,
  searcher,
  mcp,
  code = createCodeTools({ clock, log }),
  rosterFile,
}: HeroOptions): HeroParts {
  const toolbox = createToolbox({
    clock,
    log,
    tools: [
      calculator(),
      dateTime(timeZone === undefined ? {} : { defaultZone: timeZone }),
      ...code.tools,
      readChatHistory(history, historyRecords),
      searchChatHistory(history, historyRecords),
      searchSessions(sessions, historyRecords),
      discordUser(people),
      searchMemory(memory),
      updateUserMemory(memory),
      ...webTools({ ...web, searcher, clock }),
      ...(mcp?.tools ?? []),
    ],
  });
  const services = mcp?.tools.map(({ name }) => name) ?? [];
  const roster =
    rosterFile === undefined ? heroTeam(toolbox, services) : ownRoster(rosterFile, toolbox);
  return {
    roster,
    tools: confineTools(toolbox, roster),
    code,
    async furnish(scope) {
      scope.acquire('code', () => code.release(scope));
      if (mcp !== undefined) scope.acquire('mcp', mcp.lease());
    },
    forget: toolbox.forget,
    async close() {
      await toolbox.close();
      await mcp?.close();
    },
  };
}

function ownRoster(path: string, toolbox: Toolbox): Roster {
  const read = readRoster(path, toolbox);
  if (read.kind === 'refused') throw new TypeError(read.message);
  return read.roster;
}

const UNREMEMBERED = {
  kind: 'failed',
  failure: failure('unavailable', 'Nothing is remembered here: this house has no store.'),
} as const;

const NOTHING_KEPT: HistoryPort & SessionsPort = {
  recent: () => Promise.resolve(UNREMEMBERED),
  search: () => Promise.resolve(UNREMEMBERED),
};

const NOTHING_KNOWN: UserMemoryPort = {
  search: () => Promise.resolve([]),
  wish: () => Promise.resolve({ kind: 'refused', why: 'off' }),
};

const NOBODY_KNOWN: PeoplePort = {
  describe: () =>
    Promise.resolve({
      kind: 'failed',
      failure: failure('unavailable', 'This house is not on Discord.'),
    }),
};
