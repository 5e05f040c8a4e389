import { NO_USAGE, type ToolCall } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type {
  ModelCallOptions,
  ModelPort,
  ModelReply,
  ModelRequest,
  ModelResult,
} from '../../machines/ports.ts';
import type { Clock } from '../shared/clock.ts';
import { ANNOUNCEMENT } from './demo-answer.ts';
import { planMemory } from './demo-memory.ts';
import { type Plan, planReply } from './demo-plan.ts';
import { readOffer } from './demo-team.ts';
import { pause } from './waiting.ts';

export interface DemoOptions {
  readonly clock: Clock;
  /** Between the pieces of an answer, so that it can be watched being written. */
  readonly pieceDelayMs?: number;
}

/**
 * A model for the first minute, when no key is configured: a few honest rules that use the members and tools
 * they are offered, and say so. The same messages and tools always give the same reply. Costs nothing.
 */
export function createDemoModel({ clock, pieceDelayMs = 15 }: DemoOptions): ModelPort {
  return {
    async call(request, options) {
      if (options.signal.aborted) return ABORTED;
      const plan = planFor(request);
      if (plan.kind === 'use') {
        const toolCalls = plan.calls.map(
          (call, index): ToolCall => ({ ...call, id: `${request.stepKey}/${index}` }),
        );
        return replied({ text: '', toolCalls, finish: 'tool_calls' });
      }
      // Only what may become the answer is announced: a report goes to a leader that announces its own.
      const isDraft = request.draftTurn !== undefined;
      const text = isDraft ? `${ANNOUNCEMENT}\n\n${plan.text}` : plan.text;
      const written = !isDraft || (await write(text, options, { clock, pieceDelayMs }));
      return written ? replied({ text, toolCalls: [], finish: 'stop' }) : ABORTED;
    },
  };
}

/** Whoever keeps memories is given records, not a question. */
const planFor = ({ agent, messages, tools }: ModelRequest): Plan =>
  (agent === 'memory' ? planMemory(messages, tools) : undefined) ??
  planReply(messages, readOffer(tools));

const ABORTED: ModelResult = {
  kind: 'failed',
  failure: failure('aborted', 'The demo model was stopped.'),
};

const replied = (reply: Pick<ModelReply, 'text' | 'toolCalls' | 'finish'>): ModelResult => ({
  kind: 'replied',
  reply: { ...reply, model: 'demo', usage: { ...NO_USAGE, calls: 1 } },
});

/** Passes the text on in pieces of a few words; false when it was aborted on the way. */
async function write(
  text: string,
  { signal, onDelta }: ModelCallOptions,
  { clock, pieceDelayMs }: Required<DemoOptions>,
): Promise<boolean> {
  for (const piece of text.match(/(?:\S+\s*){1,3}|\s+/g) ?? []) {
    onDelta?.(piece);
    if (pieceDelayMs > 0 && !(await pause({ signal, ms: pieceDelayMs, clock }))) return false;
  }
  return !signal.aborted;
}
