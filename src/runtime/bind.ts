import { fromPromise } from 'xstate';
import { failure } from '../../machines/failure.ts';
import { asNested, leaderMachine } from '../../machines/leader/leader.machine.ts';
import type { BeginRun, EndRun, RunBegun } from '../../machines/leader/leader.protocol.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import type {
  ModelPort,
  ModelRequest,
  ModelResult,
  RunPort,
  RunSaved,
  TeamHydration,
  ToolPort,
} from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { ToolBatch, ToolBatchResults } from '../../machines/turn/tool-batch.ts';
import { MACHINES_VERSION } from '../../machines/version.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { withErrorBoundary } from './error-boundary.ts';
import { withJournal } from './journal.ts';
import type { Remembering } from './remembering.ts';
import type { Replying } from './replying.ts';
import { carefully, type RunRecorder, withRecorder } from './run-recorder.ts';

/** What the machines need of the world, and of the host that runs them. */
export interface Bindings {
  readonly model: ModelPort;
  readonly tools: ToolPort;
  /** Left out: nothing is remembered between runs. */
  readonly runs?: RunPort | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** False for an incarnation that is gone or going: its late effects are rejected. */
  readonly isCurrent: (team: TeamRef) => boolean;
  /** Acquires what a team needs for its whole life. Rejects with a bug only. */
  readonly furnish: (team: TeamRef, signal: AbortSignal) => Promise<void>;
  /** More text of an answer being written. Never throws. */
  readonly draft: (run: RunRef, turn: number, delta: string) => void;
  /** Left out: no question comes by a platform. */
  readonly replying?: Replying;
  /** Asks the asker before it runs what needs that. Left out: nothing needs it. */
  readonly confirming?: ((tools: ToolPort) => ToolPort) | undefined;
  /** Left out: nothing is recorded. */
  readonly recorder?: RunRecorder | undefined;
  /** Left out: nothing is known of users but what they said in the session. */
  readonly remembering?: Remembering | undefined;
}

const STALE = failure('aborted', 'This incarnation of the team is over.');
const CUT = failure('aborted', 'The house closes; the question is answered when it is open again.');

/** The team machine with every port bound, inside out. Made once per runtime: making machines is dear. */
export function bindTeam(given: Bindings): typeof teamMachine {
  const { runs } = given;
  const bindings = runs === undefined ? given : { ...given, ...withJournal({ ...given, runs }) };
  // Asked before the journal notes that something is about to be done: nothing is, yet.
  const tools = given.confirming?.(bindings.tools) ?? bindings.tools;
  const callModel = fromPromise<ModelResult, ModelRequest>(({ input, signal }) =>
    callModelOf(bindings, input, signal),
  );
  const runTools = fromPromise<ToolBatchResults, ToolBatch>(({ input, signal }) =>
    Promise.all(
      input.map((request) =>
        bindings.isCurrent(request.run)
          ? tools.run(request, { signal })
          : ({ kind: 'failed', failure: STALE } as const),
      ),
    ),
  );
  const recorder = given.recorder && carefully(given.recorder, given.log);
  const member = withErrorBoundary(
    withRecorder(memberMachine.provide({ actors: { callModel, runTools } }), recorder),
  );
  const [beginRun, endRun] = [beginOf(bindings), endOf(bindings)];
  const led = leaderMachine.provide({ actors: { callModel, runTools, member, beginRun, endRun } });
  const nested = withErrorBoundary(withRecorder(led, recorder));
  const leader = withErrorBoundary(
    withRecorder(led.provide({ actors: { leader: asNested(nested) } }), recorder),
  );
  return withErrorBoundary(
    teamMachine.provide({ actors: { hydrate: hydrateOf(bindings), leader } }),
  );
}

function callModelOf(
  { model, isCurrent, draft }: Bindings,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<ModelResult> {
  if (!isCurrent(request.run)) return Promise.resolve({ kind: 'failed', failure: STALE });
  const { run, draftTurn } = request;
  if (draftTurn === undefined) return model.call(request, { signal });
  // A call that was cut short may go on talking for a while: nobody listens any more.
  const onDelta = (delta: string): void => {
    if (!signal.aborted && isCurrent(run)) draft(run, draftTurn, delta);
  };
  return model.call(request, { signal, onDelta });
}

const beginOf = ({ runs, clock, isCurrent, remembering }: Bindings) =>
  fromPromise<RunBegun, BeginRun>(async ({ input: { run, question }, signal }) => {
    const at = clock.now();
    if (!isCurrent(run)) return { at, start: { kind: 'failed', failure: STALE } };
    if (runs === undefined) return { at, start: { kind: 'begun', history: [], steps: [] } };
    const recalled = remembering && (await remembering.recall(run, question, { signal }));
    // Cancelled or gone meanwhile: nothing of it is begun any more.
    if (signal.aborted || !isCurrent(run)) return { at, start: { kind: 'failed', failure: STALE } };
    const options = recalled === undefined ? { signal } : { signal, recalled };
    return { at, start: await runs.begin(run, question, options) };
  });

const endOf = (bindings: Bindings) =>
  fromPromise<RunSaved, EndRun>(async ({ input, signal }) => {
    const saved = await saveEnd(bindings, input, signal);
    if (bindings.isCurrent(input.run)) {
      bindings.remembering?.ended(input.run, input.question, saved.kind === 'saved');
    }
    return saved;
  });

async function saveEnd(
  { runs, clock, isCurrent, replying }: Bindings,
  input: EndRun,
  signal: AbortSignal,
): Promise<RunSaved> {
  const { run, question } = input;
  // Its question has gone to another team: that one's outcome is the one to be kept.
  if (!isCurrent(run)) return { kind: 'failed', failure: STALE };
  if (runs === undefined) return { kind: 'saved' };
  if (replying?.isForNextLife(question, input.outcome)) return { kind: 'failed', failure: CUT };
  const outcome = replying?.told(question, input.outcome) ?? input.outcome;
  const record = { ...input, outcome, machinesVersion: MACHINES_VERSION, endedAt: clock.now() };
  const parts = replying?.partsOf(question, outcome) ?? [];
  return runs.end(parts.length === 0 ? record : { ...record, parts }, { signal });
}

const hydrateOf = ({ runs, furnish, isCurrent, remembering }: Bindings) =>
  fromPromise<TeamHydration, TeamRef>(async ({ input, signal }) => {
    await furnish(input, signal);
    if (!isCurrent(input)) return { kind: 'failed', failure: STALE };
    const hydration = await runs?.hydrate(input, { signal });
    if (hydration?.kind === 'failed') return hydration;
    await remembering?.open(input, { signal });
    return { kind: 'ready' };
  });
