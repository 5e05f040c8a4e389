import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../machines/ids.ts';
import { anAnswer, aQuestion, aRun, someone, untilDone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about files and about machines elsewhere. */
export function keepsFiles(house: StoreUnderTest): void {
  const begun = async () => {
    const question = aQuestion();
    await house.store().runs.begin(aRun(question), question, untilDone);
    return question;
  };
  const aFile = (runId: RunId, data: Buffer) => ({
    id: randomUUID(),
    runId,
    name: 'Übersicht 1.png',
    mime: 'image/png',
    data,
    at: 1_000,
  });
  const files = () => house.store().files;

  describe('files', () => {
    it('come back byte for byte', async () => {
      const { userId, runId } = await begun();
      const file = aFile(runId, Buffer.from([0, 255, 10, 13, 128]));
      expect(await files().keep({ userId }, file)).toBe(true);
      const { name, mime, data } = file;
      expect(await files().read({ userId }, file.id)).toEqual({ name, mime, data });
    });

    it('are their own user’s alone', async () => {
      const { userId, runId } = await begun();
      const file = aFile(runId, Buffer.from('x'));
      await files().keep({ userId }, file);
      expect(await files().read({ userId: someone() }, file.id)).toBeUndefined();
    });

    it('are not kept for a run that is not there', async () => {
      const { userId, runId } = await begun();
      const file = aFile(runId, Buffer.from('x'));
      expect(await files().keep({ userId: someone() }, file)).toBe(false);
      await house.store().forgetting.forget(userId, { kind: 'everything' });
      expect(await files().keep({ userId }, file)).toBe(false);
    });

    it('are forgotten with what was said', async () => {
      const { userId, runId } = await begun();
      const file = aFile(runId, Buffer.from('x'));
      await files().keep({ userId }, file);
      await house.store().forgetting.forget(userId, { kind: 'everything' });
      expect(await files().read({ userId }, file.id)).toBeUndefined();
    });

    it('may be of two megabytes, and empty', async () => {
      const { userId, runId } = await begun();
      for (const data of [Buffer.alloc(2 << 20, 7), Buffer.alloc(0)]) {
        const file = aFile(runId, data);
        await files().keep({ userId }, file);
        expect((await files().read({ userId }, file.id))?.data.equals(data)).toBe(true);
      }
    });

    it('of a user are 200 at most: the oldest go', async () => {
      const { userId, runId } = await begun();
      const all = Array.from({ length: 203 }, () => aFile(runId, Buffer.from('x')));
      for (const file of all) await files().keep({ userId }, file);
      const isThere = async (at: number) =>
        (await files().read({ userId }, all[at]?.id ?? '')) !== undefined;
      expect(await isThere(0)).toBe(false);
      expect(await isThere(202)).toBe(true);
    });

    it('are listed with the outcome of the run that made them', async () => {
      const question = aQuestion();
      const made = [{ id: 'f1', name: 'chart.png', mime: 'image/png', bytes: 12 }];
      await house.answered(question, anAnswer('Here.', { files: made }));
      const { userId, channelId } = question;
      const [run] = await house.store().conversation({ userId }, channelId, { limit: 1 });
      expect(run?.outcome).toMatchObject({ kind: 'answered', files: made });
    });
  });

  describe('copies of prompts', () => {
    it('are replaced by the next version, each prompt by itself', async () => {
      const { prompts } = house.store();
      const name = `leader:${randomUUID()}`;
      expect(await prompts.read(name)).toBeUndefined();
      await prompts.write(name, { version: 'v1', content: 'One.', at: 1 });
      await prompts.write(name, { version: 'v2', content: 'Two.', at: 2 });
      expect(await prompts.read(name)).toEqual({ version: 'v2', content: 'Two.' });
    });
  });

  describe('machines elsewhere', () => {
    it('are listed for their own house until they are removed', async () => {
      const { sandboxes } = house.store();
      const [ours, theirs] = [randomUUID(), randomUUID()];
      const [a, b] = [`${ours}-a`, `${ours}-b`];
      await sandboxes.add({ id: a, house: ours, at: 1 });
      await sandboxes.add({ id: a, house: ours, at: 2 });
      await sandboxes.add({ id: b, house: ours, at: 3 });
      await sandboxes.add({ id: `${theirs}-c`, house: theirs, at: 4 });
      await sandboxes.remove(b);
      await sandboxes.remove(b);
      expect(await sandboxes.list(ours)).toEqual([a]);
    });
  });
}
