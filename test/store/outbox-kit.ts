import { randomUUID } from 'node:crypto';
import type { Question } from '../../machines/question.ts';
import type { WaitingPart } from '../../src/store/outbox.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** A platform nobody else talks to, so that tests can share a store. */
export const aPlatform = (): string => `platform-${randomUUID()}`;

/** A question that came by a platform. */
export const aMessage = (
  platform: string,
  over: Partial<Question> & { position?: number } = {},
) => {
  const { position = 1, ...given } = over;
  return aQuestion({
    origin: { platform, channelId: 'general', replyTo: 'message-1', position },
    ...given,
  });
};

/** What the contracts do with an outbox all the time. */
export function outboxOf(house: StoreUnderTest) {
  const pending = async (
    platform: string,
    { now = Number.MAX_SAFE_INTEGER / 1_000, limit = 100 } = {},
  ): Promise<readonly WaitingPart[]> => {
    const read = await house.store().outbox.pending(platform, { now, limit });
    if (read.kind === 'failed') throw new Error(read.failure.message);
    return read.parts;
  };
  const answer = async (question: Question, parts: readonly string[], epoch = 1) => {
    await house.store().inbox.accept(question);
    await house.store().runs.begin(aRun(question, epoch), question, untilDone);
    const record = { ...aRecord(question, anAnswer('84'), { epoch }), parts };
    return await house.store().runs.end(record, untilDone);
  };
  /** Takes everything out, in the order in which it leaves. */
  const drain = async (platform: string): Promise<readonly string[]> => {
    const left: string[] = [];
    for (;;) {
      const [next] = await pending(platform);
      if (next === undefined) return left;
      left.push(next.content);
      await house.store().outbox.sent(next, `there-${left.length}`);
    }
  };
  return { pending, answer, drain };
}
