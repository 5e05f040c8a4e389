/**
 * Runs in a process of its own, to be killed: opens the store in the folder given, then writes and says on stdout what
 * was acknowledged, a line each (`accepted <id>`, `saved <id>`), until it dies.
 */

import { UserId } from '../../machines/ids.ts';
import { openStore } from '../../src/store/store.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from './store-builders.ts';

const [dataDir = '', user = ''] = process.argv.slice(2);
const store = await openStore({ place: { kind: 'embedded', dataDir } });
process.stdout.write('open\n');

async function writeOn(): Promise<never> {
  for (;;) {
    const question = aQuestion({ userId: UserId(user) });
    if ((await store.inbox.accept(question)) === 'accepted') say('accepted', question.runId);
    const unanswered = aQuestion({ userId: UserId(user) });
    if ((await store.inbox.accept(unanswered)) === 'accepted') say('accepted', unanswered.runId);
    await store.runs.begin(aRun(question), question, untilDone);
    const { kind } = await store.runs.end(aRecord(question, anAnswer('84')), untilDone);
    if (kind === 'saved') say('saved', question.runId);
  }
}

const say = (what: string, id: string): void => {
  process.stdout.write(`${what} ${id}\n`);
};

await Promise.all([writeOn(), writeOn()]);
