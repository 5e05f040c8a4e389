import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';

/**
 * Is shown all that the leaders and members of the house hear, whole: what they decide follows from it. It is called in
 * the middle of their steps. What it throws is logged and changes nothing.
 */
export interface RunRecorder {
  /** A leader or member exists; what it was given stands in its context. */
  began(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void;
  /** It hears an event, and works on it from now. What comes back names that for one of the next two. */
  hears(actor: AnyActorRef, event: AnyEventObject): number;
  /** Where that event led. */
  led(actor: AnyActorRef, heard: number, to: AnyMachineSnapshot): void;
  /** What it threw instead. */
  threw(actor: AnyActorRef, heard: number, error: unknown): void;
}

/** A machine whose actors are recorded; the machine itself when nobody records. */
export function withRecorder<Machine extends AnyStateMachine>(
  machine: Machine,
  recorder: RunRecorder | undefined,
): Machine {
  if (recorder === undefined) return machine;
  // `Object.create` gives `any`; what it makes is the machine itself with two methods shadowed.
  const recorded: Machine = Object.create(machine);
  const getInitialSnapshot: Machine['getInitialSnapshot'] = (scope, input) => {
    const snapshot = machine.getInitialSnapshot(scope, input);
    recorder.began(scope.self, snapshot);
    return snapshot;
  };
  const transition: Machine['transition'] = (snapshot, event, scope) => {
    const heard = recorder.hears(scope.self, event);
    let next: AnyMachineSnapshot;
    try {
      next = machine.transition(snapshot, event, scope);
    } catch (error) {
      recorder.threw(scope.self, heard, error);
      throw error;
    }
    recorder.led(scope.self, heard, next);
    return next;
  };
  Object.defineProperty(recorded, 'getInitialSnapshot', { value: getInitialSnapshot });
  Object.defineProperty(recorded, 'transition', { value: transition });
  return recorded;
}

/** Names an event that was not recorded. */
const NOT_HEARD = -1;

/** The same recorder, which does not throw: a run goes on whoever writes it down. */
export function carefully(recorder: RunRecorder, log: Log): RunRecorder {
  const complain = (error: unknown): void => log.warn('recorder.failed', { why: messageOf(error) });
  // Written out rather than wrapped: this is done for every event of every run.
  return {
    began(actor, snapshot) {
      try {
        recorder.began(actor, snapshot);
      } catch (error) {
        complain(error);
      }
    },
    hears(actor, event) {
      try {
        return recorder.hears(actor, event);
      } catch (error) {
        complain(error);
        return NOT_HEARD;
      }
    },
    led(actor, heard, to) {
      try {
        recorder.led(actor, heard, to);
      } catch (error) {
        complain(error);
      }
    },
    threw(actor, heard, error) {
      try {
        recorder.threw(actor, heard, error);
      } catch (failed) {
        complain(failed);
      }
    },
  };
}
