import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { memoryCommand } from '../../src/memory-commands.ts';
import { createMemoryHouse } from '../../src/memory-house.ts';
import { silentLog } from '../../src/shared/log.ts';
import { aDatabase, open, query } from '../store/postgres-kit.ts';
import { aMessage as anArchived } from '../support/archive-builders.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { anAnswer, aQuestion, aRecord, aRun, aStep, untilDone } from '../support/store-builders.ts';
import { aSite, json } from '../tools/web/a-site.ts';

const USER = UserId('discord:77');
const CHANNEL = ChannelId('discord:lab');

/** A word for each place that can hold a user's words; nobody else says it. */
const canary = (place: string): string => `canary${place}`;
const CANARY = /canary\w+/g;

/** The whole house on PostgreSQL, with recordings of everything, texts and all. */
async function aWholeHouse(more: Readonly<Record<string, string>> = {}) {
  const { url } = await aDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'forgetting-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = {
    DATABASE_URL: url,
    DATA_DIR: folder,
    RECORD_RUNS: 'all',
    RECORD_TEXTS: 'true',
    ...more,
  };
  const reading = readConfig(env);
  if (reading.kind === 'rejected') throw new Error(reading.problems.join());
  const options = { log: silentLog, web: false, onFatal: () => {} };
  const app = await startApp(reading.config, options);
  onTestFinished(() => app.stop());
  return { app, url, folder };
}

/** Has words of the user put into every place that there is. */
async function fill({ store, troupe }: App, url: string): Promise<void> {
  for await (const _ of troupe.ask({
    userId: USER,
    channelId: CHANNEL,
    text: `Tell me about ${canary('asked')}.`,
  })) {
    // Only the end counts.
  }
  const at = Date.now();
  const question = aQuestion({
    userId: USER,
    channelId: CHANNEL,
    text: canary('question'),
    from: canary('asker'),
    at,
    origin: { platform: 'discord', channelId: 'lab', replyTo: '1', position: 1 },
  });
  const asked = anArchived(CHANNEL, { authorId: USER, content: canary('message') });
  const reply = { isBot: true, replyTo: asked.id, content: canary('reply') };
  await store.inbox.accept(question);
  await store.runs.begin(aRun(question), question, untilDone);
  await store.runs.record(aStep(question, { output: { text: canary('step') } }), untilDone);
  const answer = anAnswer(canary('answer'), { sources: [{ title: canary('source'), url: 'x' }] });
  await store.runs.end({ ...aRecord(question, answer), parts: [canary('part')] }, untilDone);
  await store.inbox.accept(
    aQuestion({ userId: USER, channelId: CHANNEL, text: canary('inbox'), at }),
  );
  const data = Buffer.from(canary('file'));
  const file = { id: 'file-1', runId: question.runId, name: canary('filename'), mime: 'a/b', at };
  await store.files.keep({ userId: USER }, { ...file, data });
  const memory = aMemory(question, { text: canary('memory'), evidence: canary('evidence') });
  await store.memories.apply({ userId: USER }, addingMemory(memory));
  await store.archive.keep([asked, anArchived(CHANNEL, reply)]);
  await store.discordLocales.keep({ userId: USER, locale: canary('locale'), at });
  await query(url, `update agent_sessions set summary = '${canary('summary')}'`);
}

/** Every canary that a statement or a file can show. */
async function canariesIn(url: string, folder: string): Promise<readonly string[]> {
  const tables = await query(
    url,
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await query(url, `select t::text as row from "${name}" as t`);
    // Bytes are shown in hexadecimal.
    texts.push(...rows.map(({ row }) => `${row} ${fromHex(String(row))}`));
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
  }
  return [...new Set(texts.flatMap((text) => text.match(CANARY) ?? []))].sort();
}

const fromHex = (row: string): string =>
  [...row.matchAll(/\\x([0-9a-f]+)/g)]
    .map(([, hex = '']) => Buffer.from(hex, 'hex').toString())
    .join(' ');

it('Everything that a user said is gone from every table and every file when they ask for it', async () => {
  const { app, url, folder } = await aWholeHouse();
  await fill(app, url);
  const recordings = () => readdir(join(folder, 'recordings')).catch(() => []);
  await expect.poll(recordings, { timeout: 20_000 }).not.toEqual([]);
  const before = await canariesIn(url, folder);

  const said = await memoryCommand(app.memory, {
    userId: USER,
    channelId: CHANNEL,
    line: '/forget everything yes',
  });
  await app.stop();

  expect(said).toBe('It is forgotten.');
  expect(before).toEqual(
    'answer asked asker evidence file filename inbox locale memory message part question reply source step summary'
      .split(' ')
      .map(canary),
  );
  expect(await canariesIn(url, folder)).toEqual([]);
  expect(await recordings()).toEqual([]);
}, 60_000);

it('A user finds in one channel what they said in another', async () => {
  const { app } = await aWholeHouse();
  const ask = async (channelId: string, text: string) => {
    for await (const _ of app.troupe.ask({ userId: USER, channelId, text })) {
      // Only the end counts.
    }
  };
  await ask('attic', 'What is 6 times 7 umbrellas?');

  const found = await memoryCommand(app.memory, {
    userId: USER,
    channelId: CHANNEL,
    line: '/memory sessions umbrella',
  });

  expect(found).toContain('in attic: What is 6 times 7 umbrellas?');
}, 60_000);

const FOUND = { index: 1, title: 'Tea', fullurl: 'https://wiki.test/Tea', extract: 'A drink.' };

it('What tools have fetched for a user is gone at once when they are forgotten, in the house or by another process', async () => {
  const wiki = await aSite(json({ query: { pages: [FOUND] } }));
  const { app, url } = await aWholeHouse({ WIKIPEDIA_URL: wiki.url });
  const ask = async (): Promise<number> => {
    const channelId = randomUUID();
    for await (const _ of app.troupe.ask({ userId: USER, channelId, text: 'Wikipedia: tea' })) {
      // Only what was fetched counts.
    }
    return wiki.visits.length;
  };
  const elsewhere = createMemoryHouse({ store: await open(url) });
  expect([await ask(), await ask()]).toEqual([1, 1]);

  await app.memory.forget({ userId: USER }, { kind: 'everything' });
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(2);

  await elsewhere.forget({ userId: USER }, { kind: 'channel', channelId: CHANNEL });
  await expect.poll(ask, { timeout: 20_000 }).toBe(3);
}, 60_000);
