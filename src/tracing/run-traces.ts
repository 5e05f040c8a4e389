import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Failure } from '../../machines/failure.ts';
import type { RunRecord } from '../../machines/ports.ts';
import type { Question, RunRef } from '../../machines/question.ts';
import { type Vocabulary, vocabulary } from './attributes.ts';
import type { Span as Period, RunObserver } from './observer.ts';

export interface RunTracesOptions {
  readonly tracer: Tracer;
  /** True: texts of people, models and tools are part of the traces. */
  readonly content: boolean;
  readonly now: () => number;
}

/**
 * One trace for each run: what the leader does below the run, what a member does below its delegation. Where something
 * belongs is read from its step key, never from the flow of control: that is lost between actors.
 */
export function runTraces({ tracer, content, now }: RunTracesOptions): RunObserver {
  const traces = new Map<string, RunTrace>();
  const words = vocabulary({ content });
  return {
    began(run, question, { startedAt, isResumed }) {
      // A run that is begun anew, in the same life, has been lost by its team.
      traces.get(keyOf(run))?.abandon(now());
      traces.set(keyOf(run), new RunTrace({ tracer, words, run, question, startedAt, isResumed }));
    },
    called(request, result, period) {
      const parts = {
        name: `chat ${result.kind === 'replied' ? result.reply.model : request.agent}`,
      };
      traces.get(keyOf(request.run))?.add(request.stepKey, {
        ...parts,
        attributes: words.call(request, result),
        failure: result.kind === 'failed' ? result.failure : undefined,
        period,
      });
    },
    used(request, result, period) {
      traces.get(keyOf(request.run))?.add(request.stepKey, {
        name: `execute_tool ${request.call.name}`,
        attributes: words.use(request, result),
        failure: result.kind === 'failed' ? result.failure : undefined,
        period,
      });
    },
    ended(record) {
      traces.get(keyOf(record.run))?.end(record);
      traces.delete(keyOf(record.run));
    },
    released({ userId, epoch }) {
      for (const [key, lost] of traces) {
        if (lost.run.userId !== userId || lost.run.epoch !== epoch) continue;
        lost.abandon(now());
        traces.delete(key);
      }
    },
  };
}

const keyOf = ({ runId, epoch }: RunRef): string => `${runId} ${epoch}`;

interface Deed {
  readonly name: string;
  readonly attributes: ReturnType<Vocabulary['call']>;
  readonly failure: Failure | undefined;
  readonly period: Period;
}

interface TraceOptions {
  readonly tracer: Tracer;
  readonly words: Vocabulary;
  readonly run: RunRef;
  readonly question: Question;
  readonly startedAt: number;
  readonly isResumed: boolean;
}

/** Agents are named from a letter on; what else stands in a step key are numbers. */
const AGENT = /^[a-z]/;

interface BranchOptions {
  readonly key: string;
  readonly member: string;
  readonly within: Branch | undefined;
  readonly startedAt: number;
}

interface Branch {
  readonly span: Span;
  readonly context: Context;
  /** That of the nested team. */
  readonly within: Branch | undefined;
  lastAt: number;
  failure: Failure | undefined;
}

class RunTrace {
  readonly run: RunRef;
  readonly #options: TraceOptions;
  readonly #span: Span;
  readonly #context: Context;
  /** Delegations under way and done, by number. */
  readonly #branches = new Map<string, Branch>();

  constructor(options: TraceOptions) {
    const { tracer, run, startedAt, isResumed } = options;
    this.run = run;
    this.#options = options;
    this.#span = tracer.startSpan('invoke_agent leader', { startTime: startedAt }, ROOT_CONTEXT);
    this.#span.setAttribute('troupe.resumed', isResumed);
    this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
  }

  add(stepKey: string, { name, attributes, failure, period }: Deed): void {
    const branch = this.#branchOf(stepKey, period.startedAt);
    const context = branch?.context ?? this.#context;
    const options = { startTime: period.startedAt, attributes };
    const span = this.#options.tracer.startSpan(name, options, context);
    finish(span, failure, period.endedAt);
    if (branch === undefined) return;
    branch.failure = failure;
    for (let part: Branch | undefined = branch; part !== undefined; part = part.within)
      part.lastAt = Math.max(part.lastAt, period.endedAt);
  }

  end({ question, outcome, endedAt }: RunRecord): void {
    this.#endBranches();
    this.#span.setAttributes(this.#options.words.run(question, outcome));
    finish(this.#span, outcome.kind === 'failed' ? outcome.failure : undefined, endedAt);
  }

  /** Its team was lost, and with it the end of the run. */
  abandon(at: number): void {
    this.#endBranches();
    this.#span.setAttributes(this.#options.words.run(this.#options.question, undefined));
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: 'The team was lost.' });
    this.#span.end(at);
  }

  #endBranches(): void {
    for (const { span, failure, lastAt } of this.#branches.values()) finish(span, failure, lastAt);
    this.#branches.clear();
  }

  /**
   * `leader/…` belongs to the run itself; `<delegation>/<member>/…` to a delegation, which begins with its first deed;
   * `<delegation>/<team>/<delegation>/<member>/…` to one that a nested team has made.
   */
  #branchOf(stepKey: string, startedAt: number): Branch | undefined {
    const [number = '', member = '', inner = '', innerMember = ''] = stepKey.split('/');
    if (number === 'leader') return undefined;
    const branch = this.#branch({ key: number, member, within: undefined, startedAt });
    if (!AGENT.test(innerMember)) return branch;
    return this.#branch({
      key: `${number}/${inner}`,
      member: innerMember,
      within: branch,
      startedAt,
    });
  }

  #branch({ key, member, within, startedAt }: BranchOptions): Branch {
    const known = this.#branches.get(key);
    if (known !== undefined) return known;
    const { tracer, words } = this.#options;
    const options = { startTime: startedAt, attributes: words.delegation(member) };
    const around = within?.context ?? this.#context;
    const span = tracer.startSpan(`invoke_agent ${member}`, options, around);
    const context = trace.setSpan(around, span);
    const branch = { span, context, within, lastAt: startedAt, failure: undefined };
    this.#branches.set(key, branch);
    return branch;
  }
}

function finish(span: Span, failure: Failure | undefined, at: number): void {
  if (failure !== undefined)
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  span.end(at);
}
