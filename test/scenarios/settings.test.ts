import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { type Act, text } from '../support/groq-server-scripts.ts';
import { type Asked, type HouseFromEnv, houseFromEnv } from '../support/house-from-env.ts';

/** None of them as it would be without a word, and no two of them alike. */
const SETTINGS = {
  MAX_AGENTS: '3',
  MIN_RESIDENCY_SECONDS: '0',
  TEAM_CONCURRENCY: '4',
  TEAM_QUEUE: '2',
  MAX_QUESTIONS_PER_USER: '5',
  MAX_QUESTIONS_PER_CHANNEL: '6',
  MAX_QUESTIONS_PER_SERVER: '7',
  MAX_QUESTIONS: '8',
  AGENT_HISTORY_RUNS: '2',
  CONTEXT_AGENT_MAX_MESSAGES: '7',
  AGENT_RETRIES: '1',
  USER_TOKENS_PER_DAY: '900000',
  MODEL_TEMPERATURE: '0.37',
  MODEL_TOP_P: '0.77',
};

let house: HouseFromEnv;
let nth = 0;

beforeAll(async () => {
  house = await houseFromEnv(SETTINGS);
});
afterEach(() => house.calm());
afterAll(() => house.close());

/** Asks one after the other, each when the one before is known of. */
async function askAll(places: readonly (readonly [userId: string, channelId: string])[]) {
  const runs: Asked[] = [];
  for (const [userId, channelId] of places) {
    const run = house.ask(userId, channelId);
    await run.first;
    runs.push(run);
  }
  return runs;
}

const inChannels = (userId: string, count: number) =>
  Array.from({ length: count }, (_, n) => [userId, `${userId}-${n}`] as const);
const inOne = (userId: string, channelId: string, count: number) =>
  Array.from({ length: count }, () => [userId, channelId] as const);

const answer = (act: Act): void => house.server.play(() => act);

/** Somebody who has not asked yet. */
const someone = (): string => {
  nth += 1;
  return `user${nth}`;
};

const REFUSED = (kind: string) => ({ kind: 'refused', refusal: { kind } });

describe('What is set in the environment', { timeout: 60_000 }, () => {
  it('MAX_AGENTS: so many teams live at once', async () => {
    house.hold();
    const before = house.server.requests.length;

    const runs = await askAll([0, 1, 2, 3].map(() => [someone(), 'lab'] as const));
    await house.server.arrived(before + 3);

    expect(house.app.troupe.view(9)).toMatchObject({ teamCount: 3, waitingCount: 1, maxTeams: 3 });
    expect(runs[3]?.events).toMatchObject([{ type: 'run.queued', behind: 'house', place: 1 }]);
  });

  it('MIN_RESIDENCY_SECONDS: an idle team is safe for so long, then the newcomer gets its place', async () => {
    const small = await houseFromEnv({ MAX_AGENTS: '1', MIN_RESIDENCY_SECONDS: '2' });
    onTestFinished(() => small.close());
    await small.ask('ada', 'lab').settled;
    const { lastUsedAt = 0 } = small.app.troupe.view(1).teams[0] ?? {};

    expect(await small.ask('bob', 'lab').settled).toMatchObject({ kind: 'answered' });
    expect(Date.now() - lastUsedAt).toBeGreaterThanOrEqual(2_000);
  });

  it('TEAM_CONCURRENCY: so many runs of a user work side by side', async () => {
    house.hold();
    const user = someone();
    const before = house.server.requests.length;

    const runs = await askAll(inChannels(user, 5));
    await house.server.arrived(before + 4);

    const begun = runs.map(({ events }) => events.some(({ type }) => type === 'run.started'));
    expect(begun).toEqual([true, true, true, true, false]);
  });

  it('TEAM_QUEUE: so many questions of a user wait in a channel', async () => {
    house.hold();
    const user = someone();

    const runs = await askAll(inOne(user, 'lab', 4));

    expect(await runs[3]?.settled).toMatchObject(REFUSED('channel_full'));
    expect(house.app.troupe.underway(user)).toHaveLength(3);
  });

  it('MAX_QUESTIONS_PER_USER: so many questions of a user are unanswered', async () => {
    house.hold();
    const user = someone();

    const runs = await askAll(inChannels(user, 6));

    expect(await runs[5]?.settled).toMatchObject(REFUSED('channel_full'));
    expect(house.app.troupe.underway(user)).toHaveLength(5);
  });

  it('MAX_QUESTIONS_PER_CHANNEL: so many questions in a channel are unanswered', async () => {
    house.hold();
    const [ada, bob, eve] = [someone(), someone(), someone()];

    await askAll([...inOne(ada, 'hall', 3), ...inOne(bob, 'hall', 3)]);
    const [late] = await askAll([[eve, 'hall']]);
    await askAll([[eve, 'yard']]);

    expect(await late?.settled).toMatchObject(REFUSED('channel_full'));
    expect(house.app.troupe.underway(eve)).toMatchObject([{ question: { channelId: 'yard' } }]);
  });

  it('MAX_QUESTIONS_PER_SERVER: so many questions on a server are unanswered', async () => {
    house.hold();
    const users = [someone(), someone()];
    const take = (position: number) => {
      const [userId = '', channelId] = [users[position % 2], `room${position}`];
      const origin = { platform: 'chat', channelId, replyTo: '1', position, serverId: 'town' };
      const runId = `${userId}-${position}`;
      return house.app.troupe.take({ userId, channelId, runId, text: 'Well?', origin });
    };

    const taken = [];
    for (let n = 1; n <= 8; n++) taken.push(await take(n));

    expect(taken).toHaveLength(8);
    expect(users.flatMap((user) => house.app.troupe.underway(user))).toHaveLength(7);
    void house.calm();
    for (const userId of users)
      for (const { question } of house.app.troupe.underway(userId))
        for await (const _ of house.app.troupe.watch(question) ?? []);
  });

  it('MAX_QUESTIONS: so many questions are unanswered in all', async () => {
    house.hold();
    const [ada, bob] = [someone(), someone()];

    await askAll([...inChannels(ada, 4), ...inChannels(bob, 4)]);
    const [late] = await askAll([[someone(), 'lab']]);

    expect(await late?.settled).toMatchObject(REFUSED('house_full'));
  });

  it('AGENT_HISTORY_RUNS: so many earlier questions are shown to a run', async () => {
    const user = someone();
    for (const n of [1, 2, 3, 4]) {
      answer(text(`Answer number ${n}.`));
      await house.ask(user, 'past').settled;
    }

    const shown = JSON.stringify(house.server.requests.at(-1)?.body.messages);

    expect(shown.match(/Answer number \d/g)).toEqual(['Answer number 2', 'Answer number 3']);
  });

  it('CONTEXT_AGENT_MAX_MESSAGES: a history tool shows so many at once, at most', async () => {
    const delegate = { name: DELEGATE_TO_ONE, args: { member_id: 'chat', task: 'Look it up.' } };
    const offered: unknown[] = [];
    house.server.play(({ body: { tools = [] } }) => {
      const history = tools.find((tool) => tool.function.name === 'read_chat_history');
      if (history === undefined) return { kind: 'reply', calls: [delegate] };
      offered.push(history);
      return text('Nothing there.');
    });

    await house.ask(someone(), 'lab').settled;

    expect(offered[0]).toMatchObject({
      function: { parameters: { properties: { limit: { minimum: 1, maximum: 7, default: 7 } } } },
    });
  });

  it('AGENT_RETRIES: a request that fails for the moment is sent again so often', async () => {
    const before = house.server.requests.length;
    answer({ kind: 'status', status: 500, body: { error: { message: 'Not now.' } } });

    const outcome = await house.ask(someone(), 'lab').settled;

    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'server' } });
    expect(house.server.requests.length - before).toBe(2);
  });

  it('USER_TOKENS_PER_DAY: who has spent so much is not answered any more', async () => {
    const user = someone();
    const usage = { prompt_tokens: 899_990, completion_tokens: 10, total_tokens: 900_000 };
    answer({ kind: 'reply', text: 'Done.', usage });
    const before = await house.ask(user, 'lab').settled;

    const after = await house.ask(user, 'lab').settled;

    expect(before).toMatchObject({ kind: 'answered' });
    expect(after).toMatchObject({ kind: 'failed', failure: { kind: 'budget' } });
  });

  it('MODEL_TEMPERATURE and MODEL_TOP_P: every request says so', async () => {
    answer(text('Done.'));

    await house.ask(someone(), 'lab').settled;

    expect(house.server.requests.at(-1)?.body).toMatchObject({ temperature: 0.37, top_p: 0.77 });
  });
});
