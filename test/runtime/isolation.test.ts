import { describe, expect, it } from 'vitest';
import type { RunId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Inbox } from '../../src/runtime/dispatcher.ts';
import { createLocalDispatcher } from '../../src/runtime/local-dispatcher.ts';
import { silentLog } from '../../src/shared/log.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';

interface Kept {
  readonly question: Question;
  attempts: number;
  owner: number;
  fate: 'open' | 'answered' | RunOutcome;
}

/** An inbox that outlives processes. */
class Rows {
  readonly all = new Map<RunId, Kept>();

  inboxOf(owner: number): Inbox {
    const rowOf = (question: Question): Kept => {
      const known = this.all.get(question.runId) ?? { question, attempts: 0, owner, fate: 'open' };
      this.all.set(question.runId, known);
      return known;
    };
    return {
      async accept(question) {
        rowOf(question);
        return { kind: 'accepted' };
      },
      claim: async ({ limit, userId }) => {
        const orphans = [...this.all.values()].filter(
          (row) =>
            row.fate === 'open' &&
            row.owner !== owner &&
            (userId === undefined || row.question.userId === userId),
        );
        const questions = orphans.slice(0, limit);
        for (const row of questions) row.owner = owner;
        return { kind: 'claimed', questions: questions.map((row) => ({ ...row })) };
      },
      async leave() {},
      async countAttempt(question) {
        rowOf(question).attempts += 1;
      },
      async finish(question, outcome) {
        rowOf(question).fate = outcome;
        return undefined;
      },
    };
  }
}

const q = (user: string): Question => aQuestion({ run: `${user}1`, user });
const isPoison = ({ userId }: Question): boolean => userId.startsWith('bad');

/**
 * One life of a process, to its death or until nothing is left to do. A poisonous question kills it as soon as it is
 * begun, and everything else that is under way dies with it; the others are answered after a turn of the loop.
 */
async function live(rows: Rows, life: number, asked: readonly Question[]) {
  let isDead = false;
  const clock = simulatedClock();
  const inbox = rows.inboxOf(life);
  const dispatcher = createLocalDispatcher({ inbox, clock, log: silentLog, cancel() {} });
  const never = new Promise<void>(() => {});
  await dispatcher.start(async (question) => {
    if (isDead) return await never;
    isDead ||= isPoison(question);
    await quiet();
    const row = rows.all.get(question.runId);
    if (isDead || row === undefined) return await never;
    row.fate = 'answered';
  });
  for (const question of asked) void dispatcher.submit(question);
  for (let turn = 0; turn < 100 && !isDead; turn++) await quiet();
  return { isDead };
}

const attemptsOf = (rows: Rows, isMeant: (question: Question) => boolean): readonly number[] =>
  [...rows.all.values()]
    .filter(({ question }) => isMeant(question))
    .map(({ attempts }) => attempts);

describe('a question that kills the process each time', () => {
  it('is given up after three more tries, and those beside it are answered after two at most', async () => {
    const rows = new Rows();
    const asked = ['ada', 'bob', 'bad', 'cyd', 'dee', 'eve'].map(q);
    let lives = 1;

    await live(rows, lives, asked);
    while ((await live(rows, ++lives, [])).isDead);

    const fates = [...rows.all.values()].map(({ question, fate }) => [
      question.userId,
      typeof fate === 'string' ? fate : fate.kind,
    ]);
    expect(fates).toEqual([
      ['ada', 'answered'],
      ['bob', 'answered'],
      ['bad', 'failed'],
      ['cyd', 'answered'],
      ['dee', 'answered'],
      ['eve', 'answered'],
    ]);
    expect(attemptsOf(rows, isPoison)).toEqual([3]);
    expect(Math.max(...attemptsOf(rows, (question) => !isPoison(question)))).toBe(2);
    expect(lives).toBe(5);
  });

  it('takes no innocent question with it, however many of its kind come in each life', async () => {
    const rows = new Rows();
    await live(rows, 1, ['ada', 'bad0', 'bob', 'cyd'].map(q));

    for (let life = 2; life < 40; life++) {
      const isStorm = life < 20;
      await live(rows, life, isStorm ? [`ida${life}`, `bad${life}`, `joe${life}`].map(q) : []);
    }
    let lives = 40;
    while ((await live(rows, ++lives, [])).isDead);

    const innocent = [...rows.all.values()].filter(({ question }) => !isPoison(question));
    expect(innocent.map(({ fate }) => fate)).toEqual(innocent.map(() => 'answered'));
    expect(Math.max(...innocent.map(({ attempts }) => attempts))).toBeLessThanOrEqual(3);
  });
});
