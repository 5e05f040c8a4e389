import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Acceptance, Inbox, Unfinished } from '../../src/runtime/dispatcher.ts';
import { createLocalDispatcher } from '../../src/runtime/local-dispatcher.ts';
import { aQuestion } from '../support/builders.ts';
import { quiet } from '../support/clock.ts';
import { recordedLog } from '../support/recorded-log.ts';

/** `ada1` is question 1 of ada. */
const q = (name: string): Question => aQuestion({ run: name, user: name.replace(/\d+$/, '') });

const left = (name: string, attempts = 0): Unfinished => ({ question: q(name), attempts });

interface Given {
  readonly unfinished?: readonly Unfinished[];
  readonly accept?: (question: Question) => Promise<Acceptance>;
  readonly read?: Promise<void>;
}

/** A dispatcher over an inbox that writes down what is done to it, and runs that end when told to. */
function aDispatcher({ unfinished = [], accept, read }: Given = {}) {
  const journal: string[] = [];
  const ends = new Map<string, () => void>();
  const finished: RunOutcome[] = [];
  const log = recordedLog();
  const inbox: Inbox = {
    accept: accept ?? (() => Promise.resolve({ kind: 'accepted' })),
    async unfinished() {
      await read;
      return unfinished;
    },
    async countAttempt({ runId }) {
      journal.push(`count ${runId}`);
    },
    async finish({ runId }, outcome) {
      journal.push(`finish ${runId}`);
      finished.push(outcome);
      return undefined;
    },
  };
  const dispatcher = createLocalDispatcher({ inbox, log, cancel() {} });
  const execute = ({ runId }: Question): Promise<void> => {
    journal.push(runId);
    return new Promise((resolve) => ends.set(runId, resolve));
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await quiet();
  };
  return { dispatcher, journal, finished, log, end, start: () => dispatcher.start(execute) };
}

describe('a dispatcher', () => {
  it('runs what it accepts', async () => {
    const { dispatcher, journal, start } = aDispatcher();
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('does not run what was accepted before', async () => {
    const { dispatcher, journal, start } = aDispatcher({
      accept: () => Promise.resolve({ kind: 'duplicate' }),
    });
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'duplicate' });
    await quiet();
    expect(journal).toEqual([]);
  });

  it('runs what could not be written down, and says that a crash would lose it', async () => {
    const why = failure('storage', 'The disk is full.');
    const { dispatcher, journal, log, start } = aDispatcher({
      accept: () => Promise.resolve({ kind: 'failed', failure: why }),
    });
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'undurable', failure: why });
    await quiet();
    expect(journal).toEqual(['ada1']);
    expect(log.events('warn')).toEqual(['inbox.undurable']);
  });

  it('begins the questions of a user in the order they came, however long the inbox takes', async () => {
    const slow = Promise.withResolvers<Acceptance>();
    const { dispatcher, journal, start } = aDispatcher({
      accept: ({ runId }) =>
        runId === 'ada1' ? slow.promise : Promise.resolve({ kind: 'accepted' }),
    });
    await start();
    void dispatcher.submit(q('ada1'));
    void dispatcher.submit(q('ada2'));
    void dispatcher.submit(q('bob1'));
    await quiet();
    expect(journal).toEqual(['bob1']);

    slow.resolve({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['bob1', 'ada1', 'ada2']);
  });

  it('holds what comes before it has started', async () => {
    const { dispatcher, journal, start } = aDispatcher();
    const submission = dispatcher.submit(q('ada1'));
    await quiet();
    expect(journal).toEqual([]);
    await start();
    expect(await submission).toEqual({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('is stopped when nothing it began is under way', async () => {
    const { dispatcher, end, start } = aDispatcher();
    await start();
    await dispatcher.submit(q('ada1'));
    await quiet();
    let stopped = false;
    const stop = dispatcher.stop().then(() => {
      stopped = true;
    });
    await quiet();
    expect(stopped).toBe(false);
    await end('ada1');
    await stop;
  });

  it('stops although it never started', async () => {
    await expect(aDispatcher().dispatcher.stop()).resolves.toBeUndefined();
  });
});

describe('recovery', () => {
  const four = ['ada1', 'bob1', 'cyd1', 'dee1'].map((name) => left(name));

  it('runs the unfinished oldest first, three at a time, each attempt counted before', async () => {
    const { journal, end, start } = aDispatcher({ unfinished: four });
    await start();
    await quiet();
    expect([...journal].sort()).toEqual(
      ['ada1', 'bob1', 'count ada1', 'count bob1', 'count cyd1', 'cyd1'].sort(),
    );
    expect(journal.indexOf('count ada1')).toBeLessThan(journal.indexOf('ada1'));

    await end('bob1');
    expect(journal.slice(-2)).toEqual(['count dee1', 'dee1']);
  });

  it('gives up a question that the process has died with too often, and closes it', async () => {
    const { journal, finished, log, start } = aDispatcher({ unfinished: [left('ada1', 3)] });
    await start();
    await quiet();
    expect(journal).toEqual(['finish ada1']);
    expect(finished).toMatchObject([{ kind: 'failed', failure: { kind: 'poisonous' } }]);
    expect(log.events('error')).toEqual(['inbox.given_up']);
  });

  it('lets a new question of the same user wait behind the old ones', async () => {
    const unfinished = [...four, left('ada2'), left('eve1')];
    const { dispatcher, journal, start } = aDispatcher({ unfinished });
    await start();
    await quiet();
    await dispatcher.submit(q('eve2'));
    await quiet();
    expect(journal.filter((line) => line.startsWith('eve'))).toEqual(['eve1', 'eve2']);
    expect(journal).not.toContain('ada2');
  });

  it('does not hold up the new questions of others', async () => {
    const { dispatcher, journal, start } = aDispatcher({ unfinished: four });
    await start();
    await dispatcher.submit(q('eve1'));
    await quiet();
    expect(journal).toContain('eve1');
  });

  it('runs a question once that comes while the inbox is being read', async () => {
    const kept: Unfinished[] = [];
    const read = Promise.withResolvers<void>();
    const { dispatcher, journal, start } = aDispatcher({
      unfinished: kept,
      read: read.promise,
      accept: (question) => {
        kept.push({ question, attempts: 0 });
        return Promise.resolve({ kind: 'accepted' });
      },
    });
    const started = start();
    const submission = dispatcher.submit(q('ada1'));
    await quiet();
    read.resolve();
    await Promise.all([started, submission]);
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('leaves in the inbox what it has not begun when it is stopped', async () => {
    const { dispatcher, journal, end, start } = aDispatcher({ unfinished: four });
    await start();
    await quiet();
    const stop = dispatcher.stop();
    for (const name of ['ada1', 'bob1', 'cyd1']) await end(name);
    await stop;
    await quiet();
    expect(journal).not.toContain('dee1');
    expect(journal).not.toContain('finish dee1');
  });
});
