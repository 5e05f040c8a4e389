import type { Config } from './config.ts';
import { processVoice } from './process-log.ts';
import type { HouseWatcher } from './runtime/watcher.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { CodeTools } from './tools/code/code-tools.ts';
import { createMetrics, type HouseGauges } from './tracing/metrics.ts';
import { observed, type RunObserver, type RunPorts } from './tracing/observer.ts';
import { stepsInWords } from './tracing/steps-in-words.ts';
import type { Troupe } from './troupe.ts';

/** Whoever looks at what a house does: numbers always, traces where the environment wants them. */
export interface Watch {
  /** The log of the house; its lines are counted. */
  readonly log: Log;
  /** The ports of the house, seen by the observers. */
  observe(ports: RunPorts): RunPorts;
  /** The same watcher; teams are counted, and traces of those that were lost are closed. */
  watching(watcher: HouseWatcher): HouseWatcher;
  /** From now on the numbers are this house's. */
  attach(troupe: Pick<Troupe, 'view'>, code: Pick<CodeTools, 'place'>): void;
  /** The numbers, as Prometheus reads them. */
  metrics(): string;
  close(): Promise<void>;
}

interface WatchParts {
  readonly log: Log;
  readonly clock: Clock;
}

/** Nothing is loaded for what is not wanted. */
export async function openWatch(config: Config, { log: plain, clock }: WatchParts): Promise<Watch> {
  let troupe: Pick<Troupe, 'view'> | undefined;
  let code: Pick<CodeTools, 'place'> | undefined;
  const metrics = createMetrics(() => ({ ...gaugesOf(troupe), code: code?.place() }));
  const log = metrics.counting(plain);
  const { debugLevel } = config;
  const traces = await openTraces(config, { log, clock });
  const observers: readonly RunObserver[] = [
    metrics.observer,
    ...(traces === undefined ? [] : [traces.observer]),
    ...(debugLevel === undefined
      ? []
      : [stepsInWords({ say: processVoice(config), level: debugLevel })]),
  ];
  return {
    log,
    observe: (ports) => observed(ports, observers, clock),
    watching: (watcher) => ({
      supervisorStarts: (root) => watcher.supervisorStarts(root),
      teamStarts(team, root) {
        metrics.teamStarted();
        watcher.teamStarts(team, root);
      },
      memoryStarts: (team, root) => watcher.memoryStarts(team, root),
      teamEnds(team, reason) {
        metrics.teamEnded(reason);
        for (const observer of observers) observer.released?.(team);
        watcher.teamEnds(team, reason);
      },
    }),
    attach(house, tools) {
      troupe = house;
      code = tools;
    },
    metrics: metrics.text,
    close: async () => traces?.close(),
  };
}

async function openTraces({ tracing: { traces } }: Config, { log, clock }: WatchParts) {
  if (traces === undefined) return undefined;
  const { url, project, content } = traces;
  const { exportTraces } = await import('./tracing/exporting.ts');
  log.info('traces.sent_to', { url, project, content });
  const headers = Object.fromEntries(
    traces.headers.map(({ name, prefix, value }) => [name, `${prefix}${value.reveal()}`]),
  );
  return exportTraces({ url, project, content, headers, clock, log });
}

function gaugesOf(troupe: Pick<Troupe, 'view'> | undefined): Omit<HouseGauges, 'code'> {
  const view = troupe?.view(Number.MAX_SAFE_INTEGER);
  const teams = view?.teams ?? [];
  const count = (state: string) => teams.filter((team) => team.state === state).length;
  const waiting = view?.waiting ?? [];
  return {
    idle: count('idle'),
    busy: count('busy'),
    closing: count('closing'),
    maxTeams: view?.maxTeams ?? 0,
    waitingUsers: waiting.length,
    waitingQuestions: waiting.reduce((sum, { questions }) => sum + questions, 0),
    runs: teams.reduce((sum, { runs }) => sum + runs.length, 0),
  };
}
