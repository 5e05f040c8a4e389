import type { EnvReader } from './env-reader.ts';

/** How many questions may be unanswered at once; more are refused, with a time to come back. */
export interface QuestionLimits {
  readonly maxPerUser: number;
  readonly maxPerChannel: number;
  readonly maxPerServer: number;
  readonly maxUnanswered: number;
}

export function readQuestionLimits(reader: EnvReader): QuestionLimits {
  const bounds = { min: 1, max: 1_000_000 };
  return {
    maxPerUser: reader.whole('MAX_QUESTIONS_PER_USER', 20, bounds),
    maxPerChannel: reader.whole('MAX_QUESTIONS_PER_CHANNEL', 200, bounds),
    maxPerServer: reader.whole('MAX_QUESTIONS_PER_SERVER', 1_000, bounds),
    maxUnanswered: reader.whole('MAX_QUESTIONS', 10_000, bounds),
  };
}
