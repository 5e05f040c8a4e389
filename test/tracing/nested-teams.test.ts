import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { scriptedModel } from '../../src/model/scripted.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { observed } from '../../src/tracing/observer.ts';
import { runTraces } from '../../src/tracing/run-traces.ts';
import { notedTools } from '../support/a-journaled-house.ts';
import { keptRuns } from '../support/kept-runs.ts';
import { MEMBERS, written } from '../support/nested-team.ts';

it('shows what the members of a nested team do below the team, and the team below the run', async () => {
  const clock = simulatedClock();
  const spans: ReadableSpan[] = [];
  const tracer = tracerTo(spans);
  const observer = runTraces({ tracer, content: false, now: clock.now });
  const given = { model: scriptedModel(written(), { clock }), tools: notedTools() };
  const ports = observed({ ...given, runs: keptRuns().port }, [observer], clock);
  const house = await aHouse({ clock, ...ports, roster: { members: MEMBERS } });

  const run = await house.ask('ada1');

  expect(run.outcome?.kind).toBe('answered');
  const chat = { name: 'chat scripted', below: [] };
  const look = { name: 'execute_tool look', below: [] };
  expect(below(spans, undefined)).toEqual([
    {
      name: 'invoke_agent leader',
      below: [
        chat,
        chat,
        {
          name: 'invoke_agent office',
          below: [
            chat,
            chat,
            { name: 'invoke_agent clerk', below: [chat, chat, look] },
            { name: 'invoke_agent scribe', below: [chat] },
          ],
        },
      ],
    },
  ]);
  await house.close();
});

const tracerTo = (spans: ReadableSpan[]) =>
  new TracerProvider({
    spanProcessors: [
      {
        onStart() {},
        onEnd: (span) => void spans.push(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  }).getTracer('test');

interface Tree {
  readonly name: string;
  readonly below: readonly Tree[];
}

/** By name, so that it does not matter who was quicker. */
const below = (spans: readonly ReadableSpan[], id: string | undefined): readonly Tree[] =>
  spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === id)
    .map((span) => ({ name: span.name, below: below(spans, span.spanContext().spanId) }))
    .sort((a, b) => a.name.localeCompare(b.name));
