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

it('adds up to the same whether its chunks come in one frame or in many', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\n', 'é', '🤔') });
  const delta = fc.record({ content: text, reasoning: text }, { requiredKeys: ['content'] });
  const end = fc.constantFrom(null, 'stop', 'length');
  const tokens = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(delta, end, tokens), { maxLength: 12 }), (chunks) => {
      const events = chunks.map(([one, finish, count]) => {
        const usage = count === undefined ? null : { prompt_tokens: count };
        const choice = { delta: one, finish_reason: finish };
        return `data: ${JSON.stringify({ choices: [choice], usage })}\n\n`;
      });

      const { end: ended, shown } = read([Buffer.from(events.join(''))]);

      const all = chunks.map(([one]) => one.content).join('');
      expect(shown).toBe(all);
      expect(ended).toMatchObject({
        kind: 'read',
        raw: {
          text: all,
          reasoning: chunks.map(([one]) => one.reasoning ?? '').join(''),
          finish: chunks.findLast(([, finish]) => finish !== null)?.[1],
          usage: tokensIn(chunks.findLast(([, , count]) => count !== undefined)?.[2]),
        },
      });
    }),
  );
});

const tokensIn = (promptTokens: number | undefined) =>
  promptTokens === undefined ? undefined : { promptTokens, completionTokens: 0, cachedTokens: 0 };

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
