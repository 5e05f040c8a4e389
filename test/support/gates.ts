/** A door that a test opens: who comes waits until then. */
export interface Gate {
  /** Resolves when somebody has come. */
  readonly reached: Promise<void>;
  /** Comes to the gate, and waits. */
  pass(): Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const arrival = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    pass() {
      arrival.resolve();
      return opening.promise;
    },
    open: opening.resolve,
  };
}
