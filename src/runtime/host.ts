import { NO_USAGE, tokensOf } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type {
  SupervisorEvent,
  SupervisorOrder,
} from '../../machines/supervisor/supervisor.protocol.ts';
import type { TeamReport } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Ending, Runs } from './runs.ts';
import type { Teams } from './teams.ts';

/** What the host hears: orders from the supervisor, reports from the teams. */
export type HostMessage = SupervisorOrder | TeamReport;

export interface HostOptions {
  readonly teams: Teams;
  readonly runs: Runs;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly tell: (event: SupervisorEvent) => void;
}

/** Carries out what the supervisor decides, and carries reports to it. Decides nothing. */
export class Host {
  readonly #options: HostOptions;
  #wake: unknown;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  receive(message: HostMessage): void {
    if (isReport(message)) this.#hear(message);
    else this.#obey(message);
  }

  /** Forgets the wake that the supervisor asked for. */
  close(): void {
    if (this.#wake !== undefined) this.#options.clock.clearTimeout(this.#wake);
    this.#wake = undefined;
  }

  #obey(order: SupervisorOrder): void {
    const { teams, runs } = this.#options;
    switch (order.type) {
      case 'host.activate':
        teams.activate(order);
        break;
      case 'host.deliver':
        runs.given(order.question.runId, order.epoch);
        teams.send(order, { type: 'team.ask', question: order.question });
        break;
      case 'host.cancel':
        teams.send(order, { ...order, type: 'team.cancel' });
        break;
      case 'host.release':
        teams.release(order, order);
        break;
      case 'host.queued':
        runs.waits(order.question.runId, order.place);
        break;
      case 'host.wake':
        this.#wakeAt(order.at);
        break;
      case 'host.refused':
        // A duplicate names the run that is under way: that one goes on, and its feed with it.
        if (order.refusal.kind !== 'duplicate')
          this.#close(order.question.runId, { kind: 'refused', refusal: order.refusal });
        break;
      case 'host.cancelled':
        this.#close(order.question.runId, { kind: 'cancelled', usage: NO_USAGE });
        break;
      case 'host.abandoned':
        this.#close(order.question.runId, abandoned(order.deliveries));
        break;
    }
  }

  #hear(report: TeamReport): void {
    const { runs, log, tell, clock, random } = this.#options;
    switch (report.type) {
      case 'team.queued':
        runs.queued(report.run, report.place);
        break;
      case 'team.started':
        runs.started(report.run);
        break;
      case 'team.progressed':
        runs.progressed(report.run, report.progress);
        break;
      case 'team.settled':
        this.#settle(report);
        break;
      case 'team.unavailable': {
        const { userId, epoch } = report.team;
        log.error('team.unavailable', { userId, epoch, why: report.failure.message });
        const at = clock.now();
        tell({
          type: 'supervisor.crashed',
          userId,
          epoch,
          cause: 'unavailable',
          at,
          chance: random(),
        });
        break;
      }
    }
  }

  #settle({ run, outcome, by }: Extract<TeamReport, { type: 'team.settled' }>): void {
    const { teams, runs, tell, clock } = this.#options;
    // A team that was fenced off may still report: its questions have gone to somebody else.
    if (!teams.isCurrent(run)) return;
    if (runs.isWith(run)) runs.settle(run.runId, outcome, by === 'leader' ? 'saved' : 'unsaved');
    const { userId, epoch, runId } = run;
    const tokens = outcome.kind === 'refused' ? 0 : tokensOf(outcome.usage);
    tell({ type: 'supervisor.settled', userId, epoch, runId, tokens, at: clock.now() });
  }

  #close(runId: Parameters<Runs['settle']>[0], outcome: RunOutcome): void {
    const ending: Ending = 'unsaved';
    this.#options.runs.settle(runId, outcome, ending);
  }

  #wakeAt(at: number): void {
    const { clock, tell } = this.#options;
    this.close();
    this.#wake = clock.setTimeout(
      () => {
        this.#wake = undefined;
        tell({ type: 'supervisor.tick', at: clock.now() });
      },
      Math.max(0, at - clock.now()),
    );
  }
}

const isReport = (message: HostMessage): message is TeamReport => message.type.startsWith('team.');

const abandoned = (deliveries: number): RunOutcome => ({
  kind: 'failed',
  failure: failure(
    'poisonous',
    `Answering this brought the team down ${deliveries} times; it was given up.`,
  ),
  usage: NO_USAGE,
});
