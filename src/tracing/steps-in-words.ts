import type { ChatMessage } from '../../machines/conversation.ts';
import type { ModelResult, ToolResult } from '../../machines/ports.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { RunObserver, Span } from './observer.ts';

export interface StepsInWordsOptions {
  /** Takes one readable piece of text, lines and all. */
  readonly say: (text: string) => void;
  /** 1: what was asked and answered, shortened. 2: whole prompts, replies and results. */
  readonly level: 1 | 2;
}

const SHORT_CHARS = 300;

/** Says every step of every run in words, texts included: for whoever looks for a fault. */
export function stepsInWords({ say, level }: StepsInWordsOptions): RunObserver {
  const shown = (text: string): string => (level === 2 ? text : shortened(text));
  return {
    began({ runId }, { text, userId }, { isResumed }) {
      say(
        `── ${runId} ${isResumed ? 'goes on' : 'begins'} for ${userId}\n${indented(shown(text))}`,
      );
    },
    called({ run, stepKey, agent, messages, tools }, result, span) {
      const prompt = level === 2 ? messages.map(spoken).join('\n') : spokenLast(messages, shown);
      const offered = tools.map(({ name }) => name).join(', ') || 'none';
      say(
        [
          `── ${run.runId} ${stepKey}: ${agent} asked the model (${messages.length} messages, ${took(span)}; tools: ${offered})`,
          indented(prompt),
          indented(`→ ${shown(replyOf(result))}`),
        ].join('\n'),
      );
    },
    used({ run, stepKey, call }, result, span) {
      const input = shown(JSON.stringify(call.input));
      say(
        `── ${run.runId} ${stepKey}: ${call.name} ${input} (${took(span)})\n${indented(`→ ${shown(resultOf(result))}`)}`,
      );
    },
    ended({ run, outcome, startedAt, endedAt }) {
      say(
        `── ${run.runId} ended: ${outcome.kind} (${took({ startedAt, endedAt })})\n${indented(shown(endOf(outcome)))}`,
      );
    },
  };
}

const took = ({ startedAt, endedAt }: Span): string => `${endedAt - startedAt} ms`;

const shortened = (text: string): string =>
  text.length <= SHORT_CHARS
    ? text
    : `${text.slice(0, SHORT_CHARS).toWellFormed()} … (${text.length} characters)`;

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');

function spoken(message: ChatMessage): string {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const wishes = calls.map(({ name, input }) => `[${name} ${JSON.stringify(input)}]`);
  return `${message.role}: ${[message.content, ...wishes].filter(Boolean).join('\n')}`;
}

function spokenLast(messages: readonly ChatMessage[], shown: (text: string) => string): string {
  const last = messages.at(-1);
  return last === undefined ? '' : shown(spoken(last));
}

function replyOf(result: ModelResult): string {
  if (result.kind === 'failed') return `failed (${result.failure.kind}): ${result.failure.message}`;
  const { text, toolCalls, model, usage } = result.reply;
  const head = `${model}, ${usage.promptTokens} + ${usage.completionTokens} tokens`;
  return `${head}\n${spoken({ role: 'assistant', content: text, toolCalls })}`;
}

const resultOf = (result: ToolResult): string =>
  result.kind === 'returned'
    ? result.content
    : `failed (${result.failure.kind}): ${result.failure.message}`;

function endOf(outcome: RunOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return outcome.text;
    case 'failed':
      return `${outcome.failure.kind}: ${outcome.failure.message}`;
    case 'refused':
      return outcome.refusal.kind;
    case 'cancelled':
      return '';
  }
}
