import type { RunPort, RunStart, RunStep } from '../machines/ports.ts';
import type { RunRef } from '../machines/question.ts';
import type { Config } from './config.ts';
import { type Prompt, phoenixPrompt } from './prompts/phoenix.ts';
import { type PromptSource, promptSource } from './prompts/prompt-source.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { isRecord } from './shared/parse.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';

interface PromptParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** The leader's prompt, where Phoenix is configured; it is there before the house takes questions, if it ever was. */
export async function openPrompt(
  { tracing: { phoenix } }: Config,
  { store, clock, log }: PromptParts,
): Promise<PromptSource | undefined> {
  if (phoenix === undefined) return undefined;
  const { url, key, prompt } = phoenix;
  const name = `${prompt.name}:${prompt.tag}`;
  const source = promptSource({
    fetch: phoenixPrompt({ url, key, ...prompt }),
    copy: {
      async read() {
        try {
          const copy = await store.prompts.read(name);
          return copy && { version: copy.version, text: copy.content };
        } catch (error) {
          log.warn('prompt.not_read', { why: failureOf(error).message });
          return undefined;
        }
      },
      async write({ version, text }) {
        try {
          await store.prompts.write(name, { version, content: text, at: clock.now() });
        } catch (error) {
          log.warn('prompt.not_kept', { why: failureOf(error).message });
        }
      },
    },
    clock,
    log,
  });
  await source.start();
  return source;
}

/**
 * The same runs, each with the prompt that counts when it begins. A run that is resumed goes on with the one it began
 * with: it is a step of the run.
 */
export function withPrompt(runs: RunPort, source: PromptSource | undefined): RunPort {
  if (source === undefined) return runs;
  const used = new WeakMap<RunRef, Prompt>();
  return {
    ...runs,
    async begin(run, question, options) {
      const start = await runs.begin(run, question, options);
      if (start.kind === 'failed') return start;
      const prompt = isNew(start) ? source.current() : promptIn(start.steps);
      if (prompt === undefined) return start;
      used.set(run, prompt);
      // Not kept, it costs a resumed run the steps that it had: no reason not to answer.
      if (isNew(start)) await runs.record({ run, ...stepOf(prompt) }, options);
      return { ...start, prompt };
    },
    end(record, options) {
      const prompt = used.get(record.run);
      return runs.end(
        prompt === undefined ? record : { ...record, promptVersion: prompt.version },
        options,
      );
    },
  };
}

type Begun = Extract<RunStart, { kind: 'begun' }>;

const isNew = ({ steps }: Begun): boolean => steps.length === 0;

const STEP_KEY = 'leader/prompt';

const stepOf = ({ version, text }: Prompt): RunStep => ({
  stepKey: STEP_KEY,
  kind: 'prompt',
  inputHash: '',
  output: { version, text },
});

function promptIn(steps: readonly RunStep[]): Prompt | undefined {
  const output = steps.find(
    ({ stepKey, kind }) => stepKey === STEP_KEY && kind === 'prompt',
  )?.output;
  if (!isRecord(output)) return undefined;
  const { version, text } = output;
  return typeof version === 'string' && typeof text === 'string' ? { version, text } : undefined;
}
