import type { ChatMessage, Source, ToolCall } from '../../machines/conversation.ts';
import type { Failure } from '../../machines/failure.ts';
import { DELEGATE_TO_ALL, DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import type { MemberOutcome } from '../../machines/member/member.protocol.ts';
import type { ModelReply, ToolResult } from '../../machines/ports.ts';
import type { DelegationRecord, Question, RunOutcome } from '../../machines/question.ts';
import { agentsOf, type MemberSpec, type Roster } from '../../machines/roster.ts';
import { isRecord } from '../shared/parse.ts';
import { bareAgent, bareContext } from './bare.ts';
import type { RecordedEvent, RecordedStep, Recording } from './recording.ts';

/**
 * The recording without what people, models and tools wrote, prompts included. It still replays to the same states:
 * equal texts have equal placeholders, blank ones stay blank, and names of the roster's members and tools stay. Nothing
 * passes that is not named here.
 */
export function withoutTexts(recording: Recording): Recording {
  if (recording.texts === 'left_out') return recording;
  const veil = new Veil(recording.roster);
  const { question, roster, outcome, steps } = recording;
  return {
    format: recording.format,
    version: recording.version,
    machinesVersion: recording.machinesVersion,
    texts: 'left_out',
    run: recording.run,
    leader: recording.leader,
    question: veil.question(question),
    roster: veil.roster(roster),
    end: recording.end,
    ...(outcome === undefined ? {} : { outcome: veil.outcome(outcome) }),
    steps: steps.map((step) => veil.step(step)),
    stepsLeftOut: recording.stepsLeftOut,
  };
}

/** Tools that the machines themselves read. */
const DELEGATING: readonly string[] = [DELEGATE_TO_ONE, DELEGATE_TO_ALL];

type Answer = Extract<RunOutcome, { kind: 'answered' }>;

class Veil {
  readonly #placeholders = new Map<string, string>();
  readonly #names: ReadonlySet<string>;

  constructor(roster: Roster) {
    const agents = agentsOf(roster);
    const tools = agents.flatMap((agent) => agent.tools.map(({ name }) => name));
    this.#names = new Set([...tools, ...agents.map(({ name }) => name), ...DELEGATING]);
  }

  question({ runId, userId, channelId, text, at, context = [] }: Question): Question {
    const spent = bareContext(context);
    const paid = spent.length === 0 ? {} : { context: spent };
    return { runId, userId, channelId, text: this.#text(text), at, ...paid };
  }

  roster({ name, mode, leader, members, limits }: Roster): Roster {
    return {
      name: this.#text(name),
      mode,
      leader: bareAgent(leader),
      members: members.map((member) => this.#member(member)),
      limits,
    };
  }

  #member(member: MemberSpec): MemberSpec {
    const agent = bareAgent(member);
    if (member.team === undefined) return agent;
    const { mode, members, limits } = member.team;
    return { ...agent, team: { mode, members: members.map(bareAgent), limits } };
  }

  step(step: RecordedStep): RecordedStep {
    switch (step.kind) {
      case 'began':
        return step;
      case 'heard':
        return { ...step, event: this.#event(step.event) };
      case 'threw':
        return { ...step, event: this.#event(step.event), error: this.#text(step.error) };
    }
  }

  outcome(outcome: RunOutcome): RunOutcome {
    switch (outcome.kind) {
      case 'answered':
        return this.#answer(outcome);
      case 'failed': {
        const { kind, failure, usage } = outcome;
        return { kind, failure: this.#failure(failure), usage };
      }
      case 'cancelled':
      case 'refused':
        return outcome;
    }
  }

  #answer(answer: Answer): Answer {
    const { kind, text, model, usage, delegations, sources, notes } = answer;
    return {
      kind,
      text: this.#text(text),
      model: this.#model(model),
      usage,
      ...this.#delegations(delegations),
      sources: sources.map((source) => this.#source(source)),
      notes,
    };
  }

  #delegations(made: readonly DelegationRecord[]) {
    return { delegations: made.map((one) => ({ ...one, task: this.#text(one.task) })) };
  }

  /** What machines hear: their commands, reports of members, and what ports and timers come to. */
  #event(event: RecordedEvent): RecordedEvent {
    const { type, slot, outcome, output } = event;
    return {
      type,
      ...(typeof slot === 'string' ? { slot } : {}),
      ...('actorId' in event ? { actorId: event['actorId'] } : {}),
      // The machines know their events; a recording keeps them as they came.
      ...(isRecord(outcome) ? { outcome: this.#report(outcome as MemberOutcome) } : {}),
      ...(output === undefined ? {} : { output: this.#output(output) }),
    };
  }

  #report(outcome: MemberOutcome): unknown {
    const made = outcome.delegations === undefined ? {} : this.#delegations(outcome.delegations);
    if (outcome.kind === 'failed')
      return { ...outcome, failure: this.#failure(outcome.failure), ...made };
    const { kind, text, model, usage, sources, cut } = outcome;
    return {
      ...made,
      kind,
      text: this.#text(text),
      model: this.#model(model),
      usage,
      sources: sources.map((source) => this.#source(source)),
      cut,
    };
  }

  /** What a port came to. */
  #output(output: unknown): unknown {
    if (Array.isArray(output)) return output.map((result: ToolResult) => this.#toolResult(result));
    if (!isRecord(output)) return undefined;
    if ('start' in output) return { at: output['at'], start: this.#start(output['start']) };
    const { kind, usage } = output;
    // Outputs are recorded as `unknown`; what is named so came from a port, in the shape that the port promises.
    if ('reply' in output) return { kind, reply: this.#reply(output['reply'] as ModelReply) };
    if (!('failure' in output)) return { kind };
    // Likewise: the only failures are those of ports.ts.
    const failure = this.#failure(output['failure'] as Failure);
    return { kind, failure, ...(usage === undefined ? {} : { usage }) };
  }

  #start(start: unknown): unknown {
    if (!isRecord(start)) return undefined;
    if ('failure' in start) {
      // Likewise: what `begin` failed with.
      return { kind: start['kind'], failure: this.#failure(start['failure'] as Failure) };
    }
    // A start that did not fail has a history. The steps of an earlier incarnation are for the ports: no machine looks at them.
    const history = start['history'] as readonly ChatMessage[];
    const shown = history.map(({ role, content }) => ({ role, content: this.#text(content) }));
    return { kind: start['kind'], history: shown, steps: [] };
  }

  #reply({ text, toolCalls, reasoning, model, usage, finish }: ModelReply): ModelReply {
    return {
      text: this.#text(text),
      toolCalls: toolCalls.map((call) => this.#call(call)),
      ...(reasoning === undefined ? {} : { reasoning: this.#text(reasoning) }),
      model: this.#model(model),
      usage,
      finish,
    };
  }

  #call({ id, name, input, invalid }: ToolCall): ToolCall {
    return {
      id: this.#text(id),
      name: this.#name(name),
      input: DELEGATING.includes(name) ? this.#delegation(input) : this.#input(input),
      ...(invalid === undefined ? {} : { invalid: this.#text(invalid) }),
    };
  }

  #delegation({ member_id, task }: ToolCall['input']): ToolCall['input'] {
    return {
      ...(typeof member_id === 'string' ? { member_id: this.#name(member_id) } : {}),
      ...(typeof task === 'string' ? { task: this.#text(task.trim()) } : {}),
    };
  }

  #input(input: ToolCall['input']): ToolCall['input'] {
    return Object.keys(input).length === 0 ? {} : { input: this.#text(JSON.stringify(input)) };
  }

  #toolResult(result: ToolResult): ToolResult {
    const { usage } = result;
    const spent = usage === undefined ? {} : { usage };
    if (result.kind === 'failed') {
      return { kind: 'failed', failure: this.#failure(result.failure), ...spent };
    }
    const { content, sources } = result;
    const fetched = sources?.map((source) => this.#source(source));
    return {
      kind: 'returned',
      content: this.#text(content),
      ...(fetched === undefined ? {} : { sources: fetched }),
      ...spent,
    };
  }

  #failure({ kind, message, transient, retryAfterMs }: Failure): Failure {
    return {
      kind,
      message: this.#text(message),
      transient,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  #source({ title, url }: Source): Source {
    return { title: this.#text(title), url: this.#text(url) };
  }

  /** Names that the roster gives stay; one that a model made up is a text. */
  #name(name: string): string {
    return this.#names.has(name) ? name : this.#text(name);
  }

  #model(model: string): string {
    return /^[\w.:/@-]{0,100}$/.test(model) ? model : this.#text(model);
  }

  #text(text: string): string {
    if (text.trim() === '') return text;
    const known = this.#placeholders.get(text);
    if (known !== undefined) return known;
    const placeholder = `[text ${this.#placeholders.size + 1}, ${text.length} characters]`;
    this.#placeholders.set(text, placeholder);
    return placeholder;
  }
}
