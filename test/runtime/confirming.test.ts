import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { RunId, UserId } from '../../machines/ids.ts';
import type { ToolPort, ToolRequest } from '../../machines/ports.ts';
import type { Confirmation } from '../../machines/question.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { Script } from '../../src/model/scripted.ts';
import { aHouse, type House, type Watched } from '../../src/testing/a-house.ts';
import { anAgent, aTool } from '../../src/testing/builders.ts';
import { say } from '../../src/testing/scripts.ts';

const MINUTE = 60_000;
const runId = RunId('ada1');
const ada = UserId('ada');

type Input = Readonly<Record<string, unknown>>;

/** `pay` is done only when the asker allows it. */
function aTill() {
  const paid: ToolRequest[] = [];
  const tools: ToolPort = {
    policyOf: ({ name }) => ({ ...PURE, needsConfirmation: name === 'pay' }),
    run(request) {
      paid.push(request);
      return Promise.resolve({ kind: 'returned', content: `${request.call.name} is done.` });
    },
  };
  return { paid, tools };
}

const leader = anAgent('leader', { tools: [aTool('pay'), aTool('look')] });
const paying = (input: Input): Script => [
  { kind: 'use', calls: [{ name: 'pay', input }] },
  say('Finished.'),
];

async function aRunThatPays(input: Input = { to: 'Grace', sum: 7 }) {
  const { paid, tools } = aTill();
  const house = await aHouse({
    tools,
    confirmMs: 5 * MINUTE,
    script: paying(input),
    roster: { leader, limits: { deadlineMs: 20 * MINUTE } },
  });
  const run = await house.ask('ada1');
  return { house, run, paid };
}

const askedIn = ({ events }: Watched): readonly Confirmation[] =>
  events.flatMap((event) => (event.type === 'run.asking' ? [event.confirmation] : []));

const endsIn = ({ events }: Watched): readonly string[] =>
  events.flatMap((event) => (event.type === 'run.confirmed' ? [event.end] : []));

const lastShown = (house: House): string =>
  house.model.requests.at(-1)?.messages.at(-1)?.content ?? '';

async function answer(house: House, end: 'allowed' | 'refused', userId = ada) {
  const kept = await house.runtime.confirm({ userId, runId, stepKey: 'leader/1/0', end });
  await house.pass(0);
  return kept.kind;
}

describe('A tool that needs its asker’s word', () => {
  it('is not run before the asker has seen all that it is given, and said yes', async () => {
    const { house, run, paid } = await aRunThatPays();

    expect(askedIn(run)).toEqual([
      {
        stepKey: 'leader/1/0',
        agent: 'leader',
        tool: 'pay',
        shown: '{\n  "to": "Grace",\n  "sum": 7\n}',
        expiresAt: house.clock.now() + 5 * MINUTE,
      },
    ]);
    expect(paid).toEqual([]);

    expect(await answer(house, 'allowed')).toBe('kept');
    expect(paid).toHaveLength(1);
    expect(endsIn(run)).toEqual(['allowed']);
    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Finished.' });
    await house.close();
    expect(house.clock.pending).toBe(0);
  });

  it('is not run when the asker says no, and the model is told', async () => {
    const { house, run, paid } = await aRunThatPays();

    await answer(house, 'refused');

    expect(paid).toEqual([]);
    expect(lastShown(house)).toBe(
      'Error (unavailable): pay was not run: the asker does not want it. Do not try it again.',
    );
    expect(run.outcome).toMatchObject({ kind: 'answered' });
  });

  it('is not run when there is no word in time, and no later word counts', async () => {
    const { house, run, paid } = await aRunThatPays();

    await house.pass(5 * MINUTE);

    expect(paid).toEqual([]);
    expect(endsIn(run)).toEqual(['expired']);
    expect(lastShown(house)).toContain('there was none in time');
    expect(await answer(house, 'allowed')).toBe('unknown');
    expect(paid).toEqual([]);
  });

  it('takes the word of nobody but the asker, and only the first', async () => {
    const { house, paid } = await aRunThatPays();

    expect(await answer(house, 'allowed', UserId('mallory'))).toBe('unknown');
    expect(paid).toEqual([]);
    expect(await answer(house, 'refused')).toBe('kept');
    expect(await answer(house, 'allowed')).toBe('unknown');
    expect(paid).toEqual([]);
  });

  it('is asked about again when somebody joins late, and not after the word', async () => {
    const { house } = await aRunThatPays();

    const events = house.runtime.watch(runId, ada);
    if (events === undefined) throw new Error('It is not under way.');
    const late = house.watch(events);
    await house.pass(0);
    expect(askedIn(late)).toHaveLength(1);
    await answer(house, 'allowed');
    expect(endsIn(late)).toEqual(['allowed']);
  });

  it('hears a word that comes while it is being asked: it was shown in an earlier life', async () => {
    const { paid, tools } = aTill();
    const asking = Promise.withResolvers<void>();
    const house = await aHouse({
      tools,
      script: paying({ sum: 7 }),
      roster: { leader },
      confirmations: {
        async ask({ confirmation: { expiresAt } }) {
          await asking.promise;
          return { kind: 'open', expiresAt };
        },
        answer: async () => ({ kind: 'kept' }),
      },
    });
    await house.ask('ada1');

    await answer(house, 'allowed');
    asking.resolve();
    await house.pass(0);

    expect(paid).toHaveLength(1);
  });

  it.each(['allowed', 'refused'] as const)(
    'uses the word %s that is kept, without asking again',
    async (end) => {
      const { paid, tools } = aTill();
      const house = await aHouse({
        tools,
        script: paying({ sum: 7 }),
        roster: { leader },
        confirmations: {
          ask: async () => ({ kind: 'ended', end }),
          answer: async () => ({ kind: 'unknown' }),
        },
      });

      const run = await house.ask('ada1');

      expect(askedIn(run)).toEqual([]);
      expect(paid).toHaveLength(end === 'allowed' ? 1 : 0);
      expect(run.outcome).toMatchObject({ kind: 'answered' });
    },
  );

  it('is not run when the question cannot be kept', async () => {
    const { paid, tools } = aTill();
    const away = { kind: 'failed', failure: failure('storage', 'Away.') } as const;
    const house = await aHouse({
      tools,
      script: paying({ sum: 7 }),
      roster: { leader },
      confirmations: { ask: async () => away, answer: async () => away },
    });

    const run = await house.ask('ada1');

    expect(paid).toEqual([]);
    expect(lastShown(house)).toBe('Error (storage): Away.');
    expect(run.outcome).toMatchObject({ kind: 'answered' });
  });

  it('is given up with its run', async () => {
    const { house, run, paid } = await aRunThatPays();

    house.runtime.signal({ type: 'cancel', userId: ada, runId });
    await house.pass(0);

    expect(run.outcome).toMatchObject({ kind: 'cancelled' });
    expect(await answer(house, 'allowed')).toBe('unknown');
    expect(paid).toEqual([]);
  });

  it('is not run with more than can be shown whole', async () => {
    const { house, run, paid } = await aRunThatPays({ to: 'x'.repeat(3_001) });

    expect(askedIn(run)).toEqual([]);
    expect(paid).toEqual([]);
    expect(lastShown(house)).toContain('too long to be shown whole');
  });

  it('is shown without characters that hide or turn round others', async () => {
    const { run } = await aRunThatPays({ to: 'Gr\u202eecar\u200b' });

    expect(askedIn(run)[0]?.shown).toContain('Gr\\u202eecar\\u200b');
  });

  it('keeps nobody waiting for tools that need no word', async () => {
    const { paid, tools } = aTill();
    const script: Script = [{ kind: 'use', calls: [{ name: 'look', input: {} }] }, say('Seen.')];
    const house = await aHouse({ tools, script, roster: { leader } });

    const run = await house.ask('ada1');

    expect(paid).toHaveLength(1);
    expect(run.outcome).toMatchObject({ text: 'Seen.' });
  });
});
