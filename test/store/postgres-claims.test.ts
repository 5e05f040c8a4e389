import { describe, expect, it } from 'vitest';
import type { Question } from '../../machines/question.ts';
import type { Store } from '../../src/store/store.ts';
import { anAnswer, aQuestion, aRecord, aRun, aStep, untilDone } from '../support/store-builders.ts';
import { aDatabase, open, query } from './postgres-kit.ts';

const FENCED = { kind: 'failed', failure: { kind: 'unavailable' } };
const REFUSED = { kind: 'refused', refusal: { kind: 'house_full' } } as const;

/** Two processes on one database; `older` has opened it first. */
async function twoProcesses() {
  const { url } = await aDatabase();
  const older = await open(url);
  const younger = await open(url);
  // Both have said that they live.
  await older.inbox.claim({ limit: 1 });
  await younger.inbox.claim({ limit: 1 });
  return { url, older, younger };
}

async function accepted(store: Store, count: number): Promise<readonly Question[]> {
  const questions = Array.from({ length: count }, () => aQuestion());
  for (const question of questions) await store.inbox.accept(question);
  return questions;
}

const claimed = async (store: Store, limit = 100) =>
  (await store.inbox.claim({ limit })).map(({ question }) => question.runId);

/** As after a pause that was longer than its lease: it holds its connections still. */
const pauseAll = (url: string) =>
  query(url, `update owners set lease_until = now() - interval '1 second'`);

describe('the other processes on a database', { timeout: 30_000 }, () => {
  it('are counted while they live, by each of them, and whoever only looks in is none of them', async () => {
    const { url, older, younger } = await twoProcesses();
    const visitor = await open(url);

    const told = [older, younger, visitor].map((store) => store.inbox.neighbours());
    expect(await Promise.all(told)).toEqual([1, 1, 2]);

    await younger.close();
    // The server takes a moment to notice.
    while ((await older.inbox.neighbours()) > 0);
  });
});

describe('a question of another process', { timeout: 30_000 }, () => {
  it('is not claimed while that process lives', async () => {
    const { older, younger } = await twoProcesses();
    await accepted(younger, 2);

    expect(await claimed(older)).toEqual([]);
  });

  it('is claimed as soon as its connections are gone, long before its lease has run out', async () => {
    const { url, older, younger } = await twoProcesses();
    const [question] = await accepted(younger, 1);

    await younger.close();

    expect(await claimed(older)).toEqual([question?.runId]);
    const [lease] = await query(url, 'select max(lease_until) > now() as "isRunning" from owners');
    expect(lease).toEqual({ isRunning: true });
  });

  it('is claimed when its lease has run out, though it is connected', async () => {
    const { url, older, younger } = await twoProcesses();
    const [question] = await accepted(younger, 1);

    await pauseAll(url);

    expect(await claimed(older)).toEqual([question?.runId]);
    expect(await claimed(younger)).toEqual([]);
  });

  it('keeps the try that process died with when it is claimed and given back', async () => {
    const { older, younger } = await twoProcesses();
    const [question = aQuestion()] = await accepted(younger, 1);
    const next = { runId: question.runId, before: { inAll: 0, inVain: 0 } };
    await younger.inbox.countTry(question, next);
    await younger.close();

    const died = await older.inbox.claim({ limit: 1 });
    await older.inbox.leave();

    expect(await older.inbox.claim({ limit: 1 })).toEqual(died);
    expect(died).toMatchObject([{ tries: { inAll: 1, inVain: 1 } }]);
  });

  it('is claimed by one of two that want it at once', async () => {
    const { url, older, younger } = await twoProcesses();
    const third = await open(url);
    const questions = await accepted(third, 40);
    await third.close();

    const shares = await Promise.all([
      ...Array.from({ length: 4 }, () => claimed(older, 10)),
      ...Array.from({ length: 4 }, () => claimed(younger, 10)),
    ]);

    expect(shares.flat().sort()).toEqual(questions.map(({ runId }) => runId).sort());
  });
});

describe('a process that was paused for longer than its lease', { timeout: 30_000 }, () => {
  it.each([
    { claimer: 'an older', paused: 'younger', other: 'older' },
    { claimer: 'a younger', paused: 'older', other: 'younger' },
  ] as const)('cannot touch a run that $claimer process has claimed', async ({ paused, other }) => {
    const { url, ...processes } = await twoProcesses();
    const [question = aQuestion()] = await accepted(processes[paused], 1);
    // Its team has crashed more often, and its epochs are higher.
    await processes[paused].runs.begin(aRun(question, 7), question, untilDone);
    await processes[paused].runs.record(aStep(question, { epoch: 7 }), untilDone);
    await pauseAll(url);
    await claimed(processes[other]);
    const taken = await processes[other].runs.begin(aRun(question, 2), question, untilDone);

    const late = processes[paused].runs;
    const told = [
      await late.record(aStep(question, { epoch: 7, stepKey: 'leader/2' }), untilDone),
      await late.begin(aRun(question, 8), question, untilDone),
      await late.end(aRecord(question, anAnswer('late'), { epoch: 7 }), untilDone),
    ];
    await processes[paused].inbox.finish(question, { outcome: REFUSED });
    const step = aStep(question, { epoch: 2, stepKey: 'leader/2' });
    const kept = await processes[other].runs.record(step, untilDone);
    const end = aRecord(question, anAnswer('in time'), { epoch: 2 });
    const ended = await processes[other].runs.end(end, untilDone);

    expect(taken).toMatchObject({ kind: 'begun', steps: [{ stepKey: 'leader/1' }] });
    expect(told).toMatchObject([FENCED, FENCED, FENCED]);
    expect([kept.kind, ended.kind]).toEqual(['saved', 'saved']);
    const page = await processes[other].conversation(question, question.channelId, { limit: 9 });
    expect(page).toMatchObject([{ outcome: { text: 'in time' } }]);
  });

  it('cannot begin a question that waited there and was claimed meanwhile', async () => {
    const { url, older, younger } = await twoProcesses();
    const [question = aQuestion()] = await accepted(younger, 1);
    await pauseAll(url);
    await claimed(older);

    const begun = await younger.runs.begin(aRun(question), question, untilDone);

    expect(begun).toMatchObject(FENCED);
  });
});
