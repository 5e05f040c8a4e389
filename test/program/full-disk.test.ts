import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aDataFolder, aFolder, type OpenProgram, start } from '../support/program.ts';

const FULL_DISK = new URL('../support/full-disk.mjs', import.meta.url).href;

/** Asks until an answer has nothing to note: then the store takes what it is given. */
async function untilUnremarkable(program: OpenProgram): Promise<number> {
  for (let asked = 1; ; asked++) {
    const question = { runId: `after${asked}`, channelId: 'den', text: 'what is 2+2?' };
    const outcome = await program.answer(question);
    if (JSON.stringify(outcome).includes('"notes":[]')) return asked;
  }
}

it('The program says under an answer that it could not be saved while the disk is full, and has lost nothing once there is space', async () => {
  const flag = join(await aFolder(), 'full');
  const DATA_DIR = await aDataFolder();
  const env = { DATA_DIR, FULL_DISK_WHILE: flag };
  const program = await start({ env, preload: FULL_DISK });
  await program.answer({ runId: 'm1', channelId: 'lab', text: 'what is 12*7?' });

  await writeFile(flag, '');
  const meanwhile = await program.answer({ runId: 'm2', channelId: 'lab', text: 'what is 3*3?' });
  await rm(flag);
  await untilUnremarkable(program);
  const ended = await program.stop();
  const again = await start({ env: { DATA_DIR } });

  expect(meanwhile).toMatchObject({
    kind: 'answered',
    text: expect.stringContaining('9'),
    notes: expect.arrayContaining(['not_saved']),
  });
  expect(ended.code).toBe(0);
  expect(await again.conversation('lab')).toMatchObject([
    { runId: 'm1', outcome: { kind: 'answered' } },
    { runId: 'm2', outcome: { kind: 'answered' } },
  ]);
}, 240_000);
