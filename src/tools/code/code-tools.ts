import type { RunRef } from '../../../machines/question.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Tool } from '../tool.ts';
import { KERNEL_ATTACKS, SCRIPT_ATTACKS } from './attacks.ts';
import { bubblewrapSandbox } from './bubblewrap.ts';
import { type CodePlace, createChoice } from './choice.ts';
import { type E2bSandbox, e2bSandbox, type SandboxRegister } from './e2b.ts';
import { createE2bClient, type E2bService } from './e2b-client.ts';
import type { FileKeeper } from './file-keeper.ts';
import { filesTool } from './files-tool.ts';
import { pyodideSandbox } from './pyodide.ts';
import { runCode } from './run-code.ts';
import { webAssemblySandbox } from './webassembly.ts';
import { createWorkspaces } from './workspaces.ts';

export interface CodeToolsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: what code makes is seen by code only. */
  readonly keeper?: FileKeeper | undefined;
  /** Left out: code is run on this machine, or not at all. */
  readonly e2b?: { readonly service: E2bService; readonly register: SandboxRegister } | undefined;
}

/** `run_python`, `run_javascript` and `files`, and what they hold for the teams. */
export interface CodeTools {
  readonly tools: readonly Tool[];
  /** Where code is run, for people. */
  place(): CodePlace;
  /** The same, once the sandboxes have been tried. Never rejects. */
  known(): Promise<CodePlace>;
  /** Finds out where code can be run, and ends what an earlier life of the house left behind. Never rejects. */
  start(): Promise<void>;
  /** Forgets a team's files and ends its machine. */
  release(team: Pick<RunRef, 'userId' | 'epoch'>): Promise<void>;
}

/** No user id has a space. */
const ownerOf = ({ userId, epoch }: Pick<RunRef, 'userId' | 'epoch'>) => `${userId} ${epoch}`;

/** The tools that run code. */
export function createCodeTools({ clock, log, keeper, e2b }: CodeToolsOptions): CodeTools {
  const remote = e2b === undefined ? undefined : remoteSandbox({ ...e2b, clock, log });
  const fallback = webAssemblySandbox();
  const choice = createChoice({
    candidates: [
      ...(remote === undefined ? [] : [{ sandbox: remote, proof: 'trusted' } as const]),
      { sandbox: bubblewrapSandbox(), proof: KERNEL_ATTACKS },
      { sandbox: pyodideSandbox(), proof: SCRIPT_ATTACKS },
    ],
    fallback,
    clock,
    log,
  });
  const known = async (): Promise<CodePlace> => {
    await choice.sandboxesFor('python');
    return choice.place();
  };
  const workspaces = createWorkspaces();
  const ending = new AbortController();
  const close = async (): Promise<void> => {
    ending.abort();
    choice.close();
    await Promise.all([fallback.close(), remote?.close()]);
  };
  const shared = { choice, workspaces, keeper, ownerOf, log };
  return {
    tools: [
      { ...runCode('javascript', shared), close },
      runCode('python', shared),
      filesTool({ workspaces, ownerOf }),
    ],
    place: choice.place,
    known,
    async start() {
      await Promise.all([known(), remote?.reap(ending.signal)]);
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
