import { isRecord, parseJson } from '../shared/parse.ts';
import { type RawToolCall, readToolCall } from './raw-reply.ts';

const TAGGED = /<function[=(]\s*["']?([\w.:-]+)["']?[\s)>]*\(?/g;
const WRAPPED = /<tool_call>|<\|python_tag\|>/;

/**
 * Finds the tool calls in what a model wrote when its server found none (`failed_generation`): JSON of several
 * shapes, `<function=name>{…}`, or the name of a known tool with an object behind it. Empty when there are none;
 * arguments that are not JSON come as they are.
 */
export function readFailedGeneration(
  text: string,
  knownTools: ReadonlySet<string>,
): readonly RawToolCall[] {
  const trimmed = text.replace(WRAPPED, '').trim();
  const json = parseJson(firstObject(trimmed, '[') ?? trimmed);
  if (json.ok) {
    const calls = callsIn(json.value);
    if (calls.length > 0) return calls;
  }
  const tagged = [...trimmed.matchAll(TAGGED)].map((match) => {
    const from = match.index + match[0].length;
    return asCall(match[1] ?? '', firstObject(trimmed.slice(from), '{') ?? '');
  });
  return tagged.length > 0 ? tagged : looseCall(trimmed, knownTools);
}

/** `{name, arguments}` (or `parameters`), one of OpenAI's `tool_calls`, or a list of these. */
function callsIn(value: unknown): readonly RawToolCall[] {
  if (Array.isArray(value)) return value.flatMap(callsIn);
  if (!isRecord(value)) return [];
  if (Array.isArray(value['tool_calls'])) return value['tool_calls'].flatMap(callsIn);
  if (isRecord(value['function'])) return [readToolCall(value)];
  const fn = { name: value['name'], arguments: value['arguments'] ?? value['parameters'] };
  return typeof value['name'] === 'string' ? [readToolCall({ id: value['id'], function: fn })] : [];
}

/** `web_search{"q": 1}`, `web_search({"q": 1})`, or broken JSON that still names a tool. */
function looseCall(text: string, knownTools: ReadonlySet<string>): readonly RawToolCall[] {
  const bare = /^([\w.:-]+)\s*\(?\s*(?=\{)/.exec(text);
  const name = bare?.[1] ?? '';
  if (bare !== null && knownTools.has(name)) {
    return [asCall(name, firstObject(text.slice(bare[0].length), '{') ?? '')];
  }
  const broken = /^\{\s*"name"\s*:\s*"([^"]+)"\s*,\s*"(?:arguments|parameters)"\s*:\s*/.exec(text);
  return broken?.[1] === undefined ? [] : [asCall(broken[1], text.slice(broken[0].length))];
}

const asCall = (name: string, args: string): RawToolCall => ({ id: '', name, arguments: args });

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/** The balanced `{…}` (or also `[…]`) that a text begins with. */
function firstObject(text: string, orOpen: '{' | '['): string | undefined {
  if (text[0] !== '{' && text[0] !== orOpen) return undefined;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth === 0) return text.slice(0, index + token.length);
  }
  return undefined;
}
