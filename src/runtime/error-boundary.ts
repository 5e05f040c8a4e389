import type { AnyActorRef, AnyStateMachine } from 'xstate';

/**
 * A machine whose own throw stops its children first. XState leaves them running: their timers,
 * requests and callbacks would outlive the team that crashed (statelyai/xstate#5153).
 */
export function withErrorBoundary<Machine extends AnyStateMachine>(machine: Machine): Machine {
  // `Object.create` gives `any`; what it makes is the machine itself with one method shadowed.
  const bounded: Machine = Object.create(machine);
  const transition: Machine['transition'] = (snapshot, event, scope) => {
    try {
      return machine.transition(snapshot, event, scope);
    } catch (error) {
      for (const child of Object.values<AnyActorRef | undefined>(snapshot.children)) {
        if (child !== undefined) scope.stopChild(child);
      }
      throw error;
    }
  };
  Object.defineProperty(bounded, 'transition', { value: transition });
  return bounded;
}
