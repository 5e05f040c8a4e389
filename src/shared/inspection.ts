/** What an operator may see of a house, in plain data: ids, states, counts, sizes and times. Times in milliseconds since 1970. */

/** A run as its operator sees it: who and when and what it cost, never what was said. */
export interface RunFacts {
  readonly runId: string;
  readonly userId: string;
  readonly channelId: string;
  /** Undefined while it is under way, or when its process died with it. */
  readonly outcome: 'answered' | 'failed' | 'cancelled' | 'refused' | undefined;
  readonly askedAt: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly model: string | undefined;
  readonly modelCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
  readonly machinesVersion: number;
}

/** One step of a run's journal: what it was and when it was over. */
export interface StepFacts {
  readonly stepKey: string;
  readonly kind: 'model' | 'tool' | 'intent' | 'confirmation' | 'prompt';
  readonly endedAt: number;
  readonly model: string | undefined;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
  /** Characters of what it gave, as it is kept. */
  readonly chars: number;
}

/** A question that is accepted and not over. */
export interface QuestionFacts {
  readonly messageId: string;
  readonly userId: string;
  readonly channelId: string;
  readonly attempts: number;
  readonly receivedAt: number;
}

/** A part of an answer that is not there yet. */
export interface PartFacts {
  readonly messageId: string;
  readonly part: number;
  readonly platform: string;
  readonly state: 'pending' | 'failed';
  readonly tries: number;
  readonly notBefore: number;
  readonly chars: number;
}

/** What waits to be done and to be said: the oldest first, and how many there are. */
export interface Queues {
  readonly inbox: { readonly count: number; readonly oldest: readonly QuestionFacts[] };
  readonly outbox: { readonly count: number; readonly oldest: readonly PartFacts[] };
}

/** A run and its journal, in the order in which it was written. */
export interface RunSteps {
  readonly run: RunFacts;
  readonly steps: readonly StepFacts[];
}

/** What was said in one run. */
export interface RunTexts {
  readonly question: string;
  readonly answer: string | undefined;
  readonly steps: readonly { readonly stepKey: string; readonly output: unknown }[];
}

/** A machine drawn as a statechart. `x` and `y` are pixels from its top left corner. */
export interface DrawnChart {
  readonly machine: string;
  readonly width: number;
  readonly height: number;
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
}

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
}

/** A state as a box. */
export interface DrawnState extends DrawnPoint {
  /** Its path within the machine, dots between: `working.acting`. Unique. */
  readonly id: string;
  readonly name: string;
  /** The id of the state around it; left out at the top. */
  readonly within?: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly isInitial: boolean;
  /** Names of the actors that work while the machine is in it. */
  readonly invokes: readonly string[];
  /** What is answered here without leaving the state, in words. */
  readonly inside: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** An arrow between two states; several transitions between the same two share one. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** The transitions it stands for, in words. */
  readonly labels: readonly string[];
  readonly points: readonly DrawnPoint[];
  /** The middle of its words. */
  readonly label: DrawnPoint;
}
