import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunOutcome } from '../../machines/question.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/shared/log.ts';
import { type Gate, gate } from '../support/gates.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { type Act, text } from '../support/groq-server-scripts.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

/** None of them as it would be without a word, and no two of them alike. */
const SETTINGS = {
  MAX_AGENTS: '3',
  TEAM_CONCURRENCY: '4',
  TEAM_QUEUE: '2',
  MAX_QUESTIONS_PER_USER: '5',
  MAX_QUESTIONS_PER_CHANNEL: '6',
  MAX_QUESTIONS_PER_SERVER: '7',
  MAX_QUESTIONS: '8',
  AGENT_HISTORY_RUNS: '2',
  AGENT_RETRIES: '1',
  USER_TOKENS_PER_DAY: '900000',
  MODEL_TEMPERATURE: '0.37',
  MODEL_TOP_P: '0.77',
};

let database: TestDatabase;
let folder: string;
let server: GroqServer;
let app: App;
let door: Gate;
let nth = 0;

/** The whole house, opened from an environment. */
beforeAll(async () => {
  [database, folder] = await Promise.all([
    freshDatabase(),
    mkdtemp(join(tmpdir(), 'troupe-settings-')),
  ]);
  server = await startGroqServer({ models: ['m'] });
  const provider = { GROQ_API_KEY: 'key', GROQ_BASE_URL: server.url, GROQ_MODEL: 'm' };
  const place = { DATABASE_URL: database.url, DATA_DIR: folder, MEMORY: 'off' };
  const reading = readConfig({ ...SETTINGS, ...provider, ...place });
  if (reading.kind === 'rejected') throw new Error(reading.problems.join());
  app = await startApp(reading.config, { log: silentLog, web: false, onFatal: () => {} });
});
afterEach(async () => {
  door?.open();
  for (const run of asked.splice(0)) await run.settled;
});
afterAll(async () => {
  await app.stop();
  await server.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A question, and what is told of it. */
interface Asked {
  readonly events: RunEvent[];
  readonly settled: Promise<RunOutcome>;
  /** Resolves with its first event: by then it has a place, waits for one, or is refused. */
  readonly first: Promise<RunEvent>;
}

const asked: Asked[] = [];

function ask(userId: string, channelId: string): Asked {
  const first = Promise.withResolvers<RunEvent>();
  const events: RunEvent[] = [];
  const follow = async (): Promise<RunOutcome> => {
    for await (const event of app.troupe.ask({ userId, channelId, text: 'Well?' })) {
      events.push(event);
      first.resolve(event);
      if (event.type === 'run.settled') return event.outcome;
    }
    throw new Error('The events of a run ended before its outcome.');
  };
  const run = { events, settled: follow(), first: first.promise };
  asked.push(run);
  return run;
}

/** Asks one after the other, each when the one before is known of. */
async function askAll(places: readonly (readonly [userId: string, channelId: string])[]) {
  const runs: Asked[] = [];
  for (const [userId, channelId] of places) {
    const run = ask(userId, channelId);
    await run.first;
    runs.push(run);
  }
  return runs;
}

const inChannels = (userId: string, count: number) =>
  Array.from({ length: count }, (_, n) => [userId, `${userId}-${n}`] as const);
const inOne = (userId: string, channelId: string, count: number) =>
  Array.from({ length: count }, () => [userId, channelId] as const);

/** From now on, the model's answers wait at the door. */
function hold(): void {
  door = gate();
  server.play(() => door.pass().then(() => text('Done.')));
}

const answer = (act: Act): void => server.play(() => act);

/** Somebody who has not asked yet. */
const someone = (): string => {
  nth += 1;
  return `user${nth}`;
};

const REFUSED = (kind: string) => ({ kind: 'refused', refusal: { kind } });

describe('What is set in the environment', { timeout: 60_000 }, () => {
  it('MAX_AGENTS: so many teams live at once', async () => {
    hold();
    const before = server.requests.length;

    const runs = await askAll([0, 1, 2, 3].map(() => [someone(), 'lab'] as const));
    await server.arrived(before + 3);

    expect(app.troupe.view(9)).toMatchObject({ teamCount: 3, waitingCount: 1, maxTeams: 3 });
    expect(runs[3]?.events).toMatchObject([{ type: 'run.queued', behind: 'house', place: 1 }]);
  });

  it('TEAM_CONCURRENCY: so many runs of a user work side by side', async () => {
    hold();
    const user = someone();
    const before = server.requests.length;

    const runs = await askAll(inChannels(user, 5));
    await server.arrived(before + 4);

    const begun = runs.map(({ events }) => events.some(({ type }) => type === 'run.started'));
    expect(begun).toEqual([true, true, true, true, false]);
  });

  it('TEAM_QUEUE: so many questions of a user wait in a channel', async () => {
    hold();
    const user = someone();

    const runs = await askAll(inOne(user, 'lab', 4));

    expect(await runs[3]?.settled).toMatchObject(REFUSED('channel_full'));
    expect(app.troupe.underway(user)).toHaveLength(3);
  });

  it('MAX_QUESTIONS_PER_USER: so many questions of a user are unanswered', async () => {
    hold();
    const user = someone();

    const runs = await askAll(inChannels(user, 6));

    expect(await runs[5]?.settled).toMatchObject(REFUSED('channel_full'));
    expect(app.troupe.underway(user)).toHaveLength(5);
  });

  it('MAX_QUESTIONS_PER_CHANNEL: so many questions in a channel are unanswered', async () => {
    hold();
    const [ada, bob, eve] = [someone(), someone(), someone()];

    await askAll([...inOne(ada, 'hall', 3), ...inOne(bob, 'hall', 3)]);
    const [late] = await askAll([[eve, 'hall']]);
    await askAll([[eve, 'yard']]);

    expect(await late?.settled).toMatchObject(REFUSED('channel_full'));
    expect(app.troupe.underway(eve)).toMatchObject([{ question: { channelId: 'yard' } }]);
  });

  it('MAX_QUESTIONS_PER_SERVER: so many questions on a server are unanswered', async () => {
    hold();
    const users = [someone(), someone()];
    const take = (position: number) => {
      const [userId = '', channelId] = [users[position % 2], `room${position}`];
      const origin = { platform: 'chat', channelId, replyTo: '1', position, serverId: 'town' };
      const runId = `${userId}-${position}`;
      return app.troupe.take({ userId, channelId, runId, text: 'Well?', origin });
    };

    const taken = [];
    for (let n = 1; n <= 8; n++) taken.push(await take(n));

    expect(taken).toHaveLength(8);
    expect(users.flatMap((user) => app.troupe.underway(user))).toHaveLength(7);
    door.open();
    for (const userId of users)
      for (const { runId } of app.troupe.underway(userId))
        for await (const _ of app.troupe.watch({ userId, runId }) ?? []);
  });

  it('MAX_QUESTIONS: so many questions are unanswered in all', async () => {
    hold();
    const [ada, bob] = [someone(), someone()];

    await askAll([...inChannels(ada, 4), ...inChannels(bob, 4)]);
    const [late] = await askAll([[someone(), 'lab']]);

    expect(await late?.settled).toMatchObject(REFUSED('house_full'));
  });

  it('AGENT_HISTORY_RUNS: so many earlier questions are shown to a run', async () => {
    const user = someone();
    for (const n of [1, 2, 3, 4]) {
      answer(text(`Answer number ${n}.`));
      await ask(user, 'past').settled;
    }

    const shown = JSON.stringify(server.requests.at(-1)?.body.messages);

    expect(shown.match(/Answer number \d/g)).toEqual(['Answer number 2', 'Answer number 3']);
  });

  it('AGENT_RETRIES: a request that fails for the moment is sent again so often', async () => {
    const before = server.requests.length;
    answer({ kind: 'status', status: 500, body: { error: { message: 'Not now.' } } });

    const outcome = await ask(someone(), 'lab').settled;

    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'server' } });
    expect(server.requests.length - before).toBe(2);
  });

  it('USER_TOKENS_PER_DAY: who has spent so much is not answered any more', async () => {
    const user = someone();
    const usage = { prompt_tokens: 899_990, completion_tokens: 10, total_tokens: 900_000 };
    answer({ kind: 'reply', text: 'Done.', usage });
    const before = await ask(user, 'lab').settled;

    const after = await ask(user, 'lab').settled;

    expect(before).toMatchObject({ kind: 'answered' });
    expect(after).toMatchObject({ kind: 'failed', failure: { kind: 'budget' } });
  });

  it('MODEL_TEMPERATURE and MODEL_TOP_P: every request says so', async () => {
    answer(text('Done.'));

    await ask(someone(), 'lab').settled;

    expect(server.requests.at(-1)?.body).toMatchObject({ temperature: 0.37, top_p: 0.77 });
  });
});
