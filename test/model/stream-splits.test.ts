import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreamReader, type StreamEnd } from '../../src/model/stream-reader.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { chunk, lastChunk } from '../support/groq-server-scripts.ts';
import { ask, groqModels, replyIn } from './model-fixture.ts';

const TEXT = 'Zwölf mal sieben ist 84 — 八十四 👩‍🚀.\r\nEnd.';

/** A recorded stream with everything in it that cutting could break. */
const EVENTS = [
  ': a comment\n\n',
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning: 'Multiplikation — einfach 🤔' }),
  ...TEXT.split(/(?<= )/).map((content) => chunk({ content })),
  'event: message\nid: 7\ndata: {"choices":\ndata: [{"delta":{"content":" Two lines."}}]}\n\n',
  chunk({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'rechnen', arguments: '' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"ausdruck":"12×' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '7"}' } }] }),
  lastChunk('tool_calls'),
  'data: [DONE]\n\n',
];
const recorded = (lineEnd: string): Buffer =>
  Buffer.from(
    EVENTS.map((event) =>
      typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`,
    )
      .join('')
      .replaceAll('\n', lineEnd),
  );
const LINE_ENDS = ['\n', '\r\n', '\r'] as const;

interface Reading {
  readonly end: StreamEnd;
  readonly shown: string;
}

function read(pieces: readonly Uint8Array[]): Reading {
  let shown = '';
  const onText = (text: string): void => {
    shown += text;
  };
  const reader = createStreamReader({ onProgress() {}, onText });
  for (const piece of pieces) reader.push(piece);
  return { end: reader.end(), shown };
}

function cut(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((to, i) => bytes.subarray(sorted[i], to));
}

const expected: Reading = {
  shown: `${TEXT} Two lines.`,
  end: {
    kind: 'read',
    done: true,
    raw: {
      text: `${TEXT} Two lines.`,
      reasoning: 'Multiplikation — einfach 🤔',
      reasoningField: 'reasoning',
      toolCalls: [{ id: 'call_1', name: 'rechnen', arguments: '{"ausdruck":"12×7"}' }],
      finish: 'tool_calls',
      model: 'openai/gpt-oss-120b',
      usage: { promptTokens: 20, completionTokens: 10, cachedTokens: 0 },
    },
  },
};

describe.each(LINE_ENDS.map((lineEnd) => ({ name: JSON.stringify(lineEnd), lineEnd })))(
  'a stream with lines ending in $name',
  ({ lineEnd }) => {
    const bytes = recorded(lineEnd);

    it('reads the same when it is cut in two at any byte', () => {
      for (let at = 0; at <= bytes.length; at++) expect(read(cut(bytes, [at]))).toEqual(expected);
    });

    it('reads the same byte by byte', () => {
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    });

    it('reads the same however it is cut', () => {
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (places) => {
          expect(read(cut(bytes, places))).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    });
  },
);

/** How servers write a chunk: in one order or another, with or without spaces, in ASCII or not. */
const HANDS: readonly ((choice: object, more: object) => string)[] = [
  (choice, more) => JSON.stringify({ id: 'c1', ...more, choices: [choice] }),
  (choice, more) => JSON.stringify({ choices: [choice], content: 'none', ...more }),
  (choice, more) =>
    JSON.stringify({ id: 'c1', choices: [choice], ...more }, null, 1).replace(/\n/g, ''),
  (choice, more) =>
    JSON.stringify({ ...more, choices: [choice] }).replace(
      /[^ -~]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
];

/** Twice the same thought is two thoughts, though no server says so. */
const THOUGHT = { delta: { reasoning: 'hm', content: 'a' }, finish: null, tokens: undefined };

it('adds up to what a parser reads in each of its chunks, however they are written and cut', () => {
  const unit = fc.constantFrom('a', ' ', '"', '\\', '\n', 'é', '🤔', '\ud83e', '\udd14', '"}', ':');
  const text = fc.string({ unit, maxLength: 6 });
  const reasoning = fc.constantFrom('hm', 'é');
  const delta = fc.oneof(
    { weight: 2, arbitrary: fc.record({ content: text }) },
    fc.record({ content: text, role: fc.constant('assistant'), reasoning }),
    fc.record({ reasoning, content: text }),
  );
  const chunk = fc.record({
    delta,
    finish: fc.constantFrom(null, null, null, null, null, null, 'stop', 'length'),
    tokens: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 1, 2),
  });
  const stream = fc.record({
    chunks: fc.array(chunk, { maxLength: 12 }),
    hands: fc.array(fc.nat(HANDS.length - 1), { minLength: 1, maxLength: 2 }),
    places: fc.array(fc.nat(2_000), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(stream, ({ chunks, hands, places }) => {
      const written = chunks.map((one, index) => {
        const hand = HANDS[hands[index % hands.length] ?? 0] ?? HANDS[0];
        const usage = one.tokens === undefined ? null : { prompt_tokens: one.tokens };
        const choice = { delta: one.delta, finish_reason: one.finish };
        return hand?.(choice, { usage }) ?? '';
      });
      const bytes = Buffer.from(written.map((data) => `data: ${data}\n\n`).join(''));

      const { end, shown } = read(
        cut(
          bytes,
          places.filter((place) => place <= bytes.length),
        ),
      );

      expect(end).toMatchObject({ kind: 'read', raw: added(written) });
      expect(shown).toBe(added(written).text);
    }),
    { numRuns: 500, examples: [[{ chunks: [THOUGHT, THOUGHT], hands: [0], places: [] }]] },
  );
});

/** What a reader with nothing but a parser makes of these chunks. */
function added(written: readonly string[]) {
  const raw = {
    text: '',
    reasoning: '',
    finish: undefined,
    usage: undefined as object | undefined,
  };
  for (const data of written) {
    const { choices, usage } = JSON.parse(data);
    raw.text += choices[0].delta.content ?? '';
    raw.reasoning += choices[0].delta.reasoning ?? '';
    raw.finish = choices[0].finish_reason ?? raw.finish;
    if (usage !== null) {
      raw.usage = { promptTokens: usage.prompt_tokens, completionTokens: 0, cachedTokens: 0 };
    }
  }
  return raw;
}

it('never takes a stream for whole that lacks its last bytes', () => {
  const bytes = recorded('\n');
  // Without the end of its last line, [DONE] is still told; everything shorter is not.
  for (let length = 0; length < bytes.length - '\n\n'.length; length++) {
    const { end } = read([bytes.subarray(0, length)]);
    expect(end.kind === 'read' && end.done).toBe(false);
  }
});

describe('over a real socket', () => {
  it('gives the same reply and the same draft, written byte by byte', async () => {
    const server: GroqServer = await startGroqServer({
      script: [
        {
          kind: 'bytes',
          type: 'text/event-stream',
          pieces: [...recorded('\n')].map((byte) => Uint8Array.of(byte)),
        },
      ],
    });
    const models = groqModels(server, {
      limits: { idleMs: 10_000, firstTokenMs: 10_000, replyMs: 15_000, callMs: 15_000 },
    });
    let shown = '';

    const result = await ask(models, { draftTurn: 1 }, { onDelta: (delta) => (shown += delta) });

    expect(shown).toBe(expected.shown);
    expect(replyIn(result)).toMatchObject({
      text: expected.shown,
      reasoning: 'Multiplikation — einfach 🤔',
      toolCalls: [{ id: 'call_1', name: 'rechnen', input: { ausdruck: '12×7' } }],
    });
    await models.close();
    await server.close();
  });
});
