import type { ModelPort } from '../machines/ports.ts';
import type { Config } from './config.ts';
import { computingChoice } from './model/computing-models.ts';
import { DEFAULT_GROQ_CHOICES, DEFAULT_MODEL_FACTS } from './model/default-models.ts';
import { SEARCHER, searchingChoice } from './model/searching-models.ts';
import type { ModelChoice, ProviderConfig } from './model/settings.ts';
import type { Wallet } from './model/wallet.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';

/** Who thinks, as the configuration has it. */
export interface ChosenModel {
  readonly port: ModelPort;
  /** The first model of the leader's list, for people. */
  readonly name: string;
  /** Those that may be chosen for a run (`groq/openai/gpt-oss-120b`), in the order in which they are asked. */
  readonly offered: readonly string[];
  /** True when answers come from rules, since no provider is configured. */
  readonly isDemo: boolean;
  close(): Promise<void>;
}

export interface ChoosingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly wallet: Wallet;
}

/** Opens the configured providers, or the demo model when there is none: what is not needed is not loaded. */
export async function chooseModel(config: Config, options: ChoosingOptions): Promise<ChosenModel> {
  const providers = providersOf(config);
  if (providers.length === 0) return demo(options.clock);
  const { createModels } = await import('./model/models.ts');
  const agents = choicesOf(config);
  // What is set goes for both that could try again: here, model by model, and nobody the whole list once more (see `tuned`).
  const { retries } = config;
  const limits = retries === undefined ? {} : { limits: { retriesPerModel: retries } };
  const facts = DEFAULT_MODEL_FACTS;
  const models = createModels({ ...options, ...limits, providers, agents, facts });
  const checking = new AbortController();
  // The check warns of models that are gone; nobody waits for it.
  const checked = models.check(checking.signal);
  const offered = [...new Set(agents.leader.map(({ provider, model }) => `${provider}/${model}`))];
  return {
    port: models,
    name: offered[0] ?? 'none',
    offered,
    isDemo: false,
    async close() {
      checking.abort();
      await checked;
      await models.close();
    },
  };
}

async function demo(clock: Clock): Promise<ChosenModel> {
  const { createDemoModel } = await import('./model/demo.ts');
  return {
    port: createDemoModel({ clock }),
    name: 'demo',
    offered: [],
    isDemo: true,
    close: () => Promise.resolve(),
  };
}

function providersOf({ groq, custom }: Config): readonly ProviderConfig[] {
  const providers: ProviderConfig[] = [];
  if (custom !== undefined)
    providers.push({
      kind: 'openai-compatible',
      name: 'custom',
      baseUrl: custom.url,
      ...(custom.apiKey === undefined ? {} : { apiKey: custom.apiKey.reveal() }),
    });
  if (groq !== undefined)
    providers.push({
      kind: 'groq',
      name: 'groq',
      apiKey: groq.apiKey.reveal(),
      ...(groq.baseUrl === undefined ? {} : { baseUrl: groq.baseUrl }),
    });
  return providers;
}

type Choices = Readonly<
  Record<
    'leader' | 'default' | 'chat' | 'compute' | 'memory' | typeof SEARCHER,
    readonly ModelChoice[]
  >
>;

/** A custom provider comes first; Groq, when there is a key too, is what it falls back on. */
function choicesOf(config: Config): Choices {
  const custom = (config.custom?.models ?? []).map((model) => ({ provider: 'custom', model }));
  const leader = [...custom, ...groqChoices(config, 'leader')];
  const standard = [...custom, ...groqChoices(config, 'default')];
  const provider = config.groq === undefined ? 'custom' : 'groq';
  const context = config.contextModels.map((model) => ({ provider, model, isFixed: true }));
  const memory = config.memory.models.map((model) => ({ provider, model }));
  return {
    leader,
    default: standard,
    chat: [...context, ...standard],
    compute: [
      ...(config.groq === undefined ? [] : config.computeModels.map(computingChoice)),
      ...standard,
    ],
    [SEARCHER]: config.searchModels.map((model) => searchingChoice(provider, model)),
    memory: [...memory, ...(config.groq === undefined ? standard : DEFAULT_GROQ_CHOICES.memory)],
  };
}

function groqChoices(
  { groq, groqModels }: Config,
  role: 'leader' | 'default',
): readonly ModelChoice[] {
  if (groq === undefined) return [];
  if (groqModels.length === 0) return DEFAULT_GROQ_CHOICES[role];
  return groqModels.map((model) => ({ provider: 'groq', model }));
}
