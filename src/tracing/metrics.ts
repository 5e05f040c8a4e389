import type { ModelResult, ToolRequest, ToolResult } from '../../machines/ports.ts';
import type { Log, LogFields } from '../shared/log.ts';
import type { RunObserver, Span } from './observer.ts';
import { createSeries } from './series.ts';

/** What is read of the house when somebody asks for the numbers. */
export interface HouseGauges {
  readonly idle: number;
  readonly busy: number;
  readonly closing: number;
  readonly maxTeams: number;
  readonly waitingUsers: number;
  readonly waitingQuestions: number;
  readonly runs: number;
  /** Where code is run, and why in no stronger sandbox; nothing while that is not known. */
  readonly code: { readonly where: string; readonly why: string } | undefined;
}

/** The numbers of a house, for Prometheus. Users, channels and texts are in none of them. */
export interface Metrics {
  readonly observer: RunObserver;
  teamStarted(): void;
  teamEnded(reason: string): void;
  /** The same log; its lines are counted by event. */
  counting(log: Log): Log;
  text(): string;
}

export function createMetrics(read: () => HouseGauges): Metrics {
  const series = createSeries();
  const runs = series.counter('troupe_runs_total', 'Runs that ended, by outcome.');
  const runSeconds = series.histogram('troupe_run_seconds', 'How long runs took.');
  const failures = series.counter('troupe_run_failures_total', 'Runs that failed, by kind.');
  const started = series.counter('troupe_teams_started_total', 'Teams that came to life.');
  const ended = series.counter('troupe_teams_ended_total', 'Teams that left, by reason.');
  const lines = series.counter('troupe_log_lines_total', 'What was logged, by event.');
  const called = modelSeries(series);
  const used = toolSeries(series);
  houseGauges(series, read);

  const count =
    (level: keyof Log, log: Log) =>
    (event: string, fields?: LogFields): void => {
      lines.add({ level, event });
      log[level](event, fields);
    };
  return {
    observer: {
      called: (_request, result, span) => called(result, span),
      used,
      ended({ outcome, startedAt, endedAt }) {
        runs.add({ outcome: outcome.kind });
        runSeconds.observe({}, (endedAt - startedAt) / 1000);
        if (outcome.kind === 'failed') failures.add({ kind: outcome.failure.kind });
      },
    },
    teamStarted: () => started.add({}),
    teamEnded: (reason) => ended.add({ reason }),
    counting: (log) => ({
      debug: count('debug', log),
      info: count('info', log),
      warn: count('warn', log),
      error: count('error', log),
    }),
    text: series.text,
  };
}

const secondsOf = ({ startedAt, endedAt }: Span): number => (endedAt - startedAt) / 1000;

function modelSeries(series: ReturnType<typeof createSeries>) {
  const calls = series.counter('troupe_model_calls_total', 'Model calls that were answered.');
  const seconds = series.histogram('troupe_model_call_seconds', 'How long model calls took.');
  const tokens = series.counter('troupe_tokens_total', 'Tokens, as providers count them.');
  const cost = series.counter('troupe_cost_usd_total', 'What models cost, in US dollars.');
  const failed = series.counter('troupe_model_failures_total', 'Model calls that failed, by kind.');
  return (result: ModelResult, span: Span): void => {
    seconds.observe({ result: result.kind }, secondsOf(span));
    if (result.kind === 'failed') {
      failed.add({ kind: result.failure.kind });
      return;
    }
    const { model, usage } = result.reply;
    calls.add({ model });
    tokens.add({ model, kind: 'prompt' }, usage.promptTokens);
    tokens.add({ model, kind: 'completion' }, usage.completionTokens);
    tokens.add({ model, kind: 'cached' }, usage.cachedTokens);
    cost.add({ model }, usage.costMicroUsd / 1_000_000);
  };
}

function toolSeries(series: ReturnType<typeof createSeries>) {
  const uses = series.counter('troupe_tool_uses_total', 'Uses of tools, by result.');
  const seconds = series.histogram('troupe_tool_seconds', 'How long tools took.');
  return ({ call }: ToolRequest, result: ToolResult, span: Span): void => {
    const kind = result.kind === 'returned' ? 'returned' : result.failure.kind;
    // A model may make up names without end.
    const tool = kind === 'unknown' ? 'unknown' : call.name;
    uses.add({ tool, result: kind });
    seconds.observe({ tool }, secondsOf(span));
  };
}

function houseGauges(series: ReturnType<typeof createSeries>, read: () => HouseGauges): void {
  series.gauge('troupe_teams', 'Teams alive, by what they do.', () => {
    const { idle, busy, closing } = read();
    return [
      [{ state: 'idle' }, idle],
      [{ state: 'busy' }, busy],
      [{ state: 'closing' }, closing],
    ];
  });
  series.gauge('troupe_code_info', 'Where code is run, and why in no stronger sandbox.', () => {
    const { code } = read();
    return code === undefined ? [] : [[{ where: code.where, why: code.why }, 1]];
  });
  const single = (name: string, help: string, of: (house: HouseGauges) => number) =>
    series.gauge(name, help, () => [[{}, of(read())]]);
  single('troupe_teams_max', 'Places for teams.', (house) => house.maxTeams);
  single('troupe_runs_underway', 'Runs under way.', (house) => house.runs);
  single('troupe_waiting_users', 'Users who wait for a place.', (house) => house.waitingUsers);
  single(
    'troupe_waiting_questions',
    'Questions that wait for a place.',
    (house) => house.waitingQuestions,
  );
}
