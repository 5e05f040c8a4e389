import { type AgentSpec, type Roster, withEachAgent, withLimits } from '../machines/roster.ts';
import type { Config } from './config.ts';

/**
 * What the environment says of models and retries goes for every agent of the roster. Retries that are set are those of
 * the requests to each model (`chooseModel`): then no agent goes through the list of its models once more.
 */
export function tuned(roster: Roster, { temperature, topP, retries }: Config): Roster {
  const tune = <Agent extends AgentSpec>(agent: Agent): Agent => ({
    ...agent,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
  });
  return withLimits(withEachAgent(roster, tune), (limits) => ({
    ...limits,
    ...(retries === undefined ? {} : { retries: 0 }),
  }));
}
