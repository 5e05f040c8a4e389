import { type Failure, failure } from '../../../machines/failure.ts';
import type {
  ModelPort,
  ModelRequest,
  ModelResult,
  ToolPort,
  ToolRequest,
  ToolResult,
} from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import { PURE } from '../../../machines/tool-policy.ts';
import { markOf } from './marks.ts';
import { FAILURE_KINDS, replyTo, UNREPEATABLE } from './mind.ts';
import type { Stage } from './stage.ts';

/** A model of which nobody knows what it says next, or when, or whether. */
export function simulatedModel(stage: Stage): ModelPort {
  const { dice, effects, witness, plan } = stage;
  let calls = 0;
  const isPoisoned = ({ messages, agent }: ModelRequest): boolean =>
    agent === 'leader' &&
    messages.some(({ role, content }) => role === 'user' && /poison/.test(content));
  return {
    call(request, { signal, onDelta }) {
      calls += 1;
      const nth = calls;
      witness.modelCalled(request, nth);
      const fate = isPoisoned(request) && dice.hits(0.8) ? 'bug' : drawFate(dice, plan.rates);
      const reply = replyTo(request, nth, dice);
      const isStreamed = onDelta !== undefined && reply.text !== '' && fate !== 'hang';
      return effects.begin<ModelResult>({
        name: `model ${request.stepKey}`,
        owner: request.run,
        signal,
        hangs: fate === 'hang',
        pieces: isStreamed ? piecesOf(reply.text, dice).map((piece) => () => onDelta(piece)) : [],
        end: (isAborted) => {
          const failure = troubleOf(stage, { run: request.run, fate, isAborted });
          if (failure !== undefined) {
            if (!isAborted) witness.failed(request.run, failure.kind);
            return { kind: 'failed', failure };
          }
          if (!isAborted) witness.replied(request, reply);
          return { kind: 'replied', reply };
        },
      });
    },
  };
}

/** Tools that return, fail, hang or break. */
export function simulatedTools(stage: Stage): ToolPort {
  const { dice, effects, witness, plan } = stage;
  return {
    policyOf: ({ name }) => ({ ...PURE, repeatable: name !== UNREPEATABLE }),
    run(request: ToolRequest, { signal }) {
      witness.toolCalled(request);
      const fate = drawFate(dice, plan.rates);
      return effects.begin<ToolResult>({
        name: `tool ${request.stepKey}`,
        owner: request.run,
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          const failure = troubleOf(stage, { run: request.run, fate, isAborted });
          if (failure !== undefined) return { kind: 'failed', failure };
          const url = `https://example.org/${dice.between(1, 3)}`;
          return {
            kind: 'returned',
            content: `Seen by ${markOf(request.run)}.`,
            sources: dice.hits(0.3) ? [{ title: 'A page', url }] : [],
          };
        },
      });
    },
  };
}

export type Fate = 'well' | 'fail' | 'bug' | 'hang';

/** How a call will go. */
export function drawFate(dice: Stage['dice'], rates: Stage['plan']['rates']): Fate {
  const drawn = dice.next();
  if (drawn < rates.bug) return 'bug';
  if (drawn < rates.bug + rates.hang) return 'hang';
  return drawn < rates.bug + rates.hang + rates.fail ? 'fail' : 'well';
}

interface Ending {
  readonly run: RunRef;
  readonly fate: Fate;
  readonly isAborted: boolean;
}

/** What goes wrong at the end of a call. An aborted one may well end as if nothing had been said. */
function troubleOf(
  { dice, witness }: Stage,
  { run, fate, isAborted }: Ending,
): Failure | undefined {
  if (fate === 'bug') throw witness.bug(run, isAborted);
  if (isAborted && dice.hits(0.7)) return ABORTED;
  return fate === 'fail' ? drawFailure(dice) : undefined;
}

const ABORTED = failure('aborted', 'The call was aborted.');

function drawFailure(dice: Stage['dice']): Failure {
  const kind = dice.pick(FAILURE_KINDS);
  return dice.hits(0.2)
    ? failure(kind, 'It was drawn so.', dice.between(1, 20_000))
    : failure(kind, 'It was drawn so.');
}

/** Cuts a text into one to four pieces; the first is long enough to tell whose it is. */
function piecesOf(text: string, dice: Stage['dice']): readonly string[] {
  const cuts = [20, 40, 50].filter((at) => at < text.length && dice.hits(0.5));
  const ends = [...cuts, text.length];
  return ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
}
