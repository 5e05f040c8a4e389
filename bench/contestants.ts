import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Batch, Cost } from './contestant.ts';

/** A side of the benchmark that runs in a process of its own. */
export interface Contestant {
  /** Rejects when the process ends before the batch is done. */
  play(batch: Batch): Promise<Cost>;
  close(): Promise<void>;
}

/** The turn by hand, or a house: without a database URL nothing is kept. */
export type Side =
  | { readonly kind: 'raw'; readonly modelUrl: string }
  | { readonly kind: 'house'; readonly modelUrl: string; readonly databaseUrl?: string };

export async function startContestant(side: Side): Promise<Contestant> {
  const database = side.kind === 'house' && side.databaseUrl ? [side.databaseUrl] : [];
  const script = new URL('contestant.ts', import.meta.url).pathname;
  const child = fork(script, [side.kind, side.modelUrl, ...database], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await nextWord(child);
  return {
    async play(batch) {
      const answer = nextWord(child);
      child.send(batch);
      // contestant.ts answers each batch with its cost, and says nothing else.
      return (await answer) as Cost;
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

function nextWord(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('A side of the benchmark ended too early.'));
    child.once('exit', onExit);
    child.once('message', (word) => {
      child.off('exit', onExit);
      resolve(word);
    });
  });
}
