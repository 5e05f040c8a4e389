import type { Usage } from '../../machines/conversation.ts';
import type { ModelFacts } from './settings.ts';

/** Millionths of a micro-dollar per token, so that sums are exact. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

const PER_USD = 1_000_000;

/** Dollars per million tokens are micro-dollars per token. Models without facts are free. */
export function priceFrom(facts: ModelFacts | undefined): Price {
  const input = Math.round((facts?.inputUsdPerMillion ?? 0) * PER_USD);
  const output = Math.round((facts?.outputUsdPerMillion ?? 0) * PER_USD);
  const cached = facts?.cachedUsdPerMillion;
  return { input, output, cached: cached === undefined ? input : Math.round(cached * PER_USD) };
}

type Counted = Pick<Usage, 'promptTokens' | 'completionTokens' | 'cachedTokens'>;

/** In whole micro-dollars, rounded up. */
export function priceOf(usage: Counted, price: Price): number {
  const fresh = usage.promptTokens - usage.cachedTokens;
  const sum =
    fresh * price.input + usage.cachedTokens * price.cached + usage.completionTokens * price.output;
  return Math.ceil(sum / PER_USD);
}
