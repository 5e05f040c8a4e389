import type { AnyActorRef, Snapshot } from 'xstate';
import type { StepEnded, StepStarted } from '../shared/inspected-event.ts';
import { isRecord } from '../shared/parse.ts';
import { inputOf, machineOf, runIdIn } from './actors.ts';
import { charsIn } from './chars.ts';

type Facts = Pick<StepStarted, 'kind' | 'run' | 'agent' | 'tools' | 'chars'>;

/** What a model call or a batch of tools is about; `undefined` for any other actor. */
export function stepIn(actor: AnyActorRef, knownTools: ReadonlySet<string>): Facts | undefined {
  const kind = KINDS[machineOf(actor)];
  if (kind === undefined) return undefined;
  const input = inputOf(actor.getSnapshot());
  const requests: readonly unknown[] = Array.isArray(input) ? input : [input];
  const [first] = requests;
  const run = runIdIn(first);
  if (run === undefined || !isRecord(first)) return undefined;
  return {
    kind,
    run,
    agent: String(first['agent']),
    tools: kind === 'model' ? [] : requests.map((request) => toolIn(request, knownTools)),
    chars: charsIn(requests.map(askedIn)),
  };
}

const KINDS: Readonly<Record<string, StepStarted['kind']>> = {
  callModel: 'model',
  runTools: 'tools',
};

const askedIn = (request: unknown): unknown =>
  isRecord(request) ? (request['messages'] ?? request['call']) : undefined;

/** A model may name a tool that there is not, and then it is a text of its own. */
function toolIn(request: unknown, known: ReadonlySet<string>): string {
  const call = isRecord(request) ? request['call'] : undefined;
  const name = isRecord(call) ? call['name'] : undefined;
  return typeof name === 'string' && known.has(name) ? name : 'unknown';
}

type Result = Pick<
  StepEnded,
  'result' | 'model' | 'promptTokens' | 'completionTokens' | 'costMicroUsd'
>;

/** How a step ended. */
export function resultIn(snapshot: Snapshot<unknown>): Result {
  if (snapshot.status === 'error') return { result: 'error', ...NOTHING_SPENT };
  if (snapshot.status !== 'done') return { result: 'stopped', ...NOTHING_SPENT };
  const output: unknown = snapshot.output;
  const results: readonly unknown[] = Array.isArray(output) ? output : [output];
  const failed = results.find((result) => isRecord(result) && result['kind'] === 'failed');
  const result = failed === undefined ? 'ok' : kindOfFailure(failed);
  return { result, ...(isRecord(output) ? spentIn(output) : NOTHING_SPENT) };
}

const NOTHING_SPENT = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

function kindOfFailure(result: unknown): string {
  const failure = isRecord(result) ? result['failure'] : undefined;
  return isRecord(failure) ? String(failure['kind']) : 'failed';
}

function spentIn(result: Readonly<Record<string, unknown>>): Omit<Result, 'result'> {
  const reply = isRecord(result['reply']) ? result['reply'] : result;
  const usage = isRecord(reply['usage']) ? reply['usage'] : {};
  const { model } = reply;
  return {
    ...(typeof model === 'string' && MODEL_ID.test(model) ? { model } : {}),
    promptTokens: countIn(usage['promptTokens']),
    completionTokens: countIn(usage['completionTokens']),
    costMicroUsd: countIn(usage['costMicroUsd']),
  };
}

/** The name of a model is what a provider says it is. */
const MODEL_ID = /^[\w.:/@-]{1,100}$/;

const countIn = (value: unknown): number => (typeof value === 'number' ? value : 0);
