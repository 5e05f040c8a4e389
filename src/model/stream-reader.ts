import { isRecord, parseJson } from '../shared/parse.ts';
import { ChunkFrame } from './chunk-frame.ts';
import type { ReasoningField } from './dialect.ts';
import {
  type RawReply,
  type RawToolCall,
  type RawUsage,
  readToolCall,
  reasoningOf,
  stringOf,
  textOf,
  usageIn,
} from './raw-reply.ts';
import { createSseDecoder } from './sse.ts';

/** How a stream ended, or why it was left. */
export type StreamEnd =
  | { readonly kind: 'read'; readonly raw: RawReply; readonly done: boolean }
  /** The server told of an error in the stream. */
  | { readonly kind: 'error'; readonly body: unknown }
  /** A piece that is not JSON, with bytes after it or as the last thing before the end. */
  | { readonly kind: 'malformed'; readonly atEnd: boolean };

export interface StreamReader {
  /** False: there is nothing more to read. */
  push(bytes: Uint8Array): boolean;
  end(): StreamEnd;
  /** How much of a reply has come so far, in characters. */
  received(): number;
}

/** Told once for all that came in one piece of bytes. */
export interface StreamListener {
  /** Something of the reply came: text, reasoning, a tool call or its end. */
  readonly onProgress: () => void;
  readonly onText?: ((text: string) => void) | undefined;
}

/** Puts a streamed chat completion together. Any cutting of the bytes gives the same result. */
export function createStreamReader(listener: StreamListener): StreamReader {
  const collected = new Collected();
  let verdict: StreamEnd | undefined;
  let done = false;
  let ending = false;

  /** That of the last chunk, if this was one of text. */
  let frame: ChunkFrame | undefined;

  const onData = (data: string): void => {
    if (done || verdict !== undefined) return;
    const text = frame?.textIn(data);
    if (text === undefined) onChunk(data);
    else tookText(collected.addText(text));
  };
  const onChunk = (data: string): void => {
    if (data.startsWith('[DONE]')) {
      done = true;
      return;
    }
    const parsed = parseJson(data);
    if (!parsed.ok || !isRecord(parsed.value)) {
      verdict = { kind: 'malformed', atEnd: ending };
      return;
    }
    const error = errorIn(parsed.value);
    if (error !== undefined) {
      verdict = { kind: 'error', body: error };
      return;
    }
    const text = collected.add(parsed.value);
    frame = collected.onlyText ? ChunkFrame.of(data, text ?? '') : undefined;
    if (text !== undefined) tookText(text);
  };

  let hasProgressed = false;
  let fresh = '';
  const tookText = (text: string): void => {
    hasProgressed = true;
    fresh += text;
  };
  /** What came together is told together: whoever listens has work with each piece. */
  const tell = (): void => {
    const text = fresh;
    if (hasProgressed) listener.onProgress();
    hasProgressed = false;
    fresh = '';
    if (text !== '') listener.onText?.(text);
  };

  const decoder = createSseDecoder(onData);
  return {
    push(bytes) {
      decoder.push(bytes);
      tell();
      // After [DONE] the rest is read to its end, so that the connection can be used again.
      return verdict === undefined;
    },
    end() {
      ending = true;
      decoder.end();
      tell();
      return verdict ?? { kind: 'read', raw: collected.reply(), done };
    },
    received: () => collected.size,
  };
}

/** Errors come as `{error}`, as `{x_groq: {error}}`, and as the data of an `error` event. */
function errorIn(chunk: Readonly<Record<string, unknown>>): unknown {
  if (chunk['error'] !== undefined && chunk['error'] !== null) return chunk;
  const groq = isRecord(chunk['x_groq']) ? chunk['x_groq']['error'] : undefined;
  if (groq !== undefined && groq !== null) return { error: groq };
  const isBareError = chunk['choices'] === undefined && typeof chunk['message'] === 'string';
  return isBareError ? chunk : undefined;
}

class Collected {
  size = 0;
  /** True when the last chunk added text and nothing else: with the same text once more, it would add that text again. */
  onlyText = false;
  #text = '';
  #reasoning = '';
  #reasoningField: ReasoningField | undefined;
  readonly #calls: { readonly index: unknown; call: RawToolCall }[] = [];
  #finish: string | undefined;
  #model: string | undefined;
  #usage: RawUsage | undefined;

  /** The text that came, perhaps none; `undefined` when the chunk has nothing of the reply. */
  add(chunk: Readonly<Record<string, unknown>>): string | undefined {
    this.#usage = usageIn(chunk) ?? this.#usage;
    this.#model ??= stringOf(chunk['model']);
    const choice: unknown = Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined;
    this.onlyText = false;
    if (!isRecord(choice)) return undefined;
    const finish = stringOf(choice['finish_reason']);
    this.#finish = finish ?? this.#finish;
    const before = this.size;
    const text = isRecord(choice['delta']) ? this.#addDelta(choice['delta']) : '';
    return this.size > before || finish !== undefined ? text : undefined;
  }

  /** What `add` does for a chunk that has this text, and else only what the last one had. */
  addText(text: string): string {
    this.#text += text;
    this.size += text.length;
    return text;
  }

  reply(): RawReply {
    return {
      text: this.#text,
      reasoning: this.#reasoning,
      reasoningField: this.#reasoningField,
      toolCalls: this.#calls.map(({ call }) => call),
      finish: this.#finish,
      model: this.#model,
      usage: this.#usage,
    };
  }

  #addDelta(delta: Readonly<Record<string, unknown>>): string {
    const text = textOf(delta['content']);
    const { reasoning, reasoningField } = reasoningOf(delta);
    this.#reasoning += reasoning;
    this.#reasoningField ??= reasoningField;
    this.size += reasoning.length;
    const calls = Array.isArray(delta['tool_calls']) ? delta['tool_calls'] : [];
    for (const piece of calls) if (isRecord(piece)) this.#addCall(piece);
    this.onlyText = reasoning === '' && calls.length === 0;
    return this.addText(text);
  }

  /** A call comes in pieces with one index; some servers number badly, so a new id or a missing index tells as well. */
  #addCall(piece: Readonly<Record<string, unknown>>): void {
    const next = readToolCall(piece);
    this.size += next.name.length + next.arguments.length;
    const known = this.#callFor(piece['index'], next);
    if (known === undefined) {
      this.#calls.push({ index: piece['index'], call: next });
      return;
    }
    known.call = {
      id: known.call.id || next.id,
      name: known.call.name || next.name,
      arguments: known.call.arguments + next.arguments,
    };
  }

  #callFor(index: unknown, next: RawToolCall) {
    if (index === undefined && next.name !== '') return undefined;
    const known =
      index === undefined
        ? this.#calls.at(-1)
        : this.#calls.findLast((entry) => entry.index === index);
    const isAnother = next.id !== '' && known?.call.id !== '' && next.id !== known?.call.id;
    return isAnother ? undefined : known;
  }
}
