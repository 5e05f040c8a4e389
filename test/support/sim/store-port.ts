import type { ChatMessage } from '../../../machines/conversation.ts';
import { type Failure, failure } from '../../../machines/failure.ts';
import type { RunId } from '../../../machines/ids.ts';
import type {
  RunPort,
  RunRecord,
  RunSaved,
  RunStart,
  TeamHydration,
} from '../../../machines/ports.ts';
import type { Acceptance, Inbox, Unfinished } from '../../../src/runtime/dispatcher.ts';
import { markOf } from './marks.ts';
import { drawFate, type Fate } from './model-port.ts';
import type { Stage } from './stage.ts';

const STORAGE = failure('storage', 'The store of the simulation does not answer.');
const HISTORY = 6;

/** A store that remembers sessions, when it answers. */
export function simulatedRuns({ dice, effects, witness, plan }: Stage): RunPort {
  const sessions = new Map<string, readonly ChatMessage[]>();
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
          if (fate === 'well') return { kind: 'begun', history: sessions.get(markOf(run)) ?? [] };
          witness.startFailed(run);
          return { kind: 'failed', failure: STORAGE };
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
    unfinished: (limit) => Promise.resolve(unfinished.slice(0, limit)),
    accept(question) {
      const { runId, userId } = question;
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
    countAttempt({ runId, userId }) {
      return effects.begin<void>({
        name: 'count attempt',
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
