import { type Environment, EnvReader } from './env-reader.ts';
import { parseDatabaseUrl } from './shared/database-url.ts';
import type { Secret } from './shared/secret.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A model provider that speaks the OpenAI protocol. */
export interface CustomProvider {
  readonly url: string;
  /** Model ids in order of preference. */
  readonly models: readonly string[];
  readonly apiKey: Secret | undefined;
}

/** A chat system behind a bridge (docs/bridge.md). */
export interface BridgeConfig {
  readonly url: string;
  readonly token: Secret | undefined;
  /** Messages older than this get a note instead of an answer; 0: all are answered. */
  readonly maxAgeMs: number;
  /** For how long the bridge takes a nonce once only. */
  readonly dedupeWindowMs: number;
  /** Characters of one message there. */
  readonly maxChars: number;
}

/** Everything that can be set from outside, checked. */
export interface Config {
  /** Where the embedded database and the console's token live. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly webPort: number;
  readonly databaseUrl: Secret | undefined;
  readonly groq: { readonly apiKey: Secret; readonly baseUrl: string | undefined } | undefined;
  readonly custom: CustomProvider | undefined;
  /** Left out: nobody asks by a chat system. */
  readonly bridge?: BridgeConfig;
  /** Model ids on Groq in order of preference; empty: the built-in list. */
  readonly groqModels: readonly string[];
  /** Model ids for the channel Q&A member; empty: those of everybody. */
  readonly contextModels: readonly string[];
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly maxTeams: number;
  readonly teamConcurrency: number;
  readonly historyRuns: number;
  /** Absent: as the roster says. */
  readonly retries: number | undefined;
  /** Tokens one user may spend a day; 0: no limit. */
  readonly userTokensPerDay: number;
  readonly rosterFile: string | undefined;
  readonly timeZone: string;
  readonly logLevel: LogLevel;
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
    groqModels: reader.list('GROQ_MODEL'),
    contextModels: reader.list('CONTEXT_AGENT_MODEL'),
    temperature: reader.number('MODEL_TEMPERATURE', { min: 0, max: 2 }),
    topP: reader.number('MODEL_TOP_P', { min: 0, max: 1 }),
    maxTeams: reader.whole('MAX_AGENTS', 100, { min: 1, max: 1_000_000 }),
    teamConcurrency: reader.whole('TEAM_CONCURRENCY', 2, { min: 1, max: 4 }),
    historyRuns: reader.whole('AGENT_HISTORY_RUNS', 5, { min: 0, max: 100 }),
    retries: reader.whole('AGENT_RETRIES', undefined, { min: 0, max: 10 }),
    userTokensPerDay: reader.whole('USER_TOKENS_PER_DAY', 0, {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }),
    rosterFile: reader.text('ROSTER_FILE'),
    timeZone: reader.timeZone('DISCORD_TIMEZONE', 'UTC'),
    logLevel: reader.flag('DEBUG_MODE')
      ? 'debug'
      : reader.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'warn'),
  };
  const { problems } = reader;
  return problems.length === 0 ? { kind: 'read', config } : { kind: 'rejected', problems };
}

/** Reads this process's environment: the only place that does. */
export const readProcessConfig = (): ConfigReading => readConfig(process.env);

function readDatabaseUrl(reader: EnvReader, name: string): Secret | undefined {
  const secret = reader.secret(name);
  const url = secret === undefined ? undefined : parseDatabaseUrl(secret.reveal());
  if (url?.ok === false) reader.problems.push(`${name} ${url.problem}.`);
  return secret;
}

function readGroq(reader: EnvReader): Config['groq'] {
  const apiKey = reader.secret('GROQ_API_KEY');
  const baseUrl = reader.url('GROQ_BASE_URL');
  return apiKey === undefined ? undefined : { apiKey, baseUrl };
}

/** `groq` is what the predecessor's default was: it means the provider that is there anyway. */
function readCustom(reader: EnvReader): CustomProvider | undefined {
  if (reader.text('CUSTOM_PROVIDER')?.toLowerCase() === 'groq') return undefined;
  const url = reader.url('CUSTOM_PROVIDER');
  const models = reader.list('CUSTOM_MODEL');
  if (url !== undefined && models.length === 0)
    reader.problems.push('CUSTOM_MODEL must name at least one model when CUSTOM_PROVIDER is set.');
  return url === undefined
    ? undefined
    : { url, models, apiKey: reader.secret('CUSTOM_PROVIDER_API_KEY') };
}

function readBridge(reader: EnvReader): Pick<Config, 'bridge'> {
  const url = reader.url('BRIDGE_URL');
  const bridge = {
    token: reader.secret('BRIDGE_TOKEN'),
    maxAgeMs: reader.whole('BRIDGE_MAX_AGE_MINUTES', 15, { min: 0, max: 525_600 }) * 60_000,
    dedupeWindowMs: reader.whole('BRIDGE_NONCE_SECONDS', 120, { min: 0, max: 86_400 }) * 1_000,
    maxChars: reader.whole('BRIDGE_MAX_CHARS', 2_000, { min: 200, max: 100_000 }),
  };
  return url === undefined ? {} : { bridge: { url, ...bridge } };
}
