import { type AgentSpec, type Roster, withEachAgent, withLimits } from '../machines/roster.ts';
import type { Config } from './config.ts';

/** What the environment says of models and retries goes for every agent of the roster. */
export function tuned(roster: Roster, { temperature, topP, retries }: Config): Roster {
  const tune = <Agent extends AgentSpec>(agent: Agent): Agent => ({
    ...agent,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
  });
  return withLimits(withEachAgent(roster, tune), (limits) => ({
    ...limits,
    ...(retries === undefined ? {} : { retries }),
  }));
}
