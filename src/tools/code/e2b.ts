import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf } from '../../shared/thrown.ts';
import { createSlots } from '../slots.ts';
import { cellOf, inPython } from './e2b-cells.ts';
import { type Cell, type E2bClient, E2bProblem, type RemoteSandbox } from './e2b-client.ts';
import { putCell, readTaken, takeCell } from './e2b-files.ts';
import {
  type CodeJob,
  type CodeOptions,
  type CodeOutcome,
  type Files,
  MAX_FILE_BYTES,
  MAX_OUTPUT_BYTES,
  type Sandbox,
} from './sandbox.ts';

/** Remembers which sandboxes this house pays for. Never rejects: what could not be written is logged. */
export interface SandboxRegister {
  add(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Those that an earlier life of this house has left behind. */
  leftBehind(): Promise<readonly string[]>;
}

export interface E2bOptions {
  readonly client: E2bClient;
  readonly register: SandboxRegister;
  readonly clock: Clock;
  readonly log: Log;
}

/** A machine of its own for each owner, at E2B: made at its first run, ended when it is released. */
export interface E2bSandbox extends Sandbox {
  /** Ends what an earlier life of this house has left behind. */
  reap(signal: AbortSignal): Promise<void>;
  release(owner: string): Promise<void>;
  close(): Promise<void>;
}

/** How long a sandbox lives that nobody uses or ends. */
const LIFE_MS = 10 * 60_000;
/** Ending one may take so long. */
const END_MS = 5_000;

export function e2bSandbox(options: E2bOptions): E2bSandbox {
  const rooms = new Map<string, Room>();
  const roomOf = (owner: string): Room => {
    const room = rooms.get(owner) ?? new Room(options);
    rooms.set(owner, room);
    return room;
  };
  return {
    name: 'E2B',
    languages: ['python', 'javascript'],
    state() {
      const alive = [...rooms.values()].filter((room) => room.isAlive).length;
      return alive === 1 ? '1 machine alive' : `${alive} machines alive`;
    },
    async run(job, call) {
      const room = roomOf(call.owner);
      const outcome = await room.run(job, call);
      // Released while it ran: nobody will come back for it.
      if (rooms.get(call.owner) !== room) await room.leave();
      return outcome;
    },
    async reap(signal) {
      for (const id of await options.register.leftBehind()) {
        if (!signal.aborted) await endRemote(id, options);
      }
    },
    async release(owner) {
      const room = rooms.get(owner);
      rooms.delete(owner);
      await room?.leave();
    },
    async close() {
      const all = [...rooms.values()];
      rooms.clear();
      await Promise.all(all.map((room) => room.leave()));
    },
  };
}

/** Never rejects: what cannot be ended now stays in the register, and the next life of the house tries again. */
async function endRemote(id: string, { client, register, clock, log }: E2bOptions): Promise<void> {
  const ending = new AbortController();
  const timer = clock.setTimeout(() => ending.abort(), END_MS);
  try {
    await client.end(id, ending);
    await register.remove(id);
  } catch (error) {
    log.warn('sandbox.not_ended', { id, why: messageOf(error) });
  } finally {
    clock.clearTimeout(timer);
  }
}

/** What one owner has at E2B: at most one machine, one run at a time. */
class Room {
  readonly #options: E2bOptions;
  readonly #turns = createSlots({ places: 1, maxWaiting: 10 });
  #remote: RemoteSandbox | undefined;
  /** What the machine has in its folder, as far as is known here. */
  #files: Files = new Map();

  constructor(options: E2bOptions) {
    this.#options = options;
  }

  /** It has a machine that was not ended here. */
  get isAlive(): boolean {
    return this.#remote !== undefined;
  }

  async run(job: CodeJob, call: CodeOptions): Promise<CodeOutcome> {
    const timed = withTime(call);
    const done = await this.#turns.take(timed.signal);
    let failed: 'broken' | 'lost' = 'broken';
    try {
      if (done === undefined) return timed.ended() ?? CROWDED;
      const remote = await this.#enter(timed.signal);
      await this.#putFiles(job, remote, timed.signal);
      failed = 'lost';
      return await this.#work(job, remote, timed.signal);
    } catch (error) {
      // What still runs in there is ended with the machine.
      await this.leave();
      return timed.ended() ?? asFlood(error) ?? unable(failed, error);
    } finally {
      timed.close();
      done?.();
    }
  }

  async leave(): Promise<void> {
    const remote = this.#remote;
    this.#remote = undefined;
    this.#files = new Map();
    if (remote !== undefined) await endRemote(remote.id, this.#options);
  }

  async #enter(signal: AbortSignal): Promise<RemoteSandbox> {
    const { client, register } = this.#options;
    if (this.#remote !== undefined) {
      try {
        await client.prolong(this.#remote.id, LIFE_MS, { signal });
        return this.#remote;
      } catch (error) {
        if (!(error instanceof E2bProblem && error.failure.kind === 'unknown')) throw error;
        await this.leave();
      }
    }
    const remote = await client.create(LIFE_MS, { signal });
    this.#remote = remote;
    await register.add(remote.id);
    return remote;
  }

  async #putFiles({ files }: CodeJob, remote: RemoteSandbox, signal: AbortSignal): Promise<void> {
    const fresh = [...files].filter(([name, data]) => this.#files.get(name) !== data);
    const put = putCell(new Map(fresh));
    if (put === undefined) return;
    await this.#options.client.execute(remote, inPython(put, MAX_OUTPUT_BYTES), { signal });
  }

  async #work(job: CodeJob, remote: RemoteSandbox, signal: AbortSignal): Promise<CodeOutcome> {
    const execute = (cell: Cell) => this.#options.client.execute(remote, cell, { signal });
    const { hasDied, images, ...ran } = await execute(cellOf(job));
    try {
      const taken = await execute(inPython(takeCell(images), 2 * MAX_FILE_BYTES));
      const { files, unkept } = readTaken(taken.output);
      this.#files = sameWhereEqual(files, job.files);
      return { kind: 'ended', ...ran, files: this.#files, unkept };
    } catch (error) {
      if (!hasDied || signal.aborted) throw error;
      // It is known how the code ended: by its own fault. The machine is of no use any more, the files from before are.
      await this.leave();
      return { kind: 'ended', ...ran, files: job.files, isLost: true, unkept: [] };
    }
  }
}

const CROWDED: CodeOutcome = {
  kind: 'busy',
  why: 'Too much code of this team waits to be run; try again later.',
  transient: true,
};

/** The code's own doing, whatever became of its machine. */
const asFlood = (error: unknown): CodeOutcome | undefined =>
  error instanceof E2bProblem && error.failure.kind === 'limit'
    ? { kind: 'out_of_output', output: '', dropped: 0 }
    : undefined;

function unable(kind: 'broken' | 'lost', error: unknown): CodeOutcome {
  if (!(error instanceof E2bProblem)) throw error;
  return { kind, why: error.message, transient: error.failure.transient };
}

/** A signal that aborts when the call does or its time is up, and says which. */
function withTime({ signal, clock, limits }: CodeOptions) {
  const controller = new AbortController();
  let kind: 'aborted' | 'out_of_time' | undefined;
  const stop = (why: 'aborted' | 'out_of_time') => () => {
    kind ??= why;
    controller.abort();
  };
  const onAbort = stop('aborted');
  const timer = clock.setTimeout(stop('out_of_time'), limits.timeMs);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return {
    signal: controller.signal,
    ended: (): CodeOutcome | undefined =>
      kind === undefined ? undefined : { kind, output: '', dropped: 0 },
    close() {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Keeps the known object for bytes that are known, so that they are not sent again. */
const sameWhereEqual = (found: Files, known: Files): Files =>
  new Map(
    [...found].map(([name, data]) => {
      const before = known.get(name);
      return [name, before?.equals(data) === true ? before : data];
    }),
  );
