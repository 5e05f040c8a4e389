import { failure } from '../../machines/failure.ts';
import type { ModelPort, ModelRequest, ModelResult } from '../../machines/ports.ts';
import { systemClock } from '../shared/clock.ts';
import { silentLog } from '../shared/log.ts';
import { CallEnd } from './call-end.ts';
import { type Checked, checkModels } from './check.ts';
import { callModels, type GatewayCall } from './gateway.ts';
import { type Candidate, createModelState, type ModelStatus, statusOf } from './model-state.ts';
import { openProvider, type Provider } from './provider.ts';
import { createRetryBudget } from './retry-budget.ts';
import { DEFAULT_MODEL_LIMITS, type ModelChoice, type ModelsOptions } from './settings.ts';

/** All configured models behind one port. */
export interface Models extends ModelPort {
  /**
   * Asks every provider for its models, leaves out those it does not have, and warns. Never rejects and
   * takes no longer than `checkMs`: a provider that cannot be reached is a warning.
   */
  check(signal: AbortSignal): Promise<readonly Checked[]>;
  status(): readonly ModelStatus[];
  /** Aborts what is under way and resolves when it has ended; later calls fail as `unavailable`. */
  close(): Promise<void>;
}

/** Opens the providers. Throws `TypeError`, naming the entry, when the configuration contradicts itself. */
export function createModels(options: ModelsOptions): Models {
  const limits = { ...DEFAULT_MODEL_LIMITS, ...options.limits };
  const { clock = systemClock, log = silentLog, random = Math.random, wallet } = options;
  const roster = openRoster({ ...options, clock, log }, limits);
  const retryBudget = createRetryBudget(limits, clock);
  const gateway = { limits, clock, log, random, wallet, retryBudget };
  const active = new Map<CallEnd, Promise<ModelResult>>();
  let closed = false;

  const run = (call: Omit<GatewayCall, 'candidates'>): Promise<ModelResult> => {
    const fitting = fittingFor(
      call.request,
      inOrder(call.request, roster.listOf(call.request.agent)),
    );
    const candidates = usable(fitting, clock.now());
    return callModels({ ...call, candidates }, gateway);
  };

  return {
    async call(request, { signal, onDelta }) {
      if (closed) return failed('unavailable', 'The models are closed.');
      if (signal.aborted) return failed('aborted', 'The call was aborted before it began.');
      // Linked by hand: the caller's signal may live long, and must not remember this call.
      const end = new CallEnd();
      const onAbort = (): void => end.abort();
      signal.addEventListener('abort', onAbort);
      const result = run({ request, onDelta, signal: end });
      active.set(end, result);
      try {
        return await result;
      } finally {
        active.delete(end);
        signal.removeEventListener('abort', onAbort);
      }
    },
    check: (signal) =>
      checkModels(
        { providers: roster.providers, states: roster.states, limits, clock, log },
        signal,
      ),
    status: () => roster.states.map((state) => statusOf(state, clock.now())),
    async close() {
      closed = true;
      const ending = [...active.values()];
      for (const end of active.keys()) end.abort();
      await Promise.allSettled(ending);
      for (const provider of roster.providers) provider.close();
    },
  };
}

const failed = (...why: Parameters<typeof failure>): ModelResult => ({
  kind: 'failed',
  failure: failure(...why),
});

/** Those that stay where they are, then the one that was chosen for the run, then the rest. */
function inOrder({ model }: ModelRequest, list: readonly Candidate[]): readonly Candidate[] {
  const rank = ({ isFixed, state }: Candidate): number => {
    if (isFixed) return 0;
    return state.who === model ? 1 : 2;
  };
  return model === undefined ? list : list.toSorted((one, other) => rank(one) - rank(other));
}

/** What was begun with tools of the house is ended with them: a model with tools of its own knows none of those. */
function fittingFor({ messages }: ModelRequest, list: readonly Candidate[]): readonly Candidate[] {
  const hasBegun = messages.some(({ role }) => role === 'tool');
  const left = hasBegun ? list.filter(({ ownTools }) => !ownTools) : list;
  return left.length > 0 ? left : list;
}

/** Without those known to be gone; all of them when that would leave none, for catalogues err. */
function usable(list: readonly Candidate[], now: number): readonly Candidate[] {
  const left = list.filter(({ state }) => !state.missing && state.goneUntil <= now);
  return left.length > 0 ? left : list;
}

type Surroundings = ModelsOptions & Required<Pick<ModelsOptions, 'clock' | 'log'>>;

function openRoster(options: Surroundings, limits: typeof DEFAULT_MODEL_LIMITS) {
  const { clock, log, facts = {}, agents } = options;
  const providers = new Map<string, Provider>();
  for (const config of options.providers) {
    if (providers.has(config.name)) throw new TypeError(`Two providers are called ${config.name}.`);
    providers.set(config.name, openProvider(config, limits, clock));
  }
  const states = new Map<string, ReturnType<typeof createModelState>>();
  const stateOf = ({ provider: name, model }: ModelChoice, agent: string) => {
    const provider = providers.get(name);
    if (provider === undefined) {
      throw new TypeError(
        `Agent ${agent} wants ${model} of ${name}, but no such provider is configured.`,
      );
    }
    const key = `${name}/${model}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    if (facts[model] === undefined) log.warn('model.unpriced', { model: key });
    const state = createModelState({ provider, model, facts: facts[model], limits, clock });
    states.set(key, state);
    return state;
  };
  const lists = new Map<string, readonly Candidate[]>();
  for (const [agent, choices] of Object.entries(agents)) {
    lists.set(
      agent,
      choices.map((choice) => ({
        state: stateOf(choice, agent),
        extra: choice.extra ?? {},
        ownTools: choice.ownTools ?? false,
        isFixed: choice.isFixed ?? false,
      })),
    );
  }
  const standard = lists.get('default');
  if (standard === undefined || standard.length === 0) {
    throw new TypeError('The agent `default` needs at least one model.');
  }
  return {
    providers: [...providers.values()],
    states: [...states.values()],
    listOf: (agent: string): readonly Candidate[] => lists.get(agent) ?? standard,
  };
}
