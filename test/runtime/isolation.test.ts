import { describe, expect, it } from 'vitest';
import type { RunId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Inbox } from '../../src/runtime/dispatcher.ts';
import { createLocalDispatcher } from '../../src/runtime/local-dispatcher.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Tries } from '../../src/shared/tries.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';
import { seeded } from '../support/random.ts';

interface Kept {
  readonly question: Question;
  tries: Tries;
  /** Steps of its run that were kept, now and when it was last begun again. */
  steps: number;
  stepsThen: number;
  owner: number;
  fate: 'open' | 'answered' | RunOutcome;
}

/** An inbox that outlives processes, and how far the runs of its questions have come. */
class Rows {
  readonly all = new Map<RunId, Kept>();

  inboxOf(owner: number): Inbox {
    return {
      accept: async (question) => {
        const tries = { inAll: 0, inVain: 0 };
        const row: Kept = { question, tries, steps: 0, stepsThen: 0, owner, fate: 'open' };
        this.all.set(question.runId, row);
        return { kind: 'accepted' };
      },
      claim: async ({ limit, userId }) => {
        const orphans = [...this.all.values()].filter(
          (row) =>
            row.fate === 'open' &&
            row.owner !== owner &&
            (userId === undefined || row.question.userId === userId),
        );
        const rows = orphans.slice(0, limit);
        for (const row of rows) row.owner = owner;
        const questions = rows.map(({ question, tries, steps, stepsThen }) => ({
          question,
          tries: steps > stepsThen ? { ...tries, inVain: 0 } : tries,
        }));
        return { kind: 'claimed', questions };
      },
      async leave() {},
      countTry: async ({ question, tries: { inAll, inVain } }) => {
        const row = this.of(question);
        row.tries = { inAll: inAll + 1, inVain: inVain + 1 };
        row.stepsThen = row.steps;
      },
      finish: async (question, outcome) => {
        this.of(question).fate = outcome;
        return undefined;
      },
    };
  }

  of({ runId }: Question): Kept {
    const row = this.all.get(runId);
    if (row === undefined) throw new Error(`Nobody has asked ${runId}.`);
    return row;
  }
}

const q = (user: string): Question => aQuestion({ run: `${user}1`, user });
const isPoison = ({ userId }: Question): boolean => userId.startsWith('bad');
/** Kills the process when its run has come one step further than ever before. */
const isCreeping = ({ userId }: Question): boolean => userId.startsWith('creeping');
const STEPS = 4;

interface Life {
  readonly asked?: readonly Question[];
  /** Somebody outside ends it after so many turns of the loop; left out: nobody does. */
  readonly endsAfter?: number;
}

/**
 * One life of a process, to its death or until nothing is left to do. A poisonous question kills it as soon as it is
 * begun, and everything else that is under way dies with it; the others are answered after a few steps.
 */
async function live(
  rows: Rows,
  life: number,
  { asked = [], endsAfter = Number.POSITIVE_INFINITY }: Life = {},
) {
  let isDead = false;
  const clock = simulatedClock();
  const inbox = rows.inboxOf(life);
  const dispatcher = createLocalDispatcher({
    inbox,
    clock,
    log: silentLog,
    cancel() {},
    onUnkept() {},
  });
  const never = new Promise<void>(() => {});
  await dispatcher.start(async (question) => {
    if (isDead) return await never;
    const row = rows.of(question);
    const before = row.steps;
    isDead ||= isPoison(question);
    for (let step = 1; step <= STEPS || isCreeping(question); step++) {
      await quiet();
      if (isDead) return await never;
      row.steps = Math.max(row.steps, step);
      isDead ||= isCreeping(question) && row.steps > before;
    }
    row.fate = 'answered';
  });
  for (const question of asked) void dispatcher.submit(question);
  for (let turn = 0; turn < 200 && !isDead; turn++) {
    await quiet();
    isDead ||= turn >= endsAfter;
    // Long enough for whatever waits until the house has stood.
    if (turn === 100 && !isDead) await clock.advance(5_000);
  }
  return { isDead };
}

const rowsOf = (rows: Rows, isMeant: (question: Question) => boolean): readonly Kept[] =>
  [...rows.all.values()].filter(({ question }) => isMeant(question));

const isInnocent = (question: Question): boolean => !isPoison(question) && !isCreeping(question);

describe('a question that kills the process each time', () => {
  it('is given up after three deaths, and those beside it are answered with the third', async () => {
    const rows = new Rows();
    const asked = ['ada', 'bob', 'bad', 'cyd', 'dee', 'eve'].map(q);
    let lives = 1;

    await live(rows, lives, { asked });
    while ((await live(rows, ++lives)).isDead);

    expect(rowsOf(rows, isPoison)).toMatchObject([
      { fate: { kind: 'failed' }, tries: { inAll: 2 } },
    ]);
    const innocent = rowsOf(rows, isInnocent);
    expect(innocent.map(({ fate }) => fate)).toEqual(innocent.map(() => 'answered'));
    expect(Math.max(...innocent.map(({ tries }) => tries.inAll))).toBe(2);
    expect(lives).toBe(4);
  });

  it('takes no innocent question with it, however many of its kind come in each life', async () => {
    const rows = new Rows();
    await live(rows, 1, { asked: ['ada', 'bad0', 'bob', 'cyd'].map(q) });

    for (let life = 2; life < 40; life++) {
      const isStorm = life < 20;
      const asked = isStorm ? [`ida${life}`, `bad${life}`, `joe${life}`].map(q) : [];
      await live(rows, life, { asked });
    }
    let lives = 40;
    while ((await live(rows, ++lives)).isDead);

    const innocent = rowsOf(rows, isInnocent);
    expect(innocent.map(({ fate }) => fate)).toEqual(innocent.map(() => 'answered'));
    expect(Math.max(...innocent.map(({ tries }) => tries.inAll))).toBeLessThanOrEqual(3);
  });

  it('is given up after ten deaths when it comes a little further each time', async () => {
    const rows = new Rows();
    let lives = 1;

    await live(rows, lives, { asked: ['ada', 'creeping', 'bob'].map(q) });
    while ((await live(rows, ++lives)).isDead);

    expect(rowsOf(rows, isCreeping)).toMatchObject([
      { fate: { kind: 'failed' }, tries: { inAll: 9 } },
    ]);
    expect(rowsOf(rows, isInnocent)).toMatchObject([{ fate: 'answered' }, { fate: 'answered' }]);
  });
});

describe('a process that is killed from outside again and again', () => {
  it.each([1, 2, 3, 4])('gives no question up for it (seed %i)', async (seed) => {
    const rows = new Rows();
    const random = seeded(seed);

    for (let life = 1; life <= 300; life++) {
      const asked = [`ada${life}`, `bob${life}`].map(q);
      // Hardly anything is ever left alone: one life in twenty.
      const endsAfter = life % 20 === 0 ? Number.POSITIVE_INFINITY : random.upTo(12);
      await live(rows, life, { asked, endsAfter });
    }
    await live(rows, 301);

    const fates = rowsOf(rows, isInnocent).map(({ fate }) => fate);
    expect(fates).toEqual(fates.map(() => 'answered'));
    // More often than is enough for one that does it itself.
    expect(Math.max(...rowsOf(rows, isInnocent).map(({ tries }) => tries.inAll))).toBeGreaterThan(
      2,
    );
  });
});
