import type { ModelRequest } from '../../machines/ports.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { say } from '../../src/testing/scripts.ts';

interface Given {
  /** What the model is told is known, by its short id. */
  readonly known: readonly { readonly id: string; readonly text: string }[];
  readonly messages: readonly { readonly text: string }[];
}

/** The memory's model: proposes what `propose` says of what it was given. */
export const proposing =
  (propose: (given: Given) => readonly Readonly<Record<string, unknown>>[]) =>
  (request: ModelRequest): ScriptedStep => {
    const { tools } = request;
    if (tools.length === 0) return say('In short: much was said.');
    const operations = propose(givenIn(request));
    return { kind: 'use', calls: [{ name: tools[0]?.name ?? '', input: { operations } }] };
  };

/** A statement that says no more than its quote. */
export const adding = (
  text: string,
  quote: string,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  op: 'add',
  kind: 'fact',
  text,
  evidence_quote: quote,
  ...more,
});

function givenIn({ messages }: ModelRequest): Given {
  const parsed = parseJson(messages.at(-1)?.content ?? '');
  const value = parsed.ok && isRecord(parsed.value) ? parsed.value : {};
  const listOf = (name: string) => {
    const list = value[name];
    return Array.isArray(list) ? list.filter(isRecord) : [];
  };
  return {
    known: listOf('known').map(({ id, text }) => ({ id: String(id), text: String(text) })),
    messages: listOf('messages').map(({ text }) => ({ text: String(text) })),
  };
}
