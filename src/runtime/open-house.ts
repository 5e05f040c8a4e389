import { createActor, fromCallback } from 'xstate';
import type { RunRef } from '../../machines/question.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import type { SupervisorEvent } from '../../machines/supervisor/supervisor.protocol.ts';
import { bindTeam } from './bind.ts';
import { CONFIRM_MS, Confirmations } from './confirming.ts';
import { Host, type HostMessage } from './host.ts';
import { createRemembering } from './remembering.ts';
import type { Replying } from './replying.ts';
import type { Runs } from './runs.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import type { TeamScope } from './scope.ts';
import { Teams } from './teams.ts';
import { guarded } from './watcher.ts';

/** Ties the supervisor, its host and the teams to each other. */
export function openHouse(options: RuntimeOptions & { readonly replying: Replying }, runs: Runs) {
  const { clock, log, limits, graceMs } = options;
  const hostActor = createActor(
    fromCallback<HostMessage>(({ receive }) => receive((message) => host.receive(message))),
  );
  const supervisor = createActor(supervisorMachine, {
    clock,
    input: { limits: limits.supervisor, host: hostActor },
  });
  const tell = (event: SupervisorEvent): void => supervisor.send(event);
  const furnish = furnishing(options);
  const watcher = guarded(options.watcher, log);
  const confirmations = confirming(options, runs, (run) => teams.isCurrent(run));
  const teams: Teams = new Teams({
    clock,
    log,
    roster: options.roster,
    limits: limits.team,
    // What is learnt from a run is learnt as its end is kept.
    unkept: options.runs === undefined && options.memories === undefined,
    leaveMs: graceMs.leave,
    disposeMs: graceMs.dispose,
    reportTo: hostActor,
    watcher,
    machine: bindTeam({
      ...options,
      isCurrent: (team) => teams.isCurrent(team),
      furnish: (team, signal) => furnish(teams.scopeOf(team), signal),
      draft: (run, turn, delta) => runs.drafted(run, turn, delta),
      remembering: createRemembering({
        ...options,
        watcher,
        scopeOf: (team) => teams.scopeOf(team),
      }),
      confirming: confirmations.before,
    }),
    onCrashed: (team) =>
      tell({
        type: 'supervisor.crashed',
        ...team,
        cause: 'bug',
        at: clock.now(),
        chance: options.random(),
      }),
    onReleased: (team) => tell({ type: 'supervisor.released', ...team, at: clock.now() }),
  });
  const host = new Host({ teams, runs, clock, log, random: options.random, tell });
  hostActor.start();
  // Without an observer an error here would be thrown into the void; with one it is named first.
  supervisor.subscribe({
    error: (error) => log.error('supervisor.crashed', { error: String(error) }),
  });
  watcher.supervisorStarts(supervisor);
  supervisor.start();
  return { supervisor, host, teams, confirmations };
}

/** Furnishes each incarnation once: one whose hydration is tried again holds everything already. */
function furnishing({ furnish: acquire }: RuntimeOptions) {
  const furnished = new WeakSet<TeamScope>();
  return async (scope: TeamScope | undefined, signal: AbortSignal): Promise<void> => {
    if (acquire === undefined || scope === undefined || furnished.has(scope)) return;
    furnished.add(scope);
    await acquire(scope, signal);
  };
}

const confirming = (
  { confirmations: store, clock, confirmMs = CONFIRM_MS }: RuntimeOptions,
  runs: Runs,
  isCurrent: (run: RunRef) => boolean,
): Confirmations =>
  new Confirmations({
    store,
    clock,
    confirmMs,
    isCurrent,
    onAsked: (run, confirmation) => runs.asks(run, confirmation),
    onEnded: (run, stepKey, end) => runs.confirmed(run, stepKey, end),
  });
