import type { ToolCall } from '../conversation.ts';

/** What an agent has tried so far: enough to notice that it goes round in circles. */
export interface Attempts {
  readonly calls: readonly string[];
  readonly errors: readonly string[];
}

export const NO_ATTEMPTS: Attempts = { calls: [], errors: [] };

/** Two calls are the same when tool and input are. */
const signatureOf = (call: ToolCall): string => `${call.name} ${JSON.stringify(call.input)}`;

export function afterCalls(attempts: Attempts, calls: readonly ToolCall[]): Attempts {
  return { ...attempts, calls: [...attempts.calls, ...calls.map(signatureOf)] };
}

export function afterErrors(attempts: Attempts, errors: readonly string[]): Attempts {
  return errors.length === 0 ? attempts : { ...attempts, errors: [...attempts.errors, ...errors] };
}

export interface LoopLimits {
  readonly sameCallLimit: number;
  readonly sameErrorLimit: number;
}

/** True when making these calls would be one repetition too many, or the same error keeps coming back. */
export function isLooping(
  attempts: Attempts,
  next: readonly ToolCall[],
  limits: LoopLimits,
): boolean {
  const wanted = next.map(signatureOf);
  const calls = [...attempts.calls, ...wanted];
  return (
    wanted.some((call) => count(calls, call) >= limits.sameCallLimit) ||
    attempts.errors.some((error) => count(attempts.errors, error) >= limits.sameErrorLimit)
  );
}

const count = (all: readonly string[], one: string): number =>
  all.filter((entry) => entry === one).length;
