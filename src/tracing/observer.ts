import type {
  ModelPort,
  ModelRequest,
  ModelResult,
  RunPort,
  RunRecord,
  ToolPort,
  ToolRequest,
  ToolResult,
} from '../../machines/ports.ts';
import type { Question, RunRef } from '../../machines/question.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';

/** When something began and ended, in milliseconds since 1970. */
export interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Is told what runs do, after they did it. Nobody waits for it; it must not throw. */
export interface RunObserver {
  began?(run: RunRef, question: Question, span: Span & { readonly isResumed: boolean }): void;
  called?(request: ModelRequest, result: ModelResult, span: Span): void;
  used?(request: ToolRequest, result: ToolResult, span: Span): void;
  /** Once for each run, unless its team was lost. */
  ended?(record: RunRecord): void;
  /** Everything that the team held is released: what has not ended by now never will. */
  released?(team: TeamRef): void;
}

/** The ports that a run works through. */
export interface RunPorts {
  readonly model: ModelPort;
  readonly tools: ToolPort;
  readonly runs: RunPort;
}

/** The same ports, which tell the observers; the very same where nobody observes. */
export function observed(
  ports: RunPorts,
  observers: readonly RunObserver[],
  clock: Clock,
): RunPorts {
  if (observers.length === 0) return ports;
  const { model, tools, runs } = ports;
  const tell = (what: (observer: RunObserver) => void): void => {
    for (const observer of observers) what(observer);
  };
  const timed = async <Result>(work: Promise<Result>): Promise<readonly [Result, Span]> => {
    const startedAt = clock.now();
    const result = await work;
    return [result, { startedAt, endedAt: clock.now() }];
  };
  return {
    model: {
      async call(request, options) {
        const [result, span] = await timed(model.call(request, options));
        tell((observer) => observer.called?.(request, result, span));
        return result;
      },
    },
    tools: {
      policyOf: (use) => tools.policyOf(use),
      async run(request, options) {
        const [result, span] = await timed(tools.run(request, options));
        tell((observer) => observer.used?.(request, result, span));
        return result;
      },
    },
    runs: {
      ...runs,
      async begin(run, question, options) {
        const [start, span] = await timed(runs.begin(run, question, options));
        const isResumed = start.kind === 'begun' && start.steps.length > 0;
        tell((observer) => observer.began?.(run, question, { ...span, isResumed }));
        return start;
      },
      end(record, options) {
        tell((observer) => observer.ended?.(record));
        return runs.end(record, options);
      },
    },
  };
}
