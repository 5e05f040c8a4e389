import type { ChatMessage } from '../../machines/conversation.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { RunSaved } from '../../machines/ports.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Store } from '../../src/store/store.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from '../support/store-builders.ts';

/** A store and what the contracts do with it all the time. */
export interface StoreUnderTest {
  store(): Store;
  /** A whole turn: accepted, begun, ended. */
  answered(question: Question, outcome?: RunOutcome): Promise<RunSaved>;
  /** Questions of one user, a minute apart, each answered with `re: ` and itself. */
  talk(userId: UserId, texts: readonly string[], channelId?: ChannelId): Promise<void>;
  /** What a run for this question would be shown. */
  historyFor(question: Question): Promise<readonly ChatMessage[]>;
  unfinishedOf(userId: UserId): Promise<readonly RunId[]>;
}

export function underTest(store: () => Store): StoreUnderTest {
  const house: StoreUnderTest = {
    store,
    async answered(question, outcome = anAnswer('84')) {
      await store().inbox.accept(question);
      await store().runs.begin(aRun(question), question, untilDone);
      return await store().runs.end(aRecord(question, outcome), untilDone);
    },
    async talk(userId, texts, channelId) {
      for (const [minute, text] of texts.entries()) {
        const at = Date.UTC(2026, 4, 1, 12, minute);
        const question = aQuestion({ userId, text, at, ...(channelId && { channelId }) });
        await house.answered(question, anAnswer(`re: ${text}`));
      }
    },
    async historyFor(question) {
      const start = await store().runs.begin(aRun(question), question, untilDone);
      if (start.kind === 'failed') throw new Error(start.failure.message);
      return start.history;
    },
    async unfinishedOf(userId) {
      const found = await store().inbox.unfinished(1_000);
      return found
        .filter(({ question }) => question.userId === userId)
        .map(({ question }) => question.runId);
    },
  };
  return house;
}
