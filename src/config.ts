import { type BridgeConfig, readBridge } from './config/bridge.ts';
import { type CodeConfig, readCode } from './config/code.ts';
import { readDatabaseUrl } from './config/database.ts';
import { type DiscordConfig, readDiscord } from './config/discord.ts';
import { type Environment, EnvReader } from './config/env-reader.ts';
import { type RecordingConfig, readRecordingConfig } from './config/inspector.ts';
import { type QuestionLimits, readQuestionLimits } from './config/limits.ts';
import { type LoggingConfig, readLogging } from './config/logging.ts';
import { type McpConfig, readMcp } from './config/mcp.ts';
import { type MemoryConfig, readMemory } from './config/memory.ts';
import {
  type CustomProvider,
  type GroqProvider,
  readCustom,
  readGroq,
  readGroqModels,
} from './config/models.ts';
import { type RetentionConfig, readRetention } from './config/retention.ts';
import { readTracing, type TracingConfig } from './config/tracing.ts';
import { readWeb, type WebConfig } from './config/web.ts';
import type { Secret } from './shared/secret.ts';

/** Everything that can be set from outside, checked. */
export interface Config extends LoggingConfig {
  /** Where the embedded database and the console's token live. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly webPort: number;
  readonly databaseUrl: Secret | undefined;
  readonly groq: GroqProvider | undefined;
  readonly custom: CustomProvider | undefined;
  /** Left out: nobody asks by a chat system. */
  readonly bridge?: BridgeConfig;
  /** Left out: nobody asks by Discord. */
  readonly discord?: DiscordConfig;
  readonly memory: MemoryConfig;
  /** Model ids on Groq in order of preference; empty: the built-in list. */
  readonly groqModels: readonly string[];
  /** Model ids for the channel Q&A member; empty: those of everybody. */
  readonly contextModels: readonly string[];
  /** Model ids on Groq that compute there, for the compute member; empty: it computes here. */
  readonly computeModels: readonly string[];
  /** Model ids that search the web at their provider, on Groq where there is a key, else at the custom one. */
  readonly searchModels: readonly string[];
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly maxTeams: number;
  /** How long an idle team is safe from making room for another. */
  readonly minResidencyMs: number;
  readonly teamConcurrency: number;
  /** Questions of one user that may wait in one channel. */
  readonly teamQueue: number;
  readonly questionLimits: QuestionLimits;
  readonly retention: RetentionConfig;
  readonly historyRuns: number;
  /** Messages, or earlier questions and answers, that a history tool shows at once, at most. */
  readonly historyRecords: number;
  /** Absent: as the roster says. */
  readonly retries: number | undefined;
  /** Tokens one user may spend a day; 0: no limit. */
  readonly userTokensPerDay: number;
  readonly rosterFile: string | undefined;
  readonly web: WebConfig;
  readonly mcp: McpConfig;
  readonly code: CodeConfig;
  readonly tracing: TracingConfig;
  readonly timeZone: string;
  /** Every secret above: what no log may show. */
  readonly secrets: readonly Secret[];
  readonly recording: RecordingConfig;
}

export type ConfigReading =
  | { readonly kind: 'read'; readonly config: Config }
  | { readonly kind: 'rejected'; readonly problems: readonly string[] };

/** Environment → `Config`, or every problem at once. */
export function readConfig(env: Environment): ConfigReading {
  const reader = new EnvReader(env);
  const config: Config = {
    dataDir: reader.text('DATA_DIR') ?? '.troupe',
    webPort: reader.whole('WEB_PORT', 7377, { min: 0, max: 65_535 }),
    databaseUrl: readDatabaseUrl(reader, 'DATABASE_URL') ?? readDatabaseUrl(reader, 'POSTGRES_URL'),
    groq: readGroq(reader),
    custom: readCustom(reader),
    ...readBridge(reader),
    ...readMemory(reader),
    ...readRecordingConfig(reader),
    ...readDiscord(reader),
    groqModels: readGroqModels(reader),
    contextModels: reader.list('CONTEXT_AGENT_MODEL'),
    computeModels: reader.list('COMPUTE_MODEL'),
    searchModels: reader.list('SEARCH_MODEL'),
    temperature: reader.number('MODEL_TEMPERATURE', { min: 0, max: 2 }),
    topP: reader.number('MODEL_TOP_P', { min: 0, max: 1 }),
    maxTeams: reader.whole('MAX_AGENTS', 100, { min: 1, max: 1_000_000 }),
    // A newcomer who finds everybody idle, but young, waits as long: well within the patience of the line. In a full house,
    // each place stands empty-handed for so long between two users: so it is short.
    minResidencyMs: reader.whole('MIN_RESIDENCY_SECONDS', 1, { min: 0, max: 30 }) * 1_000,
    questionLimits: readQuestionLimits(reader),
    ...readRetention(reader),
    teamConcurrency: reader.whole('TEAM_CONCURRENCY', 2, { min: 1, max: 4 }),
    teamQueue: reader.whole('TEAM_QUEUE', 5, { min: 1, max: 1_000_000 }),
    historyRuns: reader.whole('AGENT_HISTORY_RUNS', 5, { min: 0, max: 100 }),
    historyRecords: reader.whole('CONTEXT_AGENT_MAX_MESSAGES', 50, { min: 1, max: 200 }),
    retries: reader.whole('AGENT_RETRIES', undefined, { min: 0, max: 10 }),
    userTokensPerDay: reader.whole('USER_TOKENS_PER_DAY', 0, {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }),
    rosterFile: reader.text('ROSTER_FILE'),
    web: readWeb(reader),
    mcp: readMcp(reader),
    code: readCode(reader),
    tracing: readTracing(reader),
    timeZone: reader.timeZone('DISCORD_TIMEZONE', 'UTC'),
    secrets: reader.secrets,
    ...readLogging(reader),
  };
  const { problems } = reader;
  return problems.length === 0 ? { kind: 'read', config } : { kind: 'rejected', problems };
}

/** Reads this process's environment: the only place that does. */
export const readProcessConfig = (): ConfigReading => readConfig(process.env);
