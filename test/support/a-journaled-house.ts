import type { ToolPort, ToolRequest } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { Script, ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse, type House } from '../../src/testing/a-house.ts';
import { anAgent, aTool } from '../../src/testing/builders.ts';
import { say } from '../../src/testing/scripts.ts';
import type { KeptRuns } from './kept-runs.ts';

/** Tools that note what they are asked; `send` must not be run twice. */
export function notedTools(): ToolPort & { readonly runs: ToolRequest[] } {
  const runs: ToolRequest[] = [];
  return {
    runs,
    policyOf: ({ name }) => ({ ...PURE, repeatable: name !== 'send' }),
    run(request) {
      runs.push(request);
      return Promise.resolve({
        kind: 'returned',
        content: `${request.call.name} is done.`,
        sources: [{ title: 'A page', url: 'https://example.org' }],
      });
    },
  };
}

/** Who leads these teams. */
const leader = anAgent('leader', { tools: [aTool('look'), aTool('send')] });

/** A house and what its tools were asked. */
export interface Life {
  readonly house: House;
  readonly tools: ReturnType<typeof notedTools>;
}

/** A house of which the runs are kept there: it may be the second one of theirs. */
export async function aLife(kept: KeptRuns, script: Script): Promise<Life> {
  const tools = notedTools();
  const house = await aHouse({ script, tools, runs: kept.port, roster: { leader } });
  return { house, tools };
}

/** What the model was asked, in order. */
export const stepsOf = ({ house }: Life): readonly string[] =>
  house.model.requests.map(({ stepKey }) => stepKey);

export const usedIn = ({ tools }: Life): readonly string[] =>
  tools.runs.map(({ stepKey, call }) => `${call.name} ${stepKey}`);

/** What the leader says in each of its turns, however often it is asked; `{ 'leader/2 1': … }`: otherwise in call 1 of all. */
export const inTurns =
  (
    turns: readonly ScriptedStep[],
    otherwise: Readonly<Record<string, ScriptedStep>> = {},
  ): Script =>
  ({ stepKey }, nth) => {
    const due = otherwise[`${stepKey} ${nth}`];
    const turn = turns[Number(stepKey.split('/')[1]) - 1];
    return due ?? turn ?? say('Done.');
  };

/** Asks, lets the pause after a crash go by, and gives the outcome. */
export async function askThroughCrash({ house }: Life) {
  const run = await house.ask('ada1');
  await house.pass(2_000);
  return run.outcome;
}

export const lastShown = ({ house }: Life): string =>
  house.model.requests.at(-1)?.messages.at(-1)?.content ?? '';
