import { afterAll, describe, expect, it } from 'vitest';
import { createActor, fromCallback, fromPromise } from 'xstate';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import type { BeginRun, EndRun, RunBegun } from '../../machines/leader/leader.protocol.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import type { ModelRequest, ModelResult, RunSaved } from '../../machines/ports.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { ToolBatch, ToolBatchResults } from '../../machines/turn/tool-batch.ts';
import { heroParts } from '../../src/hero-parts.ts';
import { createDemoModel } from '../../src/model/demo.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { HistoryPort } from '../../src/tools/history.ts';

/** A conversation in which primes were spoken of once. */
const spoken = async () =>
  ({
    kind: 'found',
    records: [{ id: 'm1', at: Date.UTC(2026, 0, 5), author: 'user', text: 'Is 91 a prime?' }],
    more: false,
  }) as const;
const history: HistoryPort = { recent: spoken, search: spoken };

const { roster, tools, close } = heroParts({ clock: systemClock, log: silentLog, history });
afterAll(close);

const model = createDemoModel({ clock: systemClock, pieceDelayMs: 0 });

const callModel = fromPromise<ModelResult, ModelRequest>(({ input, signal }) =>
  model.call(input, { signal }),
);
const runTools = fromPromise<ToolBatchResults, ToolBatch>(({ input, signal }) =>
  Promise.all(input.map((request) => tools.run(request, { signal }))),
);
const leader = leaderMachine.provide({
  actors: {
    callModel,
    runTools,
    member: memberMachine.provide({ actors: { callModel, runTools } }),
    beginRun: fromPromise<RunBegun, BeginRun>(async () => ({
      start: { kind: 'begun', history: [], steps: [] },
      at: 0,
    })),
    endRun: fromPromise<RunSaved, EndRun>(async () => ({ kind: 'saved' })),
  },
});

const ids = { runId: RunId('r1'), userId: UserId('ada'), channelId: ChannelId('lab') };
const nobody = createActor(fromCallback(() => undefined)).start();
afterAll(() => nobody.stop());

/** One question through leader, members and tools, to its outcome. */
function ask(text: string): Promise<RunOutcome> {
  return new Promise((resolve, reject) => {
    const actor = createActor(leader, {
      input: {
        run: { ...ids, epoch: 1 },
        slot: 'leader0',
        question: { ...ids, text, at: 0 },
        roster,
        reportTo: nobody,
        progressTo: nobody,
      },
    });
    actor.subscribe({
      complete: () => resolve(actor.getSnapshot().context.outcome),
      error: reject,
    });
    actor.start();
  });
}

async function answerTo(text: string) {
  const outcome = await ask(text);
  if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome));
  const asked = outcome.delegations.map(({ member, ok }) => `${member}: ${ok ? 'ok' : 'failed'}`);
  return { text: outcome.text, asked, model: outcome.model };
}

describe('The Hero team on the demo model', () => {
  it('answers what 12*7 is', async () => {
    expect(await answerTo('what is 12*7?')).toEqual({
      text: expect.stringMatching(/^\*Demo mode: [\s\S]*84$/),
      asked: [],
      model: 'demo',
    });
  });

  it('asks three members side by side and puts their reports into one answer', async () => {
    const { text, asked } = await answerTo(
      'What is 2^64 - 1? List the first 8 primes. And what did I ask about primes?',
    );
    expect(asked.toSorted()).toEqual(['chat: ok', 'code: ok', 'compute: ok']);
    expect(text).toContain('18446744073709551615');
    expect(text).toContain('Result: [2,3,5,7,11,13,17,19]');
    expect(text).toContain('2026-01-05, you: “Is 91 a prime?”');
  });

  it('says honestly what did not work', async () => {
    const { text } = await answerTo('what is 1/0? and run `while (`');
    expect(text).toContain('That did not work. Division by zero.');
    expect(text).toContain('SyntaxError');
  });

  it('answers at once what no rule fits', async () => {
    const { text, asked } = await answerTo('who was Ada Lovelace?');
    expect(text).toContain('I have no rule for “who was Ada Lovelace”');
    expect(asked).toEqual([]);
  });
});
