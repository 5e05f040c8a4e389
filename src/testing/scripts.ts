import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import type { ModelRequest } from '../../machines/ports.ts';
import type { Script, ScriptedStep } from '../model/scripted.ts';

/** The model answers. */
export const say = (text: string): ScriptedStep => ({ kind: 'say', text });

/** The leader asks these members, side by side. */
export const delegate = (tasks: Readonly<Record<string, string>>): ScriptedStep => ({
  kind: 'use',
  calls: Object.entries(tasks).map(([member_id, task]) => ({
    name: DELEGATE_TO_ONE,
    input: { member_id, task },
  })),
});

/** The model uses a tool. */
export const use = (name: string, input: Readonly<Record<string, unknown>> = {}): ScriptedStep => ({
  kind: 'use',
  calls: [{ name, input }],
});

/** The model is broken: a bug in its adapter, not a failure. */
export const bug = (message: string): ScriptedStep => ({ kind: 'throw', message });

export const HANG: ScriptedStep = { kind: 'hang' };

type Part =
  | readonly ScriptedStep[]
  | ((request: ModelRequest) => ScriptedStep | Promise<ScriptedStep>);

/** What each agent does in each run, step by step; the last step again and again. */
export function cast(parts: Readonly<Record<string, Part>>): Script {
  const turns = new Map<string, number>();
  return (request) => {
    const { agent, run } = request;
    const part = parts[agent];
    if (part === undefined) throw new Error(`Nobody plays ${agent}.`);
    if (typeof part === 'function') return part(request);
    const key = `${run.runId} ${agent}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const step = part[Math.min(turn, part.length - 1)];
    if (step === undefined) throw new Error(`${agent} has no steps.`);
    return step;
  };
}

/** Where so many parties wait for each other: nobody goes on before all have come. */
export function meeting(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let present = 0;
  return () => {
    present += 1;
    if (present === size) resolve();
    return promise;
  };
}

/** What the person asked in this request: its last `user` message. */
export const askedIn = ({ messages }: ModelRequest): string =>
  messages.findLast(({ role }) => role === 'user')?.content ?? '';

/** What the model is shown, role by role: `user: hello`. */
export const shownIn = ({ messages }: ModelRequest): readonly string[] =>
  messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }) => `${role}: ${content}`);
