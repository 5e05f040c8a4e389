import type { ModelChoice, ModelFacts } from './settings.ts';

// The only place where models are named. Groq's catalogue as of November 2026: ids come and go, so every
// list has a second choice and `Models.check` leaves out what is gone.

/** Limits and prices of known models. */
export const DEFAULT_MODEL_FACTS: Readonly<Record<string, ModelFacts>> = {
  'openai/gpt-oss-120b': {
    inputUsdPerMillion: 0.15,
    outputUsdPerMillion: 0.6,
    cachedUsdPerMillion: 0.075,
    maxOutputTokens: 65_536,
    minOutputTokens: 1_500,
  },
  'openai/gpt-oss-20b': {
    inputUsdPerMillion: 0.075,
    outputUsdPerMillion: 0.3,
    cachedUsdPerMillion: 0.0375,
    maxOutputTokens: 65_536,
    minOutputTokens: 1_500,
  },
  'qwen/qwen3.6-27b': {
    inputUsdPerMillion: 0.6,
    outputUsdPerMillion: 3,
    cachedUsdPerMillion: 0.3,
    maxOutputTokens: 16_384,
    minOutputTokens: 1_500,
  },
  'qwen/qwen3.8-27b': {
    inputUsdPerMillion: 0.8,
    outputUsdPerMillion: 4,
    cachedUsdPerMillion: 0.4,
    maxOutputTokens: 16_384,
    minOutputTokens: 1_500,
  },
};

/** Who is asked by default on Groq: the larger model first for leaders, the faster one first for members. */
export const DEFAULT_GROQ_CHOICES = {
  leader: [
    { provider: 'groq', model: 'openai/gpt-oss-120b' },
    { provider: 'groq', model: 'openai/gpt-oss-20b' },
    { provider: 'groq', model: 'qwen/qwen3.6-27b' },
  ],
  /** Whoever goes through what was said for memories: quick, and exact with structure. */
  memory: [
    { provider: 'groq', model: 'openai/gpt-oss-120b', extra: { reasoning_effort: 'low' } },
    { provider: 'groq', model: 'openai/gpt-oss-20b', extra: { reasoning_effort: 'low' } },
  ],
  default: [
    { provider: 'groq', model: 'openai/gpt-oss-20b' },
    { provider: 'groq', model: 'openai/gpt-oss-120b' },
    { provider: 'groq', model: 'qwen/qwen3.6-27b' },
  ],
} as const satisfies Readonly<Record<string, readonly ModelChoice[]>>;
