import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { ModelRequest, ToolRequest } from '../../machines/ports.ts';
import { silentLog } from '../../src/shared/log.ts';
import { createMetrics } from '../../src/tracing/metrics.ts';
import { createSeries } from '../../src/tracing/series.ts';
import { anAnswer, aQuestion, aRecord, aRun } from '../support/store-builders.ts';

const span = { startedAt: 1_000, endedAt: 1_700 };
const run = aRun(aQuestion());
// Of a request only this much is looked at.
const request = { run, stepKey: 'leader/1' } as ModelRequest;
const use = (name: string): ToolRequest => ({
  run,
  stepKey: 'leader/1/0',
  agent: 'leader',
  call: { id: 'c', name, input: {} },
});

const house = {
  idle: 2,
  busy: 1,
  closing: 0,
  maxTeams: 5,
  waitingUsers: 3,
  waitingQuestions: 4,
  runs: 1,
  code: { where: 'bubblewrap (alive)', why: '' },
};

/** The lines that begin with this name. */
const linesOf = (text: string, name: string) =>
  text.split('\n').filter((line) => line.startsWith(name));

describe('The numbers of a house', () => {
  it('count runs, failures, tokens, cost and tools', () => {
    const { observer, text } = createMetrics(() => house);
    const usage = { ...NO_USAGE, promptTokens: 100, completionTokens: 20, costMicroUsd: 7 };
    const reply = { text: '', toolCalls: [], model: 'm', usage, finish: 'stop' } as const;
    observer.called?.(request, { kind: 'replied', reply }, span);
    observer.called?.(request, { kind: 'failed', failure: failure('timeout', '') }, span);
    observer.used?.(use('calculator'), { kind: 'returned', content: '' }, span);
    observer.used?.(use('made_up'), { kind: 'failed', failure: failure('unknown', '') }, span);
    const question = aQuestion();
    observer.ended?.(aRecord(question, anAnswer('42')));
    const lost = { kind: 'failed', failure: failure('model_gone', ''), usage: NO_USAGE } as const;
    observer.ended?.(aRecord(question, lost));

    const all = text();
    expect(all).toContain('troupe_runs_total{outcome="answered"} 1\n');
    expect(all).toContain('troupe_run_failures_total{kind="model_gone"} 1\n');
    expect(all).toContain('troupe_model_failures_total{kind="timeout"} 1\n');
    expect(all).toContain('troupe_tokens_total{model="m",kind="prompt"} 100\n');
    expect(all).toContain('troupe_cost_usd_total{model="m"} 0.000007\n');
    expect(all).toContain('troupe_model_call_seconds_bucket{result="replied",le="0.5"} 0\n');
    expect(all).toContain('troupe_model_call_seconds_bucket{result="replied",le="1"} 1\n');
    expect(all).toContain('troupe_model_call_seconds_sum{result="replied"} 0.7\n');
    expect(linesOf(all, 'troupe_tool_uses_total')).toEqual([
      'troupe_tool_uses_total{tool="calculator",result="returned"} 1',
      'troupe_tool_uses_total{tool="unknown",result="unknown"} 1',
    ]);
  });

  it('say who is alive, who waits, and why teams left', () => {
    const { teamStarted, teamEnded, text } = createMetrics(() => house);
    teamStarted();
    teamEnded('passivated');
    const all = text();
    expect(all).toContain('troupe_teams{state="busy"} 1\n');
    expect(all).toContain('troupe_waiting_questions 4\n');
    expect(all).toContain('troupe_code_info{where="bubblewrap (alive)",why=""} 1\n');
    expect(all).toContain('troupe_teams_started_total 1\n');
    expect(all).toContain('troupe_teams_ended_total{reason="passivated"} 1\n');
  });

  it('count what is logged by event, and leave out what was logged', () => {
    const { counting, text } = createMetrics(() => house);
    counting(silentLog).error('team.crashed', { userId: 'ada' });
    expect(linesOf(text(), 'troupe_log_lines')).toEqual([
      'troupe_log_lines_total{level="error",event="team.crashed"} 1',
    ]);
  });

  it('are written so that a label can hold any text', () => {
    const series = createSeries();
    series.counter('x_total', 'X.').add({ model: 'a"b\\c\nd' });
    expect(series.text()).toBe(
      '# HELP x_total X.\n# TYPE x_total counter\nx_total{model="a\\"b\\\\c\\nd"} 1\n',
    );
  });
});
