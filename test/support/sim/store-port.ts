import type { ChatMessage } from '../../../machines/conversation.ts';
import { type Failure, failure } from '../../../machines/failure.ts';
import type { Epoch, RunId } from '../../../machines/ids.ts';
import type {
  RecordedStep,
  RunPort,
  RunRecord,
  RunSaved,
  RunStart,
  RunStep,
  TeamHydration,
} from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import type { Acceptance, Inbox, Unfinished } from '../../../src/runtime/dispatcher.ts';
import { claimsOf } from '../claims.ts';
import { markOf } from './marks.ts';
import { drawFate, type Fate } from './model-port.ts';
import type { Stage } from './stage.ts';

/** The journal of one run, and who may write into it. */
interface Book {
  holder: Epoch;
  readonly steps: Map<string, RunStep>;
}

const FENCED = failure('unavailable', 'A newer incarnation holds this run.');
const STORAGE = failure('storage', 'The store of the simulation does not answer.');
const HISTORY = 6;

/** A store that remembers sessions and steps, when it answers. */
export function simulatedRuns({ dice, effects, witness, plan }: Stage): RunPort {
  const sessions = new Map<string, readonly ChatMessage[]>();
  const books = new Map<RunId, Book>();
  // A store settles every call. One that does not would only be noticed when its house is forced to close.
  const hang = plan.ending === 'quiet' ? 0 : plan.rates.hang;
  const draw = (): Fate => drawFate(dice, { ...plan.rates, hang });
  const keep = ({ run, question, outcome }: RunRecord): void => {
    if (outcome.kind !== 'answered') return;
    const said: readonly ChatMessage[] = [
      { role: 'user', content: question.text.replace('poison', 'food') },
      { role: 'assistant', content: outcome.text },
    ];
    sessions.set(markOf(run), [...(sessions.get(markOf(run)) ?? []), ...said].slice(-HISTORY));
  };
  /** A newer incarnation takes the run over from an older one, never the other way round. */
  const open = (run: RunRef): readonly RunStep[] | undefined => {
    const book = books.get(run.runId) ?? { holder: run.epoch, steps: new Map<string, RunStep>() };
    books.set(run.runId, book);
    if (book.holder > run.epoch) return undefined;
    book.holder = run.epoch;
    return [...book.steps.values()];
  };
  const write = ({ run, ...step }: RecordedStep): boolean => {
    const book = books.get(run.runId);
    if (book?.holder !== run.epoch) return false;
    // What is read back is never the very thing that was written.
    book.steps.set(step.stepKey, structuredClone(step));
    return true;
  };
  return {
    hydrate(owner, { signal }) {
      witness.incarnations.hydrating(owner);
      const fate = draw();
      return effects.begin<TeamHydration>({
        name: 'hydrate',
        owner,
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          if (fate === 'bug') throw witness.bug(owner, isAborted);
          if (fate === 'well') return { kind: 'ready' };
          witness.hydrationFailed(owner);
          return { kind: 'failed', failure: STORAGE };
        },
      });
    },
    begin(run, question, { signal }) {
      witness.begins(run, question);
      const fate = draw();
      return effects.begin<RunStart>({
        name: 'begin',
        owner: run,
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          if (fate === 'bug') throw witness.bug(run, isAborted);
          const steps = fate === 'well' ? open(run) : undefined;
          if (steps === undefined) {
            witness.startFailed(run);
            return { kind: 'failed', failure: STORAGE };
          }
          witness.resumes(run, steps);
          return { kind: 'begun', history: sessions.get(markOf(run)) ?? [], steps };
        },
      });
    },
    record(step, { signal }) {
      const { run, stepKey, kind } = step;
      witness.incarnations.acts(run, `record ${stepKey}`);
      const fate = draw();
      return effects.begin<RunSaved>({
        name: `record ${kind} ${stepKey}`,
        owner: run,
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          if (fate === 'bug') throw witness.bug(run, isAborted);
          if (fate !== 'well') return { kind: 'failed', failure: STORAGE };
          if (!write(step)) return { kind: 'failed', failure: FENCED };
          witness.stepKeys.recorded(step);
          return { kind: 'saved' };
        },
      });
    },
    end(record, { signal }) {
      witness.ends(record);
      const fate = draw();
      return effects.begin<RunSaved>({
        name: `end ${record.outcome.kind}`,
        owner: record.run,
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          if (fate === 'bug') throw witness.bug(record.run, isAborted);
          witness.ended(record.run, { isSaved: fate === 'well', isAborted });
          if (fate !== 'well') return { kind: 'failed', failure: STORAGE };
          keep(record);
          return { kind: 'saved' };
        },
      });
    },
  };
}

/** Keeps accepted questions until they end; an earlier life has left some. */
export function simulatedInbox(
  { dice, effects, witness, plan }: Stage,
  unfinished: readonly Unfinished[],
): Inbox {
  const accepted = new Set<RunId>(unfinished.map(({ question }) => question.runId));
  const nobody = 0;
  return {
    claim: claimsOf(unfinished),
    leave: () => Promise.resolve(),
    accept(question) {
      const { runId, userId } = question;
      witness.questions.of(runId).isOffered = true;
      return effects.begin<Acceptance>({
        name: 'accept',
        owner: { userId, epoch: nobody, runId },
        hangs: false,
        end: () => {
          if (accepted.has(runId)) return { kind: 'duplicate' };
          if (dice.hits(plan.rates.fail)) return { kind: 'failed', failure: STORAGE };
          accepted.add(runId);
          return { kind: 'accepted' };
        },
      });
    },
    countTry({ question: { runId, userId } }) {
      return effects.begin<void>({
        name: 'count try',
        owner: { userId, epoch: nobody, runId },
        hangs: false,
        end: () => undefined,
      });
    },
    finish(question, outcome) {
      const { runId, userId } = question;
      witness.finished(runId, outcome);
      return effects.begin<Failure | undefined>({
        name: `finish ${outcome.kind}`,
        owner: { userId, epoch: nobody, runId },
        hangs: false,
        end: () => (dice.hits(plan.rates.fail) ? STORAGE : undefined),
      });
    },
  };
}
