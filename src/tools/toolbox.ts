import type { ToolSpec } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { ToolPort, ToolRequest, ToolResult } from '../../machines/ports.ts';
import { agentsOf, type Roster } from '../../machines/roster.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { traceOf } from '../shared/thrown.ts';
import { clean, cut } from './output.ts';
import type { Tool } from './tool.ts';

export interface ToolboxOptions {
  readonly tools: readonly Tool[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The tools of a house, behind one door: whatever a tool does, `run` settles with a value. */
export interface Toolbox extends ToolPort {
  /**
   * Everything wrong with giving these tools to one agent, one sentence each; empty when nothing is. A name that ends
   * with `__*` stands for all tools of that service; those in `confirm` are run only if the asker allows it.
   */
  problems(names: readonly string[], confirm?: readonly string[]): readonly string[];
  /** The tools as a model is told of them. Throws `TypeError` with all of `problems`. */
  specs(names: readonly string[], confirm?: readonly string[]): readonly ToolSpec[];
  /** The tools that these names stand for. */
  expand(names: readonly string[]): readonly string[];
  /** Nothing that was fetched for this user is in mind any more. */
  forget(userId: UserId): void;
  /** Ends what runs, then frees what the tools hold; later runs are `unavailable`. May be called twice. */
  close(): Promise<void>;
}

/** Puts tools behind one door. Throws `TypeError` for a bad or doubled tool name. */
export function createToolbox(options: ToolboxOptions): Toolbox {
  const byName = indexByName(options.tools);
  const running = new Set<AbortController>();
  let closing: Promise<void> | undefined;

  const expanded = (names: readonly string[]) => expand(names, [...byName.keys()]);
  const problems = (names: readonly string[], confirm: readonly string[] = []) =>
    problemsWith(byName, expanded(names), expanded(confirm));
  return {
    problems,
    expand: expanded,
    specs(names, confirm) {
      const found = problems(names, confirm);
      if (found.length > 0) throw new TypeError(found.join('\n'));
      return expanded(names).flatMap((name) => byName.get(name)?.spec ?? []);
    },
    policyOf: ({ name }) => byName.get(name)?.policy ?? PURE,
    run(request, { signal }) {
      if (closing !== undefined) return refused('unavailable', 'The tools are shutting down.');
      const tool = byName.get(request.call.name);
      if (!tool) return refused('unknown', unknownTool(request.call.name, [...byName.keys()]));
      return runTool({ ...options, tool, request, signal, running });
    },
    forget(userId) {
      for (const tool of options.tools) tool.forget?.(userId);
    },
    close() {
      closing ??= closeAll(options.tools, running);
      return closing;
    },
  };
}

/** The same tools, but each agent of the roster reaches only those that the roster gives it, under the roster's conditions. */
export function confineTools(tools: ToolPort, roster: Roster): ToolPort {
  const agents = new Map(agentsOf(roster).map((agent) => [agent.name, agent]));
  return {
    policyOf(use) {
      const policy = tools.policyOf(use);
      const isWatched = agents.get(use.agent)?.confirm?.includes(use.name) === true;
      return isWatched ? { ...policy, needsConfirmation: true } : policy;
    },
    run(request, options) {
      const names = agents.get(request.agent)?.tools.map(({ name }) => name) ?? [];
      if (names.includes(request.call.name)) return tools.run(request, options);
      return refused('unknown', unknownTool(request.call.name, names));
    },
  };
}

const TOOL_NAME = /^[a-z][a-z0-9_]{0,63}$/;

function indexByName(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    if (!TOOL_NAME.test(tool.name)) {
      throw new TypeError(
        `Tool names are a-z, 0-9 and _, from a letter on: "${tool.name}" is not.`,
      );
    }
    if (byName.has(tool.name)) throw new TypeError(`Two tools are called "${tool.name}".`);
    byName.set(tool.name, tool);
  }
  return byName;
}

const expand = (names: readonly string[], known: readonly string[]): readonly string[] =>
  names.flatMap((name) => {
    if (!name.endsWith('__*')) return [name];
    const meant = known.filter((one) => one.startsWith(name.slice(0, -1)));
    return meant.length === 0 ? [name] : meant;
  });

function problemsWith(
  byName: ReadonlyMap<string, Tool>,
  names: readonly string[],
  confirm: readonly string[],
): string[] {
  const unknown = names
    .filter((name) => !byName.has(name))
    .map((name) => unknownTool(name, [...byName.keys()]));
  const doubled = names
    .filter((name, at) => names.indexOf(name) !== at)
    .map((name) => `The tool "${name}" is listed twice.`);
  const free = confirm
    .filter((name) => !names.includes(name))
    .map((name) => `The tool "${name}" is to be confirmed, but it is not among the tools.`);
  const tools = names.flatMap((name) => byName.get(name) ?? []);
  return [...unknown, ...doubled, ...free, ...leakProblems(tools, confirm)];
}

/** Untrusted text that meets private data and a way out can steal: no agent may hold all three, unless the asker looks at what goes out. */
function leakProblems(tools: readonly Tool[], confirm: readonly string[]): string[] {
  const untrusted = tools.find((tool) => tool.policy.readsUntrusted);
  const secret = tools.find((tool) => tool.policy.readsPrivate);
  const outward = tools.find(
    ({ name, policy }) =>
      policy.sendsOutward && !policy.needsConfirmation && !confirm.includes(name),
  );
  if (!(untrusted && secret && outward)) return [];
  return [
    `One agent may not read untrusted text (${untrusted.name}), read private data (${secret.name}) ` +
      `and send outward (${outward.name}): give these tools to different agents, or have ${outward.name} confirmed.`,
  ];
}

const refused = (kind: 'unavailable' | 'unknown', message: string): Promise<ToolResult> =>
  Promise.resolve({ kind: 'failed', failure: failure(kind, message) });

function unknownTool(name: string, available: readonly string[]): string {
  const list = available.length === 0 ? 'There are none.' : `Available: ${available.join(', ')}.`;
  return `There is no tool "${name.slice(0, 64)}". ${list}`;
}

interface OneRun extends ToolboxOptions {
  readonly tool: Tool;
  readonly request: ToolRequest;
  readonly signal: AbortSignal;
  readonly running: Set<AbortController>;
}

async function runTool(work: OneRun): Promise<ToolResult> {
  const { tool, request } = work;
  const invalid = (why: string): ToolResult => ({
    kind: 'failed',
    failure: failure('invalid_input', `${tool.name} was not run. ${why}`),
  });
  if (request.call.invalid !== undefined) {
    return invalid(`Its arguments must be one JSON object: ${request.call.invalid}`);
  }
  const prepared = tool.prepare(request.call.input);
  if (prepared.kind === 'misfit') return invalid(`Its input does not fit: ${prepared.why}`);
  const result = await withinDeadline(work, (signal) =>
    prepared.run({ run: request.run, purse: request.purse, signal, clock: work.clock }),
  );
  if (result.kind === 'failed') return result;
  return { ...result, content: cut(clean(result.content), tool.maxOutputChars) };
}

/** Settles when the tool does, its deadline passes or somebody aborts, whichever comes first. */
function withinDeadline(
  work: OneRun,
  start: (signal: AbortSignal) => Promise<ToolResult>,
): Promise<ToolResult> {
  const { tool, clock, log, signal, running } = work;
  const controller = new AbortController();
  return new Promise((resolve) => {
    const stop = (why: Failure) => {
      settle({ kind: 'failed', failure: why });
      controller.abort();
    };
    const onAbort = () => stop(failure('aborted', `${tool.name} was stopped.`));
    const timer = clock.setTimeout(
      () => stop(failure('timeout', `${tool.name} took longer than ${tool.deadlineMs} ms.`)),
      tool.deadlineMs,
    );
    const settle = (result: ToolResult) => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      controller.signal.removeEventListener('abort', onAbort);
      running.delete(controller);
      resolve(result);
    };
    running.add(controller);
    signal.addEventListener('abort', onAbort);
    controller.signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    start(controller.signal).then(settle, (error: unknown) => {
      if (!controller.signal.aborted) return settle(contained(work, error));
      // It has been answered for already; what it threw on the way out is for whoever debugs it.
      log.debug('tool.threw_when_stopped', { tool: tool.name, error: traceOf(error) });
    });
  });
}

/** A throw is a bug of the tool: the operator gets the error, the model a sentence. */
function contained({ tool, log, request }: OneRun, error: unknown): ToolResult {
  log.error('tool.threw', {
    tool: tool.name,
    runId: request.run.runId,
    stepKey: request.stepKey,
    error: traceOf(error),
  });
  const message = `${tool.name} broke. It is a fault of the tool, not of the input; go on without it.`;
  return { kind: 'failed', failure: failure('tool_bug', message) };
}

async function closeAll(tools: readonly Tool[], running: Set<AbortController>): Promise<void> {
  for (const controller of [...running]) controller.abort();
  const closed = await Promise.allSettled(tools.map((tool) => tool.close?.()));
  const errors = closed.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'Some tools could not be closed.');
}
