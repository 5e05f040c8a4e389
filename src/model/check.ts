import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { ModelState } from './model-state.ts';
import type { Provider } from './provider.ts';
import type { ModelLimits } from './settings.ts';

/** What a provider said about the models that are configured for it. */
export type Checked =
  | { readonly kind: 'listed'; readonly provider: string; readonly missing: readonly string[] }
  | { readonly kind: 'unreachable'; readonly provider: string; readonly why: string };

export interface CheckOptions {
  readonly providers: readonly Provider[];
  readonly states: readonly ModelState[];
  readonly limits: ModelLimits;
  readonly clock: Clock;
  readonly log: Log;
}

export function checkModels(options: CheckOptions, signal: AbortSignal): Promise<Checked[]> {
  return Promise.all(options.providers.map((provider) => checkProvider(provider, options, signal)));
}

async function checkProvider(
  provider: Provider,
  { states, limits, clock, log }: CheckOptions,
  signal: AbortSignal,
): Promise<Checked> {
  const { name } = provider;
  const listed = await listWithin(provider, { ms: limits.checkMs, clock, signal });
  if (listed.kind === 'failed') {
    log.warn('provider.unreachable', { provider: name, why: listed.why });
    return { kind: 'unreachable', provider: name, why: listed.why };
  }
  const ids = new Set(listed.ids.flatMap((id) => [id, id.replace(/:latest$/, '')]));
  const missing: string[] = [];
  for (const state of states) {
    if (state.provider !== provider) continue;
    state.missing = !ids.has(state.model);
    if (!state.missing) continue;
    missing.push(state.model);
    log.warn('model.missing', { provider: name, model: state.model });
  }
  return { kind: 'listed', provider: name, missing };
}

type Listed =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string };

async function listWithin(
  provider: Provider,
  {
    ms,
    clock,
    signal,
  }: { readonly ms: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Listed> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener('abort', stop);
  const timer = clock.setTimeout(stop, ms);
  try {
    if (signal.aborted) stop();
    return { kind: 'ids', ids: await provider.listModels(controller.signal) };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', why: 'aborted' };
    if (controller.signal.aborted) return { kind: 'failed', why: `no answer within ${ms} ms` };
    return { kind: 'failed', why: reasonOf(error) };
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of an error answer only the status: servers quote keys back.
  if ('status' in error && typeof error.status === 'number') return `it answered ${error.status}`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
