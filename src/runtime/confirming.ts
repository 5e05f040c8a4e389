import { type Failure, failure } from '../../machines/failure.ts';
import type { RunId } from '../../machines/ids.ts';
import type {
  ConfirmationAnswer,
  ConfirmationPort,
  KeptAnswer,
  ToolPort,
  ToolRequest,
  ToolResult,
} from '../../machines/ports.ts';
import type { Confirmation, ConfirmationEnd, RunRef } from '../../machines/question.ts';
import { agentsOf, type Roster, withLimits } from '../../machines/roster.ts';
import type { Clock } from '../shared/clock.ts';
import { fingerprintOf } from '../shared/fingerprint.ts';

/** How long an asker has who may be looking somewhere else. */
export const CONFIRM_MS = 300_000;

export interface ConfirmationsOptions {
  /** Left out: an open confirmation does not outlive the process. */
  readonly store: ConfirmationPort | undefined;
  readonly clock: Clock;
  /** How long the asker has. */
  readonly confirmMs: number;
  readonly isCurrent: (run: RunRef) => boolean;
  readonly onAsked: (run: RunRef, confirmation: Confirmation) => void;
  readonly onEnded: (run: RunRef, stepKey: string, end: ConfirmationEnd) => void;
}

/** `undefined`: it is not waited for any more. */
type Word = ConfirmationEnd | undefined;

interface Waiting {
  readonly run: RunRef;
  readonly resolve: (word: Word) => void;
}

interface Hearing {
  readonly run: RunRef;
  readonly confirmation: Confirmation;
  readonly expiresAt: number;
  readonly signal: AbortSignal;
}

/** A roster whose agents may have to wait for their asker has the time for that, once in a delegation and twice in a run or nested team. */
export function withTimeToConfirm(roster: Roster, tools: ToolPort, confirmMs: number): Roster {
  const waits = agentsOf(roster).some(({ name: agent, tools: own }) =>
    own.some(({ name }) => tools.policyOf({ agent, name }).needsConfirmation),
  );
  if (!waits) return roster;
  return withLimits(roster, (limits) => ({
    ...limits,
    deadlineMs: limits.deadlineMs + 2 * confirmMs,
    memberDeadlineMs: limits.memberDeadlineMs + confirmMs,
  }));
}

/** What waits for its asker's word before it is done. */
export class Confirmations {
  readonly #options: ConfirmationsOptions;
  readonly #store: ConfirmationPort;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: ConfirmationsOptions) {
    this.#options = options;
    // Without one, what is open is what is waited for.
    this.#store = options.store ?? {
      ask: async ({ confirmation: { expiresAt } }) => ({ kind: 'open', expiresAt }),
      answer: async (answer) => {
        const waiting = this.#waiting.get(keyOf(answer));
        return { kind: waiting?.run.userId === answer.userId ? 'kept' : 'unknown' };
      },
    };
  }

  /** The same tools; those that need it are run only when the asker has allowed it. */
  readonly before = (tools: ToolPort): ToolPort => ({
    policyOf: (use) => tools.policyOf(use),
    run: async (request, options) => {
      const { agent, call } = request;
      if (!tools.policyOf({ agent, name: call.name }).needsConfirmation)
        return tools.run(request, options);
      const obstacle = await this.#obstacleTo(request, options.signal);
      return obstacle === undefined ? tools.run(request, options) : failed(obstacle);
    },
  });

  /** The asker's word. Only the user whose run it is can give it. */
  async answer(answer: Omit<ConfirmationAnswer, 'at'>): Promise<KeptAnswer> {
    const kept = await this.#store.answer({ ...answer, at: this.#options.clock.now() });
    if (kept.kind === 'kept') this.#waiting.get(keyOf(answer))?.resolve(answer.end);
    return kept;
  }

  /** Why a tool is not run; nothing speaks against it when the asker has allowed it. */
  async #obstacleTo(request: ToolRequest, signal: AbortSignal): Promise<Failure | undefined> {
    const { run, stepKey, agent, call } = request;
    if (call.invalid !== undefined) return undefined; // It is not run anyhow: the toolbox says why.
    const { clock, confirmMs, isCurrent } = this.#options;
    const shown = shownInput(call.input);
    if (shown.length > MAX_SHOWN_CHARS) return TOO_LONG;
    const at = clock.now();
    const confirmation = { stepKey, agent, tool: call.name, shown, expiresAt: at + confirmMs };
    const inputHash = fingerprintOf(JSON.stringify([agent, call.name, call.input]));
    const asking = { run, confirmation, inputHash, at };
    const word = Promise.withResolvers<Word>();
    const key = keyOf({ runId: run.runId, stepKey });
    // Before the store is asked: a word on what was asked in an earlier life may come at any time.
    this.#waiting.set(key, { run, resolve: word.resolve });
    try {
      const asked = await this.#store.ask(asking, { signal });
      if (asked.kind === 'failed') return asked.failure;
      if (asked.kind === 'ended') word.resolve(asked.end);
      else await this.#hear(word, { ...asking, expiresAt: asked.expiresAt, signal });
      const end = await word.promise;
      // The wait was long enough for everything to change.
      if (signal.aborted || !isCurrent(run) || end === undefined) return STALE;
      return end === 'allowed' ? undefined : refusal(call.name, end);
    } finally {
      this.#waiting.delete(key);
    }
  }

  /** Tells the asker, and waits for the word, the end of its time, or of the run. */
  async #hear(
    word: PromiseWithResolvers<Word>,
    { run, confirmation, expiresAt, signal }: Hearing,
  ): Promise<void> {
    const { clock, onAsked, onEnded } = this.#options;
    const { stepKey } = confirmation;
    const leave = () => word.resolve(undefined);
    const timer = clock.setTimeout(
      () => void this.#expire(run, stepKey).then((isOver) => isOver && word.resolve('expired')),
      Math.max(0, expiresAt - clock.now()),
    );
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    else onAsked(run, { ...confirmation, expiresAt });
    const end = await word.promise;
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    if (end !== undefined) onEnded(run, stepKey, end);
  }

  /** False when a word came at the last moment: it counts, and is on its way to whoever waits. */
  async #expire({ runId, userId }: RunRef, stepKey: string): Promise<boolean> {
    const at = this.#options.clock.now();
    const kept = await this.#store.answer({ runId, userId, stepKey, end: 'expired', at });
    return kept.kind !== 'unknown';
  }
}

const MAX_SHOWN_CHARS = 3_000;

const failed = (why: Failure): ToolResult => ({ kind: 'failed', failure: why });

const STALE = failure('aborted', 'This incarnation of the team is over.');
const TOO_LONG = failure(
  'invalid_input',
  `It was not run: it needs the asker's word, and what it is given is too long to be shown whole (${MAX_SHOWN_CHARS} characters).`,
);

const refusal = (tool: string, end: ConfirmationEnd): Failure =>
  failure(
    'unavailable',
    end === 'refused'
      ? `${tool} was not run: the asker does not want it. Do not try it again.`
      : `${tool} was not run: it needs the asker's word, and there was none in time. Do not try it again.`,
  );

const keyOf = ({ runId, stepKey }: { readonly runId: RunId; readonly stepKey: string }): string =>
  `${runId} ${stepKey}`;

/** Characters that show nothing, or turn others round: a person must see what is really there. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

const shownInput = (input: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(input, null, 2).replaceAll(
    UNSEEN,
    // Half a pair at a time, as JSON itself escapes.
    (unseen) =>
      unseen
        .split('')
        .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
  );
