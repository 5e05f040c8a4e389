import type { RunRef } from '../../../machines/question.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Tool } from '../tool.ts';
import { bubblewrapSandbox } from './bubblewrap.ts';
import { createChoice } from './choice.ts';
import { type E2bSandbox, e2bSandbox, type SandboxRegister } from './e2b.ts';
import { createE2bClient, type E2bService } from './e2b-client.ts';
import type { FileKeeper } from './file-keeper.ts';
import { filesTool } from './files-tool.ts';
import { runPython } from './run-python.ts';
import { createWorkspaces } from './workspaces.ts';

export interface CodeToolsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: what code makes is seen by code only. */
  readonly keeper?: FileKeeper | undefined;
  /** Left out: code is run on this machine, or not at all. */
  readonly e2b?: { readonly service: E2bService; readonly register: SandboxRegister } | undefined;
}

/** `run_python` and `files`, and what they hold for the teams. */
export interface CodeTools {
  readonly tools: readonly Tool[];
  /** In a few words, for people: where Python is run. */
  status(): string;
  /** Finds out where Python can be run, and ends what an earlier life of the house left behind. Never rejects. */
  start(): Promise<void>;
  /** Forgets a team's files and ends its machine. */
  release(team: Pick<RunRef, 'userId' | 'epoch'>): Promise<void>;
}

/** No user id has a space. */
const ownerOf = ({ userId, epoch }: Pick<RunRef, 'userId' | 'epoch'>) => `${userId} ${epoch}`;

/** The tools that run code of all languages but JavaScript, which has an interpreter of its own. */
export function createCodeTools({ clock, log, keeper, e2b }: CodeToolsOptions): CodeTools {
  const remote = e2b === undefined ? undefined : remoteSandbox({ ...e2b, clock, log });
  const choice = createChoice({
    candidates: [
      ...(remote === undefined ? [] : [{ sandbox: remote, proof: 'trusted' } as const]),
      { sandbox: bubblewrapSandbox(), proof: 'probed' },
    ],
    clock,
    log,
  });
  const workspaces = createWorkspaces();
  const ending = new AbortController();
  const close = async (): Promise<void> => {
    ending.abort();
    choice.close();
    await remote?.close();
  };
  return {
    tools: [
      { ...runPython({ choice, workspaces, keeper, ownerOf, log }), close },
      filesTool({ workspaces, ownerOf }),
    ],
    status: choice.status,
    async start() {
      await Promise.all([choice.chosen(), remote?.reap(ending.signal)]);
    },
    async release(team) {
      const owner = ownerOf(team);
      workspaces.release(owner);
      await remote?.release(owner);
    },
  };
}

const remoteSandbox = ({
  service,
  ...rest
}: NonNullable<CodeToolsOptions['e2b']> & { clock: Clock; log: Log }): E2bSandbox =>
  e2bSandbox({ client: createE2bClient(service), ...rest });
