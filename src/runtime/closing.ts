import type { ActorRefFrom } from 'xstate';
import type { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';

export interface ClosingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly graceMs: { readonly drain: number };
}

/** How the house closes: no newcomers, the busy finish, and after the grace period they are cut short. */
export interface Closing {
  /** Resolves when no team is left; rejects when a bug ends the supervisor. */
  drain(): Promise<void>;
  /** Ends the grace period now. */
  force(): void;
}

export function closeHouse(
  { clock, log, graceMs }: ClosingOptions,
  supervisor: ActorRefFrom<typeof supervisorMachine>,
): Closing {
  const force = (): void => {
    // Asked once more after the end, there is nobody left to hurry.
    if (supervisor.getSnapshot().status !== 'active') return;
    supervisor.send({ type: 'supervisor.force', at: clock.now() });
  };
  return {
    force,
    drain() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = clock.setTimeout(() => {
        log.warn('house.forced', { graceMs: graceMs.drain });
        force();
      }, graceMs.drain);
      const end = (settle: () => void): void => {
        clock.clearTimeout(timer);
        settle();
      };
      supervisor.subscribe({
        complete: () => end(resolve),
        error: (error) => end(() => reject(error)),
      });
      supervisor.send({ type: 'supervisor.drain', at: clock.now() });
      return promise;
    },
  };
}
