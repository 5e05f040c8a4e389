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
  /** It hears an event. What comes back is told where that led, or what it threw. */
  hears(actor: AnyActorRef, event: AnyEventObject): HeardEvent;
}

/** An event that a machine is working on. One of the two is called, once. */
export interface HeardEvent {
  led(to: AnyMachineSnapshot): void;
  threw(error: unknown): void;
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
    try {
      const next = machine.transition(snapshot, event, scope);
      heard.led(next);
      return next;
    } catch (error) {
      heard.threw(error);
      throw error;
    }
  };
  Object.defineProperty(recorded, 'getInitialSnapshot', { value: getInitialSnapshot });
  Object.defineProperty(recorded, 'transition', { value: transition });
  return recorded;
}

const NOT_HEARD: HeardEvent = { led() {}, threw() {} };

/** The same recorder, which does not throw: a run goes on whoever writes it down. */
export function carefully(recorder: RunRecorder, log: Log): RunRecorder {
  const attempt = <Result>(act: () => Result, otherwise: Result): Result => {
    try {
      return act();
    } catch (error) {
      log.warn('recorder.failed', { why: messageOf(error) });
      return otherwise;
    }
  };
  return {
    began: (actor, snapshot) => attempt(() => recorder.began(actor, snapshot), undefined),
    hears(actor, event) {
      const heard = attempt(() => recorder.hears(actor, event), NOT_HEARD);
      return {
        led: (to) => attempt(() => heard.led(to), undefined),
        threw: (error) => attempt(() => heard.threw(error), undefined),
      };
    },
  };
}
