import type { AnyStateMachine } from 'xstate';

/** A place in a machine where our own code runs. */
export interface Position {
  readonly kind: 'actions' | 'guards' | 'delays';
  readonly name: string;
}

/** Every place in a machine where our own code runs. */
export const positionsIn = ({ implementations }: AnyStateMachine): readonly Position[] =>
  (['actions', 'guards', 'delays'] as const).flatMap((kind) =>
    // A delay may be a plain number: nothing can throw there.
    Object.entries(implementations[kind] ?? {}).flatMap(([name, code]) =>
      typeof code === 'function' ? [{ kind, name }] : [],
    ),
  );

export interface Planted {
  /** How often it has thrown. */
  readonly thrown: number;
  /** Makes the machine what it was. */
  restore(): void;
}

interface Told {
  readonly context: unknown;
}

type Code = (told: Told, params: unknown) => unknown;
/** Scope, snapshot, what the action is told, and more. */
type Resolve = (...args: readonly unknown[]) => unknown;

/** A bug in a machine: that place throws for whoever is meant. Machines bound from now on have it. */
export function plantThrow(
  machine: AnyStateMachine,
  { kind, name }: Position,
  isMeant: (context: unknown) => boolean,
): Planted {
  // The table is typed by the machine, which is any here; the names come from `positionsIn`.
  const table = machine.implementations[kind] as Record<string, Code & { resolve?: Resolve }>;
  const original = table[name];
  if (original === undefined) throw new Error(`${machine.id} has no ${kind} ${name}`);
  let thrown = 0;
  const check = ({ context }: Told): void => {
    if (!isMeant(context)) return;
    thrown += 1;
    throw new Error(`planted in ${machine.id}: ${kind} ${name}`);
  };
  const { resolve } = original;
  const code: Code = (told, params) => {
    check(told);
    return original(told, params);
  };
  // XState's own actions (assign, sendTo …) are functions that never run: `resolve` does their work.
  table[name] =
    resolve === undefined
      ? code
      : Object.assign(() => undefined, original, {
          resolve: ((...args) => {
            check(args[2] as Told);
            return resolve(...args);
          }) satisfies Resolve,
        });
  return {
    get thrown() {
      return thrown;
    },
    restore() {
      table[name] = original;
    },
  };
}
